"""What is answered to which request."""

import asyncio
import json
import struct
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from edge.contract.errors import EdgeError, InputError
from edge.web.aside import aside
from edge.web.door import Door
from edge.web.forms import Form, scene_form
from edge.web.guard import Guard
from edge.web.intake import Intake
from edge.web.jpeg import to_jpeg
from edge.web.live import Live, Scene
from edge.web.page import Asset, assets
from edge.web.photos import Photos
from edge.web.upload import MAX_BYTES, MAX_PIXELS
from edge.web.viewers import Viewers

PATIENCE = 3.0
"""Seconds for which a question for the next frame is kept before it is answered with nothing."""
GLANCE = 0.02
"""Seconds between two looks for a new frame. The run never wakes anybody, so it never waits either."""
QUEUE = 4
"""Photos that may wait for their turn."""


def build_app(door: Door, photos: Photos, live: Live | None, version: str) -> ASGIApp:
    """The page as an application.

    Args:
        door: who is let in.
        photos: looks at what is sent.
        live: what is to be seen; None where there is no camera.
        version: for the page's foot.
    """
    desk = _Desk(photos, live, version)
    routes = [Route(path, _file(asset)) for path, asset in assets().items()]
    routes += [
        Route("/status", desk.status),
        Route("/live", _to_the_end(desk.live)),
        Route("/photo", _to_the_end(desk.photo), methods=["POST"]),
        Route("/capture", _to_the_end(desk.capture), methods=["POST"]),
    ]
    return Guard(Starlette(routes=routes), door)


def _file(asset: Asset) -> Callable[[Request], Response]:
    return lambda _: Response(asset.data, media_type=asset.kind)


def _to_the_end(ask: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """The same, with an answer also when the server ends and waits no longer for this one."""

    async def answer(request: Request) -> Response:
        try:
            return await ask(request)
        except asyncio.CancelledError:
            return PlainTextResponse("the page is being closed\n", 503)

    return answer


class _Desk:
    """Answers what is not a file. Everything here runs in the server's thread, and what takes long aside."""

    def __init__(self, photos: Photos, live: Live | None, version: str):
        self._photos = photos
        self._live = live
        self._version = version
        self._viewers = Viewers()
        self._intake = Intake()
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._encoded: tuple[int, bytes] = (-1, b"")
        self._encoding = asyncio.Lock()

    async def status(self, _: Request) -> Response:
        """What there is."""
        limits = {"bytes": MAX_BYTES, "pixels": MAX_PIXELS}
        return JSONResponse({"version": self._version, "live": self._live is not None, "limits": limits})

    async def live(self, request: Request) -> Response:
        """The newest scene, as soon as it is another than the one that the page has."""
        live = self._camera()
        viewer = request.query_params.get("viewer", "")[:32]
        after, since = (_number(request, name) for name in ("after", "since"))
        if not self._viewers.admit(viewer):
            raise HTTPException(503, "as many pages as may look at once are open already; close one of them\n")
        await asyncio.sleep(self._viewers.wait(viewer))
        scene = await _next_scene(live, after)
        if scene is None:
            return Response(status_code=204)
        self._viewers.served(viewer)
        return _framed(scene_form(scene, live, since), await self._jpeg(scene))

    async def photo(self, request: Request) -> Response:
        """What is in the picture that is sent: the file's bytes, no form around them."""
        async with self._intake.body(request) as data:
            return JSONResponse(await self._in_turn(lambda: self._photos.read(data)))

    async def capture(self, _: Request) -> Response:
        """What is in the newest frame, and the frame."""
        scene = self._camera().scene
        if scene.frame is None:
            raise HTTPException(409, "there is no picture to be had just now\n")
        grey = scene.frame.grey
        form = await self._in_turn(lambda: self._photos.look(grey))
        return _framed(form, await self._jpeg(scene))

    def _camera(self) -> Live:
        if self._live is None:
            raise HTTPException(404, "there is no camera here\n")
        return self._live

    async def _in_turn(self, look: Callable[[], Form]) -> Form:
        """One after the other. Raises HTTPException where that cannot be, or too many wait already."""
        if self._waiting >= QUEUE:
            raise HTTPException(503, "too many photos at once; send this one again in a moment\n")
        self._waiting += 1
        try:
            await self._turn.acquire()
        finally:
            self._waiting -= 1
        try:
            return await aside(look)
        except InputError as error:
            raise HTTPException(422, f"{error}\n") from None
        except EdgeError as error:
            raise HTTPException(503, f"{error}\n") from None
        finally:
            self._turn.release()

    async def _jpeg(self, scene: Scene) -> bytes:
        """Encoded when the first asks, once for all who look."""
        if scene.frame is None:
            return b""
        grey = scene.frame.grey
        async with self._encoding:
            if self._encoded[0] != scene.number:
                self._encoded = scene.number, await aside(lambda: to_jpeg(grey))
            return self._encoded[1]


async def _next_scene(live: Live, after: int) -> Scene | None:
    loop = asyncio.get_running_loop()
    end = loop.time() + PATIENCE
    while live.scene.number == after:
        if loop.time() >= end or live.scene.state == "ended":
            return None
        await asyncio.sleep(GLANCE)
    return live.scene


def _number(request: Request, name: str) -> int:
    text = request.query_params.get(name, "-1")
    try:
        return int(text[:20])
    except ValueError:
        raise HTTPException(400, f"{name} is not a number\n") from None


def _framed(form: Form, picture: bytes) -> Response:
    """Four bytes that say how long the JSON is (big-endian), the JSON, and a JPEG file if there is a picture.

    One answer, so that boxes and picture always belong together.
    """
    text = json.dumps(form, separators=(",", ":"), allow_nan=False).encode()
    return Response(struct.pack(">I", len(text)) + text + picture, media_type="application/octet-stream")
