"""The edge's commands: `python -m edge run | image | summary | bench`, or `emotion-edge` where it is installed."""

import argparse
import logging
import sys
from pathlib import Path

from edge import __version__
from edge.contract.errors import EdgeError
from edge.tools.bench.options import add_bench

_SETTINGS = {
    "source": ("camera", "source"),
    "camera": ("camera", "name"),
    "log": ("log", "path"),
    "models": ("vision", "models"),
    "threads": ("vision", "threads"),
}
"""Options that override a setting: section and key."""


def main(arguments: list[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="emotion-edge: %(message)s", stream=sys.stderr)
    try:
        return int(options.run(options))
    except EdgeError as error:
        for line in str(error).split("\n"):
            print(f"emotion-edge: {line}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone; Python would complain about it at exit
        return 74
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="emotion-edge", description="Estimates facial expressions on a camera stream, a video or photos."
    )
    parser.add_argument("--version", action="version", version=f"emotion-edge {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_run(commands)
    _add_image(commands)
    _add_summary(commands)
    add_bench(commands)
    return parser


def _add_run(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    run = commands.add_parser(
        "run",
        help="look at a camera, a video or a folder of pictures",
        epilog="example: python -m edge run --source 0 --log emotions.jsonl",
    )
    run.add_argument("--config", type=Path, metavar="F", help="settings, TOML; the options below override them")
    run.add_argument(
        "--check", action="store_true", help="only print the settings in effect, or what is wrong with them"
    )
    run.add_argument(
        "--source",
        metavar="S",
        help="picamera, a camera's number or device, a URL (rtsp, http), a video, a folder of pictures, or demo "
        "(default 0)",
    )
    run.add_argument("--log", type=Path, metavar="F", help="append events to this file as JSON Lines (- for output)")
    run.add_argument("--camera", metavar="NAME", help="the camera's name in the log (default: the source)")
    run.add_argument("--wait", action="store_true", help="wait for a camera that is not there, as a service does")
    run.add_argument("--max-frames", type=_positive, metavar="N", help="stop after this many frames")
    _add_models(run, threads=None)
    run.set_defaults(run=_run)


def _add_image(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    image = commands.add_parser(
        "image",
        help="look at photos: one JSON line each",
        epilog="example: python -m edge image family.jpg --whole",
    )
    image.add_argument("photos", type=Path, nargs="+", metavar="PHOTO", help="a picture, or a folder of pictures")
    image.add_argument("--whole", action="store_true", help="the whole picture is the face: do not search for one")
    _add_models(image)
    image.set_defaults(run=_image)


def _add_summary(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    summary = commands.add_parser(
        "summary",
        help="what logs say: minutes per emotion and hour, faces, outages",
        epilog="example: python -m edge summary emotions.jsonl --day yesterday --html yesterday.html",
    )
    summary.add_argument("logs", type=Path, nargs="+", metavar="LOG", help="a log; its rotated files come with it")
    summary.add_argument("--day", metavar="D", help="one local day: 2026-01-31, today or yesterday (default: all)")
    summary.add_argument("--csv", type=Path, metavar="OUT", help="write the events as a table")
    summary.add_argument("--html", type=Path, metavar="OUT", help="write a page with a timeline")
    summary.set_defaults(run=_summary)


def _add_models(parser: argparse.ArgumentParser, threads: int | None = 1) -> None:
    parser.add_argument("--models", type=Path, metavar="DIR", help="folder with emotion.tflite and gate.tflite")
    parser.add_argument(
        "--threads", type=_positive, default=threads, metavar="N", help="processor cores to use (default 1)"
    )


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not positive")
    return value


def _run(options: argparse.Namespace) -> int:
    from edge.service.configuration_reading import load_configuration

    given = {key: (f"--{name}", getattr(options, name)) for name, key in _SETTINGS.items()}
    effective = load_configuration(options.config, {key: pair for key, pair in given.items() if pair[1] is not None})
    if options.check:
        from edge.service.configuration_text import describe

        print(describe(effective))
        return 0
    from edge.service.running import run

    run(effective.configuration, options.max_frames, wait=options.wait)
    return 0


def _image(options: argparse.Namespace) -> int:
    from edge.assembly import load_pipeline
    from edge.contract.errors import InputError
    from edge.tools.photos import describe, find_photos

    # A photo is looked at once, and may be large: searched finer than a frame of a stream.
    pipeline = load_pipeline(options.models, options.threads, search_width=1280, smallest=50)
    code = 0
    for photo in find_photos(options.photos):
        try:
            print(describe(pipeline, photo, options.whole), flush=True)
        except InputError as error:  # one bad photo must not keep the rest from being looked at
            print(f"emotion-edge: {error}", file=sys.stderr)
            code = error.exit_code
    return code


def _summary(options: argparse.Namespace) -> int:
    from edge.tools.summary.command import summarize

    summarize(options.logs, options.day, options.csv, options.html)
    return 0


if __name__ == "__main__":
    sys.exit(main())
