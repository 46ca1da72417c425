"""The options of `serve` and of `run --preview`. Only what the help needs is imported here."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from edge.terminal.options import Commands, add_command, add_models, add_profile
from edge.web.door import PORT, TOKEN_VARIABLE, Door, read_door, token_from

if TYPE_CHECKING:
    from edge.pipeline import Pipeline
    from edge.web.preview import Preview


def add_serve(commands: Commands) -> None:
    """Adds the command."""
    serve = add_command(
        commands,
        "serve",
        "a web page on this machine: live view with --source, timeline, photos to drop",
        _run,
        "serve --source 0",
        "serve --source demo --port 9000",
    )
    serve.add_argument(
        "--source",
        metavar="S",
        help="what to show live: picamera, a camera's number or device, a URL (rtsp, http), a video, a folder of "
        "pictures, or demo (default: nothing, photos only)",
    )
    serve.add_argument("--host", default="127.0.0.1", metavar="A", help="address to listen on (default %(default)s)")
    serve.add_argument("--port", type=int, default=PORT, metavar="N", help="TCP port (default %(default)s)")
    serve.add_argument(
        "--token",
        metavar="T",
        help="what visitors must know; needed where --host is more than this machine. Others see the command line, so "
        f"rather set {TOKEN_VARIABLE}",
    )
    add_models(serve)
    add_profile(serve)


def open_preview(listen: str, token: str | None, load: "Callable[[], Pipeline]") -> "Preview":
    """The page of a run, not yet listening.

    Args:
        listen: `[HOST:]PORT`.
        token: what visitors must know; None for this machine alone.
        load: makes the pipeline that looks at photos, when the first one comes.

    Raises:
        ConfigurationError: the address is none, or needs a token; a package is missing.
    """
    from edge.web.server import need_packages

    door = read_door(listen, token)
    need_packages()
    from edge.terminal.messages import tell
    from edge.web.photos import Photos
    from edge.web.preview import Preview

    return Preview(door, Photos(load), lambda url: tell(f"{url} shows what is seen"))


def _run(options: argparse.Namespace) -> int:
    from edge.web.server import need_packages

    door = Door(options.host, options.port, options.token or token_from())
    need_packages()
    from edge.web.serve import serve

    serve(door, options.source, options.models, options.threads, options.profile)
    return 0
