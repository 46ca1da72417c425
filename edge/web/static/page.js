// Puts the page together.

import { ask } from "/answers.js";
import { OwnCamera } from "/camera.js";
import { captureFrame, LiveView } from "/live.js";
import { Photos } from "/photos.js";

const at = (id) => document.getElementById(id);

/** What the server can do; asked again until it answers. */
async function learn() {
  for (;;) {
    try {
      return await (await ask("/status")).json();
    } catch (error) {
      at("state").hidden = false;
      at("state").dataset.state = "offline";
      at("state").lastElementChild.textContent = error.message;
      await new Promise((done) => setTimeout(done, 2000));
    }
  }
}

const status = await learn();
at("state").hidden = true;
at("version").textContent = `Version ${status.version}`;
const photos = new Photos(at("results"), at("progress"), at("clear"), status.limits);

at("files").disabled = false;
at("files").addEventListener("change", (event) => {
  photos.add(event.target.files);
  event.target.value = ""; // so that the same file can be chosen again
});

// A photo that misses the field must not replace the page.
let inside = 0;
addEventListener("dragenter", () => at("drop").classList.toggle("over", ++inside > 0));
addEventListener("dragleave", () => at("drop").classList.toggle("over", --inside > 0));
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => {
  event.preventDefault();
  inside = 0;
  at("drop").classList.remove("over");
  photos.add(event.dataTransfer.files);
});

if (status.live) {
  at("live").hidden = false;
  at("capture").addEventListener("click", () => {
    photos.addCapture(captureFrame);
    at("photos").scrollIntoView({ block: "nearest" });
  });
  new LiveView().run();
} else {
  new OwnCamera((files) => photos.add(files));
}
