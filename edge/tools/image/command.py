"""The command `image`: looks at photos, one by one."""

import argparse
import sys
from pathlib import Path

from edge.assembly import load_photo_pipeline
from edge.contract.errors import EdgeError, InputError, OutputError
from edge.pipeline import Pipeline
from edge.terminal.colours import Paint
from edge.terminal.messages import complain
from edge.terminal.progress import Progress
from edge.tools.image.copies import Copies
from edge.tools.image.photos import as_json, find_photos, look_at, read
from edge.tools.image.table import Table


def look(options: argparse.Namespace) -> int:
    """Runs the command. A photo that cannot be read keeps none of the others from being looked at.

    Returns:
        0, or the exit code of the last photo for which something was wrong.

    Raises:
        EdgeError: the models cannot be used, or the folder for copies cannot be made.
    """
    photos, code = _found(options.photos)
    if not photos:
        return code
    pipeline = load_photo_pipeline(options.models, options.threads, options.profile)
    copies = Copies(options.annotate, photos, options.force) if options.annotate else None
    table = Table(photos, pipeline.threshold, Paint(sys.stdout)) if options.table else None
    if table:
        print(table.head(), flush=True)
    with Progress(len(photos), "photos") as progress:
        for photo in photos:
            code = _one(photo, options.whole, pipeline, copies, table, progress) or code
            progress.step()
    return code


def _found(paths: list[Path]) -> tuple[list[Path], int]:
    photos, code = [], 0
    for path in paths:
        try:
            photos += find_photos(path)
        except InputError as error:
            complain(str(error))
            code = error.exit_code
    return photos, code


def _one(
    photo: Path, whole: bool, pipeline: Pipeline, copies: Copies | None, table: Table | None, progress: Progress
) -> int:
    """Looks at one photo and says what is in it; the copy comes after the answer has been found, and may fail alone."""
    copy, problem = None, None
    try:
        data = read(photo)
        seen = look_at(pipeline, photo, data, whole)
    except InputError as error:
        return _report(error, progress)
    try:
        copy = copies.write(seen, data, pipeline.threshold) if copies else None
    except (OutputError, InputError) as error:
        problem = error
    progress.wipe()
    for line in table.rows(seen) if table else [as_json(seen, pipeline.threshold, copy)]:
        print(line, flush=True)
    return _report(problem, progress) if problem else 0


def _report(error: EdgeError, progress: Progress) -> int:
    progress.wipe()
    complain(str(error))
    return error.exit_code
