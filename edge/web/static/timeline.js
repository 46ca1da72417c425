// The last minutes as a strip: each second has the colours of what was shown in it, as high as faces were in sight.

import { colourName, element, paint, percent } from "/drawing.js";

export class Timeline {
  #canvas; #legend; #shares; #seconds = new Map(); #now = 0; #span = 300; #drawn = "";

  constructor(canvas, legend, shares) {
    [this.#canvas, this.#legend, this.#shares] = [canvas, legend, shares];
    addEventListener("resize", () => this.#draw());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#draw());
  }

  /** The second from which on the server should tell: the last one is not over yet. */
  get since() {
    return this.#now;
  }

  /** Takes what the server tells: its span in seconds, and those that are new. */
  take({ span, seconds }) {
    if (!seconds.length) return;
    const last = seconds[seconds.length - 1][0];
    if (last < this.#now) this.#seconds.clear(); // another run began
    for (const [second, shown] of seconds) this.#seconds.set(second, shown);
    for (const second of this.#seconds.keys()) if (second <= last - span) this.#seconds.delete(second);
    [this.#now, this.#span] = [last, span];
    const state = JSON.stringify(seconds);
    if (state !== this.#drawn) this.#draw();
    this.#drawn = state;
  }

  #draw() {
    const pen = this.#canvas.getContext("2d");
    const density = devicePixelRatio || 1;
    const [width, height] = [this.#canvas.clientWidth * density, this.#canvas.clientHeight * density].map(Math.round);
    [this.#canvas.width, this.#canvas.height] = [width, height];
    const totals = this.#totals();
    const most = Math.max(1, ...[...this.#seconds.values()].map((shown) => sum(Object.values(shown))));
    const seen = getComputedStyle(document.documentElement).getPropertyValue("--track"); // looked at, nobody there
    const colours = new Map(totals.map(([emotion]) => [emotion, paint(emotion)]));
    for (const [second, shown] of this.#seconds) {
      // Whole pixels, from this second's edge to the next one's: no gaps, no overlaps.
      const left = Math.round(width * (1 - (this.#now - second + 1) / this.#span));
      const right = Math.round(width * (1 - (this.#now - second) / this.#span));
      let bottom = height;
      pen.fillStyle = seen;
      pen.fillRect(left, 0, right - left, height);
      for (const [emotion] of totals) {
        const tall = ((shown[emotion] ?? 0) / most) * height;
        pen.fillStyle = colours.get(emotion);
        pen.fillRect(left, bottom - tall, right - left, tall);
        bottom -= tall;
      }
    }
    this.#tell(totals);
  }

  /** Seconds of each emotion, the longest first. */
  #totals() {
    const totals = new Map();
    for (const shown of this.#seconds.values())
      for (const [emotion, share] of Object.entries(shown)) totals.set(emotion, (totals.get(emotion) ?? 0) + share);
    return [...totals].sort((one, other) => other[1] - one[1] || one[0].localeCompare(other[0]));
  }

  #tell(totals) {
    const all = sum(totals.map(([, seconds]) => seconds));
    const texts = totals.map(([emotion, seconds]) => `${emotion} ${percent(seconds / all)}`);
    const text = texts.join(", ") || "nobody was in sight";
    if (text === this.#shares.textContent) return;
    this.#shares.textContent = text;
    this.#legend.replaceChildren(
      ...totals.map(([emotion], index) => {
        const square = element("i");
        square.style.backgroundColor = `var(${colourName(emotion)})`;
        return element("li", {}, square, texts[index]);
      }),
    );
  }
}

function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}
