// What live view and photos have in common: faces drawn on pictures, and their bars.

const NAMES = ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral", "uncertain"];

/** The name of an emotion's colour in the style sheet: what has it as `var(NAME)` changes with light and dark. */
export function colourName(emotion) {
  return `--${NAMES.includes(emotion) ? emotion : "other"}`;
}

/** The colour itself as it is now, for canvases. */
export function paint(emotion) {
  return getComputedStyle(document.documentElement).getPropertyValue(colourName(emotion)).trim();
}

/** A new element with some properties, and the children given. */
export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** A probability for people. */
export function percent(share) {
  return `${Math.round(share * 100)}\u202f%`; // a narrow space that does not break
}

/** What is said of a face in a word or two. */
export function said(face) {
  if (face.emotion === null) return "not a face";
  return `${face.emotion} ${percent(face.confidence)}`;
}

const LARGEST = 1600; // pixels of a canvas' longer side: more is not seen, and each result on the page keeps its own

/** Draws a picture into a canvas about as large as the picture, and the faces on it. `width` is what the boxes refer to. */
export function drawScene(canvas, picture, width, faces) {
  const enlarged = Math.max(1, 960 / picture.width); // lines and letters on a small picture would be coarse
  const scale = Math.min(enlarged, LARGEST / Math.max(picture.width, picture.height));
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  const pen = canvas.getContext("2d");
  pen.imageSmoothingQuality = "high";
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  // On a phone the canvas is shown smaller than it is: what is drawn on it must be the larger.
  const shown = canvas.clientWidth || 480;
  const unit = Math.max(1, canvas.width / shown);
  for (const face of faces) drawFace(pen, face, canvas.width / width, unit);
}

function drawFace(pen, face, scale, unit) {
  const [x, y, width, height] = face.box.map((value) => value * scale);
  const colour = face.emotion === null ? "#8b94a3" : paint(face.emotion);
  pen.lineWidth = 2.5 * unit;
  pen.strokeStyle = colour;
  pen.setLineDash(face.emotion === null ? [6 * unit, 6 * unit] : []);
  pen.beginPath();
  pen.roundRect(x, y, width, height, Math.min(10 * unit, width / 6));
  pen.stroke();
  drawLabel(pen, said(face), x - 1.25 * unit, y - 6 * unit, colour, unit);
}

function drawLabel(pen, text, x, bottom, colour, unit) {
  const size = 14 * unit;
  pen.font = `600 ${size}px system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif`;
  const width = pen.measureText(text).width + size;
  const left = Math.min(Math.max(0, x), Math.max(0, pen.canvas.width - width));
  const top = Math.max(0, bottom - 1.6 * size);
  pen.setLineDash([]);
  pen.fillStyle = colour;
  pen.beginPath();
  pen.roundRect(left, top, width, 1.6 * size, 0.45 * size);
  pen.fill();
  pen.fillStyle = bright(colour) ? "#10141a" : "#ffffff";
  pen.textBaseline = "middle";
  pen.fillText(text, left + size / 2, top + 0.83 * size);
}

/** Whether dark letters read better on a colour: by relative luminance, WCAG 2.2. */
function bright(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18;
}

/** The list entry of a face: what it shows, and a bar for every emotion. `update(face)` shows another state of it. */
export function faceEntry(title) {
  const name = element("b");
  const note = element("span", { textContent: title });
  const bars = element("ul", { className: "bars" });
  const entry = element("li", {}, element("p", { className: "verdict" }, name, note), bars);
  const rows = new Map();
  entry.update = (face) => {
    name.textContent = face.emotion === null ? "Not a face" : face.emotion;
    note.textContent = face.emotion === null ? `${percent(face.gate)} human` : title;
    for (const [emotion, value] of Object.entries(face.probabilities ?? {})) {
      if (!rows.has(emotion)) rows.set(emotion, addRow(bars, emotion));
      const { row, bar, text } = rows.get(emotion);
      row.classList.toggle("best", emotion === face.emotion);
      bar.style.width = `${value * 100}%`;
      text.textContent = percent(value);
    }
  };
  return entry;
}

function addRow(bars, emotion) {
  const bar = element("i");
  bar.style.backgroundColor = `var(${colourName(emotion)})`;
  const text = element("span", { className: "value" });
  const row = element("li", {}, element("span", { textContent: emotion }), element("span", { className: "bar" }, bar), text);
  row.children[1].ariaHidden = "true";
  bars.append(row);
  return { row, bar, text };
}
