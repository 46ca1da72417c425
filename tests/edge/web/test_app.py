"""What is answered to which request, without a socket; photos go through the real pipeline."""

import asyncio
import json
import re
import struct
import time

import cv2
import numpy as np
import pytest

from edge.contract.errors import ModelError
from edge.contract.pictures import decode
from edge.contract.records import CameraEvent, Pause
from edge.web import app as web
from edge.web import intake
from edge.web.app import build_app
from edge.web.door import Door
from edge.web.jpeg import WIDEST, to_jpeg
from edge.web.page import assets
from edge.web.photos import Photos
from edge.web.upload import MAX_BYTES, MAX_PIXELS
from edge.web.viewers import MOST
from tests.edge.web.asking import LABELS, WITHIN, Client, analysis, encoded, frame, seen


def taken_apart(body: bytes) -> tuple[dict, bytes]:
    (length,) = struct.unpack_from(">I", body)
    return json.loads(body[4 : 4 + length]), body[4 + length :]


def test_status(client):
    answer = client.get("/status")
    limits = {"bytes": MAX_BYTES, "pixels": MAX_PIXELS}
    assert json.loads(answer.body) == {"version": "0.1.0", "live": True, "limits": limits}


def test_a_frame_with_its_faces(client, live, picture):
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    live.watch(frame(0, 7.5, grey), analysis(0, 7.5, seen(2, "sad"), seen(1)))
    answer = client.get("/live?viewer=me")
    facts, jpeg = taken_apart(answer.body)
    assert np.abs(decode(jpeg, "").astype(int) - grey).mean() < 3
    assert (facts["state"], facts["source"], facts["width"], facts["height"]) == ("live", "demo", 640, 480)
    assert [face["track"] for face in facts["faces"]] == [1, 2], "the list must not jump"
    assert facts["faces"][1]["emotion"] == "sad"
    assert facts["faces"][1]["box"] == [10, 20, 60, 60]
    assert tuple(facts["faces"][1]["probabilities"]) == LABELS
    assert facts["timeline"]["seconds"] == [[7, {"sad": 1.0, "happy": 1.0}]]


def test_only_what_is_new_of_the_timeline(client, live):
    for second in range(5):
        live.watch(frame(second, second + 0.5), analysis(second, second + 0.5))
    facts, _ = taken_apart(client.get("/live?since=3").body)
    assert facts["timeline"]["seconds"] == [[3, {}], [4, {}]]


def test_who_has_the_newest_waits_for_the_next(client, live):
    live.watch(frame(0, 1.0), analysis(0, 1.0))

    async def scenario():
        waiting = asyncio.create_task(client.ask("GET", "/live?viewer=me&after=1"))
        await asyncio.sleep(0.3)
        assert not waiting.done()
        live.watch(frame(1, 1.1), analysis(1, 1.1))
        return await asyncio.wait_for(waiting, 2)

    facts, _ = taken_apart(asyncio.run(scenario()).body)
    assert facts["number"] == 2


def test_nobody_waits_for_ever(client, live, monkeypatch):
    monkeypatch.setattr(web, "PATIENCE", 0.1)
    live.watch(frame(0, 1.0), analysis(0, 1.0))
    answer = client.get("/live?after=1")
    assert (answer.status, answer.body) == (204, b"")
    live.end()
    monkeypatch.setattr(web, "PATIENCE", 60)
    assert client.get(f"/live?after={live.scene.number}").status == 204, "after the end nothing is waited for"


def test_one_page_gets_no_more_than_its_rate(client, live):
    async def scenario() -> float:
        began = time.monotonic()
        for index in range(10):
            live.watch(frame(index, index / 100), analysis(index, index / 100))
            await client.ask("GET", "/live?viewer=me")
        return time.monotonic() - began

    assert asyncio.run(scenario()) > 9 / 15 - 0.05


def test_no_more_pages_than_the_board_can_feed(client, live):
    live.watch(frame(0, 1.0), analysis(0, 1.0))
    for viewer in range(MOST):
        assert client.get(f"/live?viewer={viewer}").status == 200
    answer = client.get("/live?viewer=another")
    assert (answer.status, answer.text.count("\n")) == (503, 1)
    assert client.get("/live?viewer=0").status == 200


def test_a_frame_is_encoded_once_and_only_when_somebody_looks(client, live, monkeypatch):
    encodings = []
    monkeypatch.setattr(web, "to_jpeg", lambda grey: encodings.append(grey) or to_jpeg(grey))
    for index in range(5):
        live.watch(frame(index, 1.0 + index), analysis(index, 1.0 + index))
    assert not encodings
    pictures = {taken_apart(client.get(f"/live?viewer={viewer}").body)[1] for viewer in range(3)}
    assert (len(pictures), len(encodings)) == (1, 1)
    live.watch(frame(5, 6.0, np.full((120, 160), 200, np.uint8)), analysis(5, 6.0))
    assert taken_apart(client.get("/live?viewer=0").body)[1] not in pictures


@pytest.mark.parametrize(
    ("moment", "state"),
    [(Pause(1.0, 1.0, "begun"), "paused"), (CameraEvent(1.0, 1.0, "lost", "no frame for 10 s"), "lost")],
)
def test_no_picture_while_nobody_should_look(client, live, moment, state):
    live.watch(frame(0, 1.0), analysis(0, 1.0, seen()))
    live.handle(moment)
    facts, jpeg = taken_apart(client.get("/live").body)
    assert (facts["state"], facts["reason"], jpeg) == (state, getattr(moment, "reason", ""), b"")
    assert "faces" not in facts
    answer = client.post("/capture")
    assert (answer.status, answer.text) == (409, "there is no picture to be had just now\n")


def test_wide_frames_are_made_smaller():
    assert decode(to_jpeg(np.zeros((1080, 1920), np.uint8)), "").shape == (720, WIDEST)
    assert decode(to_jpeg(np.zeros((480, 640), np.uint8)), "").shape == (480, 640)
    assert decode(to_jpeg(np.zeros((1, 6000), np.uint8)), "").shape == (1, WIDEST)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp"])
def test_a_photo(client, picture, suffix):
    answer = client.post("/photo", encoded(picture, suffix))
    assert answer.status == 200
    found = json.loads(answer.body)
    assert (found["width"], found["height"]) == (640, 480)
    (face,) = (face for face in found["faces"] if face["human"])
    assert face["emotion"] == "happy"
    assert face["confidence"] == face["probabilities"]["happy"] > 0.9
    assert tuple(face["probabilities"]) == LABELS
    x, y, width, height = face["box"]
    assert 150 < x < x + width < 450
    assert 0 <= y < y + height < 300


def test_a_photo_in_many_parts(client, photo):
    assert json.loads(client.post("/photo", [photo[at : at + 999] for at in range(0, len(photo), 999)]).body)["faces"]


def test_the_page_tells_what_the_command_tells(client, photos, picture, tmp_path):
    from edge.tools.image.photos import as_json, look_at

    for name, image in (("photo.png", picture), ("small.png", cv2.resize(picture[20:240, 190:400], (48, 48)))):
        cv2.imwrite(str(tmp_path / name), image)
        data = (tmp_path / name).read_bytes()
        pipeline = photos.open()
        told = json.loads(as_json(look_at(pipeline, tmp_path / name, data, False), pipeline.threshold))
        found = json.loads(client.post("/photo", data).body)
        assert found == {key: told[key] for key in ("width", "height", "faces")}
        assert len(found["faces"]) >= 1


def test_a_photo_without_a_face(client):
    assert json.loads(client.post("/photo", encoded(np.full((300, 400), 127, np.uint8), ".png")).body)["faces"] == []


def test_a_photo_that_lies_on_its_side(client, picture):
    """As telephones store them: EXIF orientation 6, to be turned a quarter clockwise."""
    data = encoded(cv2.rotate(picture, cv2.ROTATE_90_COUNTERCLOCKWISE), ".jpg")
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0)
    exif = b"Exif\0\0MM\0*\0\0\0\x08" + struct.pack(">H", 1) + entry + b"\0\0\0\0"
    turned = data[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + data[2:]
    found = json.loads(client.post("/photo", turned).body)
    assert (found["width"], found["height"]) == (640, 480)
    assert [face["emotion"] for face in found["faces"] if face["human"]] == ["happy"]


def no_picture(case: str) -> bytes:
    jpeg = encoded(np.random.default_rng(1).integers(0, 255, (90, 90, 3), np.uint8), ".png")
    return {"nothing": b"", "text": b"hello", "gif": b"GIF89a" + bytes(40), "cut": jpeg[:60], "head": jpeg[:20]}[case]


@pytest.mark.parametrize("case", ["nothing", "text", "gif", "cut", "head"])
def test_what_is_no_picture_gets_one_line(client, case):
    answer = client.post("/photo", no_picture(case))
    assert answer.status == 422
    assert answer.text.count("\n") == 1
    assert answer.headers["content-type"].startswith("text/plain")


def test_a_bomb_is_refused_before_it_is_decoded(client, monkeypatch):
    monkeypatch.setattr(cv2, "imdecode", None)
    header = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR" + struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    answer = client.post("/photo", header + bytes(1000))
    assert (answer.status, "60000x60000" in answer.text) == (422, True)


def test_too_many_bytes(client):
    said = client.post("/photo", [b"x"] * 100, {"content-length": str(MAX_BYTES + 1)})
    assert (said.status, client.taken) == (413, 0)
    part = bytes(1 << 20)
    endless = client.post("/photo", [part] * 100)
    assert (endless.status, client.taken) == (413, MAX_BYTES // len(part) + 1)
    assert client.post("/photo", b"", {"content-length": "many"}).status == 413


def test_an_upload_that_breaks_off_or_stands_still(client, photo, monkeypatch, caplog):
    assert client.post("/photo", [photo[:500]], broken=True).status == 400
    monkeypatch.setattr(intake, "patience", lambda _: 0.1)
    assert client.post("/photo", [photo[:500]], still=True).status == 408
    monkeypatch.undo()
    assert client.post("/photo", photo).status == 200, "the next one has its turn"
    assert not caplog.records


def test_a_larger_upload_is_given_more_time_but_less_than_the_page_waits(client, photo, monkeypatch):
    assert intake.patience(0) == 30
    assert intake.patience(64_000 * 20) == 50
    assert intake.patience(MAX_BYTES) == intake.LONGEST
    page = re.search(r"PATIENCE = (\d+); // ms", assets()["/photos.js"].data.decode())
    assert int(page[1]) / 1000 > intake.LONGEST
    given = []
    monkeypatch.setattr(intake, "patience", lambda length: given.append(length) or WITHIN)
    assert client.post("/photo", photo, {"content-length": str(len(photo))}).status == 200
    assert client.post("/photo", photo).status == 200, "in parts, nobody says how many"
    assert given == [len(photo), 0]


async def under_way() -> None:
    """Lets what was begun come to where it waits for something outside."""
    for _ in range(100):
        await asyncio.sleep(0)


def test_nobody_waits_for_an_upload_that_stands_still(client, live, photo, monkeypatch):
    monkeypatch.setattr(intake, "patience", lambda _: 2 * WITHIN)

    async def scenario() -> list[int]:
        stalled = asyncio.create_task(client.ask("POST", "/photo", {}, [photo[:500]], still=True))
        await asyncio.sleep(0)
        live.watch(frame(0, 1.0), analysis(0, 1.0))
        others = [
            await asyncio.wait_for(client.ask("POST", path, {}, photo), WITHIN) for path in ("/photo", "/capture")
        ]
        assert not stalled.done()
        stalled.cancel()
        return [answer.status for answer in others]

    assert asyncio.run(scenario()) == [200, 200]


def test_uploads_have_so_much_room_together(client, photo, monkeypatch):
    monkeypatch.setattr(intake, "ROOM", 2 * len(photo) + 100)

    async def scenario() -> list[int]:
        stalled = [asyncio.create_task(client.ask("POST", "/photo", {}, [photo], still=True)) for _ in range(2)]
        await under_way()
        first = await client.ask("POST", "/photo", {}, photo)
        for each in stalled:
            each.cancel()
        await asyncio.gather(*stalled)
        return [first.status, (await client.ask("POST", "/photo", {}, photo)).status]

    assert asyncio.run(scenario()) == [503, 200], "no room, and room again"


def test_photos_wait_for_their_turn_and_not_too_many(client, photo):
    async def scenario():
        return await asyncio.gather(*(client.ask("POST", "/photo", {}, photo) for _ in range(web.QUEUE + 4)))

    statuses = [answer.status for answer in asyncio.run(scenario())]
    assert statuses.count(200) == web.QUEUE + 1, "one is looked at, the others wait"
    assert statuses.count(503) == 3


def test_a_capture_is_of_the_newest_frame(client, live, picture):
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    live.watch(frame(0, 1.0), analysis(0, 1.0))
    live.watch(frame(1, 1.1, grey), analysis(1, 1.1, seen()))
    answer = client.post("/capture")
    found, jpeg = taken_apart(answer.body)
    assert [face["emotion"] for face in found["faces"] if face["human"]] == ["happy"]
    assert np.abs(decode(jpeg, "").astype(int) - grey).mean() < 3


def test_without_a_camera(photos, photo):
    client = Client(build_app(Door(), photos, None, "0.1.0"))
    assert json.loads(client.get("/status").body)["live"] is False
    assert client.get("/live").status == client.post("/capture").status == 404
    assert client.post("/photo", photo).status == 200


def test_a_model_that_is_gone_is_said_in_one_line(photo, live):
    def load():
        raise ModelError("emotion.tflite: its sha256 is not the manifest's")

    client = Client(build_app(Door(), Photos(load), live, "0.1.0"))
    live.watch(frame(0, 1.0), analysis(0, 1.0))
    for answer in (client.post("/photo", photo), client.post("/capture")):
        assert (answer.status, answer.text) == (503, "emotion.tflite: its sha256 is not the manifest's\n")


def test_a_bug_is_not_told_to_the_client(live, photo):
    def load():
        raise RuntimeError("secret of the house")

    client = Client(build_app(Door(), Photos(load), live, "0.1.0"))
    sent = []

    async def scenario():
        with pytest.raises(RuntimeError, match="secret"):  # for the server's own log
            await client.ask("POST", "/photo", {}, photo, sent=sent)

    asyncio.run(scenario())
    text = b"".join(message.get("body", b"") for message in sent)
    assert (sent[0]["status"], text) == (500, b"Internal Server Error")


@pytest.mark.parametrize("query", ["after=x", "since=1.5", "after=" + "9" * 30, "since="])
def test_odd_questions(client, live, query):
    live.watch(frame(0, 1.0), analysis(0, 1.0))
    answer = client.get(f"/live?{query}")
    assert answer.status in (200, 400)
    assert answer.status == 200 or answer.text.count("\n") == 1


def test_files_of_the_page_have_their_types(client):
    for path, kind in (("/", "text/html"), ("/page.js", "text/javascript"), ("/style.css", "text/css")):
        assert client.get(path).headers["content-type"] == f"{kind}; charset=utf-8"
    assert client.get("/icon.svg").headers["content-type"] == "image/svg+xml"


def test_the_page_asks_no_other_host(client):
    for route in client.app._app.routes:
        if route.path not in ("/status", "/live", "/photo", "/capture"):
            text = client.get(route.path).text.replace("http://www.w3.org/2000/svg", "")
            assert not re.search(r"https?:|//\w", text), route.path
