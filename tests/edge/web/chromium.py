"""A real Chromium without a window, driven over its DevTools protocol through a pipe: no driver, port or library."""

import base64
import json
import os
import select
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """The browser of this machine."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Chromium:
    """One browser with one page. What its console says, which errors it has, and what it asked for is kept."""

    def __init__(self, profile: Path, *options: str):
        path = find()
        assert path is not None
        reading, self._to = os.pipe()
        self._from, writing = os.pipe()
        options = (
            "--headless",
            "--remote-debugging-pipe",
            f"--user-data-dir={profile}",
            "--no-first-run",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            *(["--no-sandbox"] if os.geteuid() == 0 else []),
            *options,
        )
        self._process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{reading} 4>&{writing}', "bash", path, *options],
            pass_fds=(reading, writing),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(reading)
        os.close(writing)
        self._rest = b""
        self._number = 0
        self._session: str | None = None
        self.console: list[str] = []
        self.hosts: set[str] = set()
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "DOM"):
            self.send(f"{domain}.enable")

    def __enter__(self) -> "Chromium":
        return self

    def __exit__(self, *_: object) -> None:
        self._session = None
        self.send("Browser.close")
        self._process.wait(60)
        os.close(self._to)
        os.close(self._from)

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Calls a method of the protocol and returns its result."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + 120
        while time.monotonic() < end:
            answer = self._take(end - time.monotonic())
            if answer.get("id") == self._number:
                assert "error" not in answer, (method, answer)
                return answer["result"]
        raise TimeoutError(method)

    def open(self, url: str, width: int = 1280, height: int = 800, *, dark: bool = False, phone: bool = False) -> None:
        """Shows a page and waits until it is loaded."""
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=2 if phone else 1,
            mobile=phone,
        )
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.send("Emulation.setEmulatedMedia", features=features)
        self.send("Page.navigate", url=url)
        self.until("document.readyState === 'complete' && location.href !== 'about:blank'")

    def value(self, expression: str) -> Any:
        """What a JavaScript expression is in the page; promises are awaited."""
        answer = self.send("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def until(self, expression: str, seconds: float = 120) -> Any:
        """Waits until an expression is true, and returns it."""
        end = time.monotonic() + seconds
        while not (value := self.value(f"(v => v instanceof Element || v)({expression})")):
            assert time.monotonic() < end, f"never true: {expression}; console: {self.console}"
            time.sleep(0.05)
        return value

    def choose(self, selector: str, *files: Path) -> None:
        """Chooses files in a file field, as a person would in its dialog."""
        field = self.send("Runtime.evaluate", expression=f"document.querySelector({json.dumps(selector)})")["result"]
        self.send("DOM.setFileInputFiles", objectId=field["objectId"], files=[str(file) for file in files])

    def drop(self, selector: str, *files: Path) -> None:
        """Drags files from outside onto an element."""
        x, y = self.middle(selector)
        data = {"items": [], "files": [str(file) for file in files], "dragOperationsMask": 1}
        for kind in ("dragEnter", "dragOver", "drop"):
            self.send("Input.dispatchDragEvent", type=kind, x=x, y=y, data=data)

    def click(self, selector: str) -> None:
        """Presses the mouse on an element."""
        x, y = self.middle(selector)
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def key(self, name: str, code: int, text: str = "") -> None:
        """Presses and releases a key."""
        for kind in ("keyDown", "keyUp"):
            self.send("Input.dispatchKeyEvent", type=kind, key=name, code=name, windowsVirtualKeyCode=code, text=text)

    def middle(self, selector: str) -> tuple[float, float]:
        """Where an element is on the screen; it is scrolled into view."""
        return tuple(
            self.value(
                f"""(() => {{
                    const found = document.querySelector({json.dumps(selector)});
                    found.scrollIntoView({{block: "center", behavior: "instant"}});
                    const at = found.getBoundingClientRect();
                    return [at.x + at.width / 2, at.y + at.height / 2];
                }})()"""
            )
        )

    def screenshot(self, path: Path, *, whole: bool = False, kind: str = "png") -> None:
        """Writes what is seen, or the whole page, to a file."""
        data = self.send("Page.captureScreenshot", format=kind, captureBeyondViewport=whole)["data"]
        path.write_bytes(base64.b64decode(data))

    def _take(self, timeout: float) -> dict[str, Any]:
        """The next message; events are noted."""
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._from], [], [], max(0.0, timeout))
            if not ready:
                return {}
            data = os.read(self._from, 1 << 20)
            assert data, "the browser has gone"
            self._rest += data
        line, _, self._rest = self._rest.partition(b"\0")
        message = json.loads(line)
        self._note(message.get("method"), message.get("params", {}))
        return message

    def _note(self, method: str | None, given: dict[str, Any]) -> None:
        if method == "Runtime.consoleAPICalled":
            self.console.append(" ".join(str(each.get("value", each.get("description"))) for each in given["args"]))
        elif method == "Runtime.exceptionThrown":
            self.console.append(given["exceptionDetails"].get("exception", {}).get("description", "exception"))
        elif method == "Log.entryAdded":
            self.console.append(f"{given['entry']['text']} {given['entry'].get('url', '')}")
        elif method == "Network.requestWillBeSent":
            scheme, _, rest = given["request"]["url"].partition("://")
            if scheme not in ("data", "blob", "about"):
                self.hosts.add(rest.partition("/")[0])
