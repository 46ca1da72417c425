// The live view: asks for the newest picture with its faces, again and again, each time when the last one is drawn.

import { ask, unpack } from "/answers.js";
import { drawScene, element, faceEntry, said } from "/drawing.js";
import { Timeline } from "/timeline.js";

const HOLD = 700; // ms for which a face stays in the list that was missed in a frame
const SAY_EVERY = 4000; // ms from one sentence on what is seen to the next, for those who listen
const AT_MOST = 4; // faces with bars

const WORDS = {
  waiting: "Waiting for the camera",
  paused: "Paused: nothing is being looked at",
  lost: "The camera is away",
  ended: "The run has ended",
};

export class LiveView {
  #viewer = crypto.getRandomValues(new Uint32Array(2)).join("-");
  #number = -1;
  #entries = new Map();
  #said = "";
  #saidAt = -Infinity;
  #ids = Object.fromEntries(
    ["state", "view", "veil", "capture", "faces", "nobody", "spoken"].map((id) => [id, document.getElementById(id)]),
  );
  #timeline = new Timeline(...["timeline", "legend", "shares"].map((id) => document.getElementById(id)));

  /** Goes on until the page is closed. A hidden page asks for nothing. */
  async run() {
    for (;;) {
      if (document.hidden) await new Promise((wake) => document.addEventListener("visibilitychange", wake, { once: true }));
      await this.#turn();
    }
  }

  async #turn() {
    try {
      const query = new URLSearchParams({ viewer: this.#viewer, after: this.#number, since: this.#timeline.since });
      const answer = await ask(`/live?${query}`);
      if (answer.status === 204) {
        await pause(200);
        return;
      }
      const { facts, picture } = await unpack(answer);
      await this.#show(facts, picture);
    } catch (error) {
      this.#number = -1;
      this.#tellState("offline", error.status === 401 ? "a token is needed: open the page again" : error.message);
      this.#blank(error.message);
      await pause(2000);
    }
  }

  async #show(facts, picture) {
    this.#number = facts.number;
    this.#timeline.take(facts.timeline);
    if (!picture) {
      this.#tellState(facts.state, facts.reason || WORDS[facts.state]);
      this.#blank([WORDS[facts.state], facts.reason].filter(Boolean).join(": "));
      return;
    }
    const bitmap = await createImageBitmap(picture);
    drawScene(this.#ids.view, bitmap, facts.width, facts.faces);
    this.#ids.view.closest(".stage").style.setProperty("--ratio", facts.width / facts.height);
    bitmap.close();
    this.#ids.veil.textContent = "";
    this.#ids.capture.disabled = false;
    this.#tellState("live", `${facts.source} · ${facts.fps.toFixed(0)} frames/s`);
    this.#list(facts.faces);
    this.#say(facts.faces);
  }

  #list(faces) {
    const now = performance.now();
    for (const face of faces) {
      let entry = this.#entries.get(face.track);
      if (!entry) {
        if (this.#entries.size >= AT_MOST) continue;
        entry = faceEntry(`face ${face.track}`);
        this.#entries.set(face.track, entry);
        this.#ids.faces.append(entry);
      }
      entry.update(face);
      entry.seen = now;
    }
    for (const [track, entry] of this.#entries) {
      entry.classList.toggle("gone", entry.seen < now);
      if (now - entry.seen > HOLD) {
        entry.remove();
        this.#entries.delete(track);
      }
    }
    this.#ids.nobody.hidden = this.#entries.size > 0;
  }

  /** A sentence now and then, and only when it changes: a screen reader must not talk without end. */
  #say(faces) {
    const emotions = faces.map((face) => face.emotion);
    const text = emotions.length ? emotions.join(", ") : "nobody in sight";
    this.#ids.view.ariaLabel = `Live picture: ${faces.map(said).join(", ") || "nobody in sight"}`;
    if (performance.now() - this.#saidAt >= SAY_EVERY) this.#speak(text);
  }

  #speak(text) {
    if (text === this.#said) return;
    [this.#said, this.#saidAt] = [text, performance.now()];
    this.#ids.spoken.textContent = text;
  }

  /** There is no picture. That is said at once: who listens would take the last sentence for what is seen now. */
  #blank(why) {
    const { view, veil, capture } = this.#ids;
    view.getContext("2d").clearRect(0, 0, view.width, view.height);
    view.ariaLabel = "No picture";
    veil.textContent = why;
    this.#speak(why);
    capture.disabled = true;
    this.#list([]);
  }

  #tellState(state, text) {
    const place = this.#ids.state;
    place.hidden = false;
    place.dataset.state = state;
    if (place.lastElementChild.textContent !== text) place.lastElementChild.textContent = text;
  }
}

/** The frame of this moment, looked at closely: `{ facts, picture }`. */
export async function captureFrame() {
  return unpack(await ask("/capture", { method: "POST" }, 60000));
}

function pause(milliseconds) {
  return new Promise((done) => setTimeout(done, milliseconds));
}
