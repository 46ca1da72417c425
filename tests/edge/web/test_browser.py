"""The page in a real Chromium, as somebody at it sees and uses it."""

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import cv2
import pytest

from edge.contract.records import CameraEvent, Pause, Stop
from edge.web.app import build_app
from edge.web.door import Door
from edge.web.server import Server
from edge.web.timeline import Timeline
from edge.web.upload import MAX_BYTES
from tests.edge.web.asking import LABELS, analysis, encoded, frame, seen
from tests.edge.web.chromium import Chromium, find

pytestmark = pytest.mark.skipif(not find(), reason="Chromium is not installed (apt install chromium)")

FAKE_CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
TAB = ("Tab", 9)


@pytest.fixture
def chromium(tmp_path) -> Iterator[Chromium]:
    """Whatever a test does: the console stays empty, and no other host is asked."""
    with Chromium(tmp_path / "profile", *FAKE_CAMERA) as browser:
        yield browser
        assert browser.console == []
        assert len(browser.hosts) == 1
        assert browser.hosts.pop().startswith("127.0.0.1:")


@pytest.fixture
def files(tmp_path, picture, photo) -> list[Path]:
    (tmp_path / "one.jpg").write_bytes(photo)
    (tmp_path / "notes.txt").write_text("no picture")
    (tmp_path / "two <b>.jpg").write_bytes(photo)
    return [tmp_path / "one.jpg", tmp_path / "notes.txt", tmp_path / "two <b>.jpg"]


def opened(chromium: Chromium, port: int, **more) -> Chromium:
    chromium.open(f"http://127.0.0.1:{port}/", **more)
    chromium.until("document.getElementById('version').textContent === 'Version ' + '0.1.0'")
    return chromium


def cards(chromium: Chromium, count: int) -> list[dict]:
    """What the results say, once all are there: name, fault, verdicts, bars, and the colours that were drawn."""
    done = f"document.querySelectorAll('#results > li:not(.waiting)').length === {count}"
    chromium.until(done, 180)
    return json.loads(
        chromium.value(
            """JSON.stringify([...document.querySelectorAll('#results > li')].map(card => ({
                name: card.querySelector('.name').textContent,
                fault: card.querySelector('.fault')?.textContent ?? null,
                verdicts: [...card.querySelectorAll('.verdict b')].map(each => each.textContent),
                bars: [...card.querySelectorAll('.bars li')].map(each => each.innerText.split(/\\s*\\n\\s*/)),
                drawn: card.querySelector('canvas')?.ariaLabel ?? null,
            })))"""
        )
    )


def yellow(chromium: Chromium, canvas: str) -> int:
    """Pixels of a canvas in the colour of "happy", the box of the demo's face."""
    return chromium.value(
        f"""(() => {{
            const canvas = document.querySelector({json.dumps(canvas)});
            const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
            let found = 0;
            for (let at = 0; at < data.length; at += 4)
                found += data[at] > 215 && data[at + 1] > 150 && data[at + 1] < 190 && data[at + 2] < 40;
            return found;
        }})()"""
    )


def check_results(found: list[dict]) -> None:
    assert [card["name"] for card in found] == ["one.jpg", "notes.txt", "two <b>.jpg"]
    assert found[1]["fault"] == "not a picture that can be read"
    for card in (found[0], found[2]):
        assert card["fault"] is None
        assert card["verdicts"] == ["happy"]
        assert [label for label, _ in card["bars"]] == list(LABELS), "all seven"
        assert int(card["bars"][3][1].rstrip("\u202f%")) > 90
        assert card["drawn"] == f"{card['name']}: 1 face, happy"


def test_photos_are_chosen_and_dropped(serving, chromium, files):
    _, port = serving()
    opened(chromium, port)
    chromium.choose("#files", *files)
    check_results(cards(chromium, 3))
    assert yellow(chromium, "#results canvas") > 300
    chromium.click("#clear")
    chromium.until("document.querySelectorAll('#results > li').length === 0 && document.getElementById('clear').hidden")
    chromium.drop("#drop", *files)
    check_results(cards(chromium, 3))
    assert chromium.value("location.pathname") == "/", "a dropped photo does not replace the page"


def test_a_photo_that_the_server_would_refuse_is_made_smaller(serving, chromium, tmp_path, photo):
    path = tmp_path / "large.jpg"
    path.write_bytes(photo + bytes(MAX_BYTES))
    _, port = serving()
    opened(chromium, port)
    chromium.choose("#files", path)
    (card,) = cards(chromium, 1)
    assert (card["fault"], card["verdicts"]) == (None, ["happy"])


def test_the_browsers_own_camera(serving, chromium):
    _, port = serving()
    opened(chromium, port)
    assert chromium.value("document.getElementById('live').hidden")
    chromium.click("#own-start")
    chromium.until("document.getElementById('video').videoWidth > 0 && !document.getElementById('own-capture').hidden")
    chromium.click("#own-capture")
    (card,) = cards(chromium, 1)
    assert card["fault"] is None
    assert card["name"].startswith("Capture, ")
    track = "document.getElementById('video').srcObject"
    chromium.value(f"window.track = {track}.getTracks()[0]")
    chromium.click("#own-stop")
    chromium.until(f"window.track.readyState === 'ended' && {track} === null")


@pytest.mark.parametrize("given", ["at once", "late"])
def test_however_often_it_is_turned_on_the_camera_is_turned_off(serving, chromium, given):
    """A double click, and a page that is left while the browser still asks whether the camera is allowed."""
    _, port = serving()
    opened(chromium, port)
    chromium.value(
        """(() => {
            const media = navigator.mediaDevices, real = media.getUserMedia.bind(media);
            window.asked = []; window.streams = []; window.allow = [];
            media.getUserMedia = async (wish) => {
                window.asked.push(wish);
                if (window.late) await new Promise(allow => window.allow.push(allow));
                const stream = await real(wish);
                window.streams.push(stream);
                return stream;
            };
        })()"""
    )
    chromium.value(f"window.late = {json.dumps(given == 'late')}")
    chromium.click("#own-start")
    chromium.value("document.getElementById('own-start').click()")
    if given == "late":
        chromium.value("dispatchEvent(new PageTransitionEvent('pagehide'))")
        chromium.value("window.allow.forEach(allow => allow())")
        chromium.until("window.streams.length === window.asked.length")
    else:
        chromium.until(
            "!document.getElementById('own-capture').hidden && window.streams.length === window.asked.length"
        )
        chromium.click("#own-stop")
    chromium.until(
        "window.streams.every(stream => stream.getTracks().every(track => track.readyState === 'ended'))", 10
    )
    assert chromium.value("document.getElementById('video').srcObject") is None
    assert chromium.value("document.getElementById('own-stop').hidden && !document.getElementById('own-start').hidden")
    assert chromium.value("document.getElementById('progress').textContent") == ""
    chromium.value("window.late = false")
    chromium.click("#own-start")
    chromium.until("document.getElementById('video').videoWidth > 0 && !document.getElementById('own-capture').hidden")


def test_a_large_photo_is_drawn_no_larger_than_it_is_looked_at(serving, chromium, tmp_path, picture):
    sizes = {"large": (3200, 2400), "tall": (1200, 4000), "small": (320, 240)}
    paths = [tmp_path / f"{name}.jpg" for name in sizes]
    for path, size in zip(paths, sizes.values(), strict=True):
        path.write_bytes(encoded(cv2.resize(picture, size), ".jpg"))
    _, port = serving()
    opened(chromium, port)
    chromium.choose("#files", *paths)
    assert [card["fault"] for card in cards(chromium, 3)] == [None] * 3
    drawn = "[...document.querySelectorAll('#results canvas')].map(each => [each.width, each.height])"
    assert chromium.value(drawn) == [[1600, 1200], [480, 1600], [960, 720]]
    assert yellow(chromium, "#results canvas") > 300, "the box is where the face is"


def test_the_live_view(serving, chromium, tmp_path):
    process, port = serving("--source", "demo")
    opened(chromium, port)
    chromium.until("document.querySelector('#faces .verdict b')?.textContent === 'happy'", 180)
    bars = json.loads(
        chromium.value(
            "JSON.stringify([...document.querySelectorAll('#faces .bars li > :first-child')].map(e => e.textContent))"
        )
    )
    assert bars == list(LABELS)
    chromium.until(
        "/Live picture: happy 9|Live picture: happy 100/.test(document.getElementById('view').ariaLabel)", 60
    )
    assert chromium.value("document.getElementById('shares').textContent").startswith("happy ")
    assert chromium.value("document.querySelector('#legend li').textContent").startswith("happy ")
    assert yellow(chromium, "#timeline") > 50
    chromium.click("#capture")
    (card,) = cards(chromium, 1)
    assert card["fault"] is None
    assert card["drawn"].startswith("Capture, ")
    process.terminate()
    chromium.until("document.getElementById('state').dataset.state === 'offline'", 60)
    assert "no connection" in chromium.value("document.getElementById('veil').textContent")
    # The browser itself notes that nobody answers; the page says it, too, and goes on trying.
    chromium.console = [line for line in chromium.console if "ERR_CONNECTION_REFUSED" not in line]


def test_everything_is_reached_with_the_keyboard(serving, chromium, photo, tmp_path):
    _, port = serving("--source", "demo")
    opened(chromium, port)
    chromium.until("!document.getElementById('capture').disabled", 120)
    visited = []
    for _ in range(3):
        chromium.key(*TAB)
        visited.append(chromium.value("document.activeElement.id || document.activeElement.className"))
        style = "getComputedStyle(document.activeElement.closest('.drop') ?? document.activeElement)"
        ring = chromium.value(f"{style}.outlineStyle + ' ' + {style}.outlineWidth")
        assert visited[-1] == "skip" or ring == "solid 3px", visited
    assert visited == ["skip", "capture", "files"]
    unnamed = """[...document.querySelectorAll('button, input, canvas, video, section')].filter(each =>
        !(each.ariaLabel || each.getAttribute('aria-labelledby') || each.closest('label') || each.innerText.trim()))"""
    assert chromium.value(f"{unnamed}.length") == 0
    live = "[...document.querySelectorAll('[role=status]')].map(each => each.id).join()"
    assert chromium.value(live) == "spoken,progress", "what changes with every frame is not read out"


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 800)])
def test_it_fits_and_can_be_read(serving, chromium, files, width, height, dark):
    _, port = serving()
    opened(chromium, port, width=width, height=height, dark=dark, phone=width < 500)
    chromium.choose("#files", *files)
    cards(chromium, 3)
    assert chromium.value("document.documentElement.scrollWidth") <= width, "nothing sticks out"
    small = """[...document.querySelectorAll('button, .drop, .button')].filter(each => {
        const at = each.getBoundingClientRect(); return at.height > 0 && Math.min(at.width, at.height) < 44; })"""
    assert chromium.value(f"{small}.length") == 0, "fingers need room"
    assert contrast(chromium, "body", "body") > 7
    for text in (".soft", ".bars li", ".quiet", ".fault", "footer"):
        assert contrast(chromium, text, ".results > li" if text in (".bars li", ".fault") else "body") >= 4.5, text
    assert contrast(chromium, ".primary", ".primary") >= 4.5


def contrast(chromium: Chromium, text: str, ground: str) -> float:
    """WCAG 2.2's ratio of a text's colour and its ground's."""
    return chromium.value(
        f"""(() => {{
            const light = (colour) => {{
                const [r, g, b] = colour.match(/[\\d.]+/g).map(v => v / 255)
                    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
                return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
            }};
            const style = (selector) => getComputedStyle(document.querySelector(selector));
            const [a, b] = [light(style("{text}").color), light(style("{ground}").backgroundColor)];
            return Math.max(a, b) / Math.min(a, b);
        }})()"""
    )


def test_the_token_is_asked_for_once(serving, tmp_path):
    _, port = serving("--token", "a-token-of-many-letters")
    with Chromium(tmp_path / "profile") as chromium:
        chromium.open(f"http://127.0.0.1:{port}/")
        chromium.value("document.querySelector('[name=token]').value = 'a-token-of-many-letters'")
        chromium.click("button")
        chromium.until("document.getElementById('version')?.textContent === 'Version 0.1.0'")
        assert chromium.value("location.href") == f"http://127.0.0.1:{port}/", "the token does not stay in the address"
        assert chromium.value("document.cookie") == "", "no script can read it"


def test_the_policy_holds(serving, chromium):
    _, port = serving()
    opened(chromium, port)
    for attempt in (
        "fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'stopped')",
        "fetch('http://127.0.0.2:9/').then(() => 'sent', () => 'stopped')",
        "new Promise(done => Object.assign(new Image(), {onerror: () => done('stopped'), src: 'http://127.0.0.1:9/x'}))",
    ):
        assert chromium.value(attempt) == "stopped"
    chromium.value("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.hacked = 1\">')")
    assert chromium.value("typeof window.hacked") == "undefined"
    refused = [line for line in chromium.console if "Content Security Policy" in line]
    assert len(refused) >= 4
    chromium.console.clear()
    chromium.hosts = {host for host in chromium.hosts if host == f"127.0.0.1:{port}"}


def test_an_open_page_goes_on_after_another_boot(chromium, photos, live):
    """The seconds of the new boot begin at 0 again."""

    def show(mono: float, emotion: str) -> str:
        live.watch(frame(0, mono), analysis(0, mono, seen(1, emotion)))
        return f"document.getElementById('shares').textContent.startsWith('{emotion} 100')"

    with Server(build_app(Door(port=0), photos, live, "0.1.0"), Door(port=0)) as server:
        known = show(50000.5, "happy")
        opened(chromium, server.port).until(known)
        live.timeline = Timeline()
        chromium.until(show(3.5, "sad"))
        live.end()


def test_who_listens_is_told_that_the_picture_went_away(chromium, photos, live):
    """Once each time, and what is seen again afterwards."""
    door = Door(port=0)
    with Server(build_app(door, photos, live, "0.1.0"), door) as server:
        live.watch(frame(0, 1.0), analysis(0, 1.0, seen(1, "happy")))
        opened(chromium, server.port)
        chromium.value(
            """(() => {
                window.said = [];
                const spoken = document.getElementById("spoken");
                new MutationObserver(() => window.said.push(spoken.textContent)).observe(spoken, {childList: true});
            })()"""
        )
        numbers = count(1)
        for moment in (
            CameraEvent(1002.0, 2.0, "lost", "unplugged"),
            Pause(1003.0, 3.0, "begun"),
            Stop(1005.0, 5.0, "SIGTERM", 2, 0, 0),
        ):
            while chromium.value("document.getElementById('spoken').textContent") != "happy":
                number = next(numbers)
                live.watch(frame(number, 1.0 + number), analysis(number, 1.0 + number, seen(1, "happy")))
            live.handle(moment)
            chromium.until("document.getElementById('capture').disabled")
    chromium.until("document.getElementById('state').dataset.state === 'offline'")
    said = chromium.value("window.said.filter(text => text !== 'happy')")
    assert said == [
        "The camera is away: unplugged",
        "Paused: nothing is being looked at",
        "The run has ended: SIGTERM",
        "no connection to the server",
    ]
    chromium.console = [line for line in chromium.console if "ERR_CONNECTION_REFUSED" not in line]


def test_the_legend_follows_the_theme(chromium, photos, live):
    door = Door(port=0)
    with Server(build_app(door, photos, live, "0.1.0"), door) as server:
        live.watch(frame(0, 1.0), analysis(0, 1.0, seen(1, "happy")))
        opened(chromium, server.port).until("document.querySelector('#legend i')")
        colours = []
        for theme in ("light", "dark"):
            chromium.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": theme}])
            colours.append(chromium.value("getComputedStyle(document.querySelector('#legend i')).backgroundColor"))
        assert colours == ["rgb(229, 170, 6)", "rgb(244, 201, 60)"], "--happy as the style sheet has it"
        live.end()
