// Photos: sent one after the other, each shown with what was found. Nothing of them is kept once the page is closed.

import { ask } from "/answers.js";
import { drawScene, element, faceEntry } from "/drawing.js";

const PATIENCE = 120000; // ms for one photo: a small board on a slow network

export class Photos {
  #results; #progress; #clear; #limits; #queue = Promise.resolve(); #open = 0;

  constructor(results, progress, clear, limits) {
    [this.#results, this.#progress, this.#clear, this.#limits] = [results, progress, clear, limits];
    clear.addEventListener("click", () => {
      results.replaceChildren();
      clear.hidden = true;
      progress.textContent = "Cleared";
      document.getElementById("files").focus();
    });
  }

  /** Takes picture files; what is no picture gets its own line. */
  add(files) {
    const cards = [...files].map((file) => ({ file, card: this.#card(file.name) }));
    this.#results.prepend(...cards.map(({ card }) => card));
    for (const { file, card } of cards) {
      this.#enqueue(card, async () => {
        const bitmap = await open(file);
        const answer = await ask("/photo", { method: "POST", body: await this.#fitting(file, bitmap) }, PATIENCE);
        return { bitmap, facts: await answer.json() };
      });
    }
  }

  /** Takes a captured frame: `get` gives its picture (a Blob) and what was found in it. */
  addCapture(get) {
    const card = this.#card(`Capture, ${new Date().toLocaleTimeString()}`);
    this.#results.prepend(card);
    this.#enqueue(card, async () => {
      const { facts, picture } = await get();
      return { bitmap: await createImageBitmap(picture), facts };
    });
  }

  #enqueue(card, work) {
    this.#open += 1;
    this.#tell();
    this.#queue = this.#queue.then(async () => {
      try {
        const { bitmap, facts } = await work();
        card.show(bitmap, facts);
      } catch (error) {
        card.fail(error.message);
      }
      this.#open -= 1;
      this.#tell(card.summary);
    });
  }

  #tell(summary = "") {
    const left = this.#open ? `${this.#open} more ${this.#open === 1 ? "photo" : "photos"} to look at` : "";
    this.#progress.textContent = [summary, left].filter(Boolean).join(". ");
    this.#clear.hidden = !this.#results.children.length;
  }

  #card(name) {
    const body = element("div", { className: "card" }, element("p", { className: "name", textContent: name, title: name }));
    const card = element("li", { className: "waiting" }, body);
    card.fail = (message) => {
      card.classList.remove("waiting");
      body.append(element("p", { className: "fault", textContent: message }));
      card.summary = `${name}: ${message}`;
    };
    card.show = (bitmap, facts) => {
      card.classList.remove("waiting");
      const canvas = element("canvas", { role: "img" });
      card.prepend(canvas);
      drawScene(canvas, bitmap, facts.width, facts.faces);
      bitmap.close();
      card.summary = `${name}: ${tell(facts.faces)}`;
      canvas.ariaLabel = card.summary;
      body.append(list(facts.faces));
    };
    return card;
  }

  /** The file, or a smaller picture where the server would refuse it. */
  async #fitting(file, bitmap) {
    const pixels = bitmap.width * bitmap.height;
    if (file.size <= this.#limits.bytes && pixels <= this.#limits.pixels) return file;
    const scale = Math.min(1, Math.sqrt((0.5 * this.#limits.pixels) / pixels));
    const canvas = new OffscreenCanvas(Math.floor(bitmap.width * scale), Math.floor(bitmap.height * scale));
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    return canvas.convertToBlob({ type: "image/jpeg", quality: 0.92 });
  }
}

async function open(file) {
  try {
    return await createImageBitmap(file);
  } catch {
    throw new Error("not a picture that can be read");
  }
}

function tell(faces) {
  const human = faces.filter((face) => face.human);
  if (!human.length) return "no face found";
  const count = human.length === 1 ? "1 face" : `${human.length} faces`;
  return `${count}, ${human.map((face) => face.emotion).join(", ")}`;
}

function list(faces) {
  const human = faces.filter((face) => face.human);
  if (!human.length) return element("p", { className: "soft", textContent: "No face was found. It finds faces seen from the front." });
  const entries = human.map((face, index) => {
    const entry = faceEntry(human.length > 1 ? `face ${index + 1} of ${human.length}` : "");
    entry.update(face);
    return entry;
  });
  return element("ul", { className: "faces" }, ...entries);
}
