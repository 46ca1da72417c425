"""The command `image`: looks at photos, one by one."""

import argparse

from edge.assembly import load_pipeline
from edge.contract.errors import InputError
from edge.terminal.messages import complain
from edge.tools.image.photos import describe, find_photos


def look(options: argparse.Namespace) -> int:
    """Runs the command; where photos cannot be read, its exit code says so.

    Raises:
        EdgeError: a folder or the models cannot be used.
    """
    # A photo is looked at once, and may be large: searched finer than a frame of a stream.
    pipeline = load_pipeline(options.models, options.threads, search_width=1280, smallest=50)
    code = 0
    for photo in find_photos(options.photos):
        try:
            print(describe(pipeline, photo, options.whole), flush=True)
        except InputError as error:  # one bad photo must not keep the rest from being looked at
            complain(str(error))
            code = error.exit_code
    return code
