"""The edge's commands: `python -m edge run | image | summary | ...`, or `emotion-edge` where it is installed."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  before anything that an older Python cannot even read
    found = ".".join(map(str, sys.version_info[:2]))
    sys.stderr.write(f"emotion-edge: needs Python 3.11 to 3.13, this is {found}; what there is: ls /usr/bin/python3*\n")
    sys.exit(78)

import argparse
from functools import partial
from typing import NoReturn

from edge import __version__
from edge.contract.errors import ConfigurationError, EdgeError, OutputError
from edge.contract.quiet import discard_results
from edge.service.options import add_run
from edge.service.process_list import hide_credentials
from edge.terminal import results, streams
from edge.terminal.leaving import leave
from edge.terminal.messages import complain, set_level
from edge.terminal.options import CommandParser, Commands, add_level, example_text
from edge.tools.bench.options import add_bench
from edge.tools.calibrate.options import add_calibrate
from edge.tools.doctor.options import add_doctor
from edge.tools.image.options import add_image
from edge.tools.summary.options import add_summary
from edge.web.options import add_serve, open_preview

_COMMANDS = (
    partial(add_run, open_viewer=open_preview),
    add_image,
    add_summary,
    add_serve,
    add_bench,
    add_doctor,
    add_calibrate,
)


def main(arguments: list[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    streams.prepare()
    options = parser().parse_args(arguments)
    hide_credentials()
    set_level(options.level)
    try:
        code = int(options.run(options))
        sys.stdout.flush()  # while it can still be said that this fails
        return code
    except EdgeError as error:
        complain(str(error))
        return error.exit_code
    except ImportError as error:
        if (error.name or "").partition(".")[0] == "edge":
            raise  # a bug of ours
        complain(f"{' '.join(str(error).split())[:200]}; what to do about it says: python -m edge doctor")
        return ConfigurationError.exit_code
    except BrokenPipeError:
        discard_results()  # its reader has gone, as of `| head -1`: nothing to complain of
        return OutputError.exit_code
    except OSError as error:
        if not results.broken():
            raise
        discard_results()
        complain(f"standard output: cannot be written ({error.strerror})")
        return OutputError.exit_code
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    made = argparse.ArgumentParser(
        prog="emotion-edge",
        description="Estimates facial expressions on a camera stream, a video or photos.",
        epilog=example_text(["run --source demo", "image family.jpg", "run --help"]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--version", action="version", version=f"emotion-edge {__version__}")
    add_level(made)
    commands: Commands = made.add_subparsers(required=True, metavar="COMMAND", parser_class=CommandParser)
    for add in _COMMANDS:
        add(commands)
    return made


def command() -> NoReturn:
    """The process of one command."""
    leave(main())


if __name__ == "__main__":
    command()
