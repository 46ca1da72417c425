// The browser's own camera, for pages without one of the server's. It is on only while the page says so.

export class OwnCamera {
  #opening = null; // the attempt to open the camera that is under way
  #ids = Object.fromEntries(
    ["video", "own-screen", "own-veil", "own-start", "own-capture", "own-stop", "own-file", "progress"].map((id) => [id, document.getElementById(id)]),
  );

  /** `take` gets each picture that is captured, as a File. */
  constructor(take) {
    const ids = this.#ids;
    document.getElementById("own").hidden = false;
    // Browsers give a page the camera on this machine or over https only; a phone's own camera button always works.
    const allowed = Boolean(navigator.mediaDevices?.getUserMedia);
    ids["own-start"].hidden = !allowed;
    ids["own-file"].hidden = allowed;
    ids["own-start"].addEventListener("click", () => this.#start());
    ids["own-stop"].addEventListener("click", () => this.#stop());
    ids["own-capture"].addEventListener("click", async () => take([await this.#picture()]));
    ids["own-file"].firstElementChild.addEventListener("change", (event) => {
      take(event.target.files);
      event.target.value = "";
    });
    addEventListener("pagehide", () => this.#stop());
  }

  /** One attempt at a time: the second click of two adds nothing. What comes after a stop is turned off at once. */
  async #start() {
    if (this.#opening) return;
    const opening = (this.#opening = {});
    const { video } = this.#ids;
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 1280, height: 720, facingMode: "user" } });
      if (this.#opening !== opening) return turnOff(stream);
      video.srcObject = stream;
      await video.play();
      this.#show(true);
      this.#ids["own-capture"].focus();
      this.#opening = null;
    } catch (error) {
      if (this.#opening !== opening) return;
      this.#stop();
      const why = { NotAllowedError: "the camera was not allowed", NotFoundError: "no camera was found" };
      this.#ids.progress.textContent = why[error.name] ?? "the camera cannot be opened";
    }
  }

  #stop() {
    this.#opening = null;
    turnOff(this.#ids.video.srcObject);
    this.#ids.video.srcObject = null;
    const had = document.activeElement;
    this.#show(false);
    if (had === this.#ids["own-stop"]) this.#ids["own-start"].focus();
  }

  #show(on) {
    for (const id of ["own-screen", "own-capture", "own-stop"]) this.#ids[id].hidden = !on;
    for (const id of ["own-veil", "own-start"]) this.#ids[id].hidden = on;
  }

  async #picture() {
    const { video } = this.#ids;
    const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
    canvas.getContext("2d").drawImage(video, 0, 0);
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.95 });
    return new File([blob], `Capture, ${new Date().toLocaleTimeString()}`, { type: "image/jpeg" });
  }
}

function turnOff(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}
