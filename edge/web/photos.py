"""Photos that were sent or captured: decoded, looked at, forgotten."""

from collections.abc import Callable

from edge.contract.pictures import decode
from edge.contract.records import Grey
from edge.pipeline import SMALL, Pipeline
from edge.web.forms import Form, photo_form
from edge.web.upload import check_picture


class Photos:
    """Looks at single pictures with a pipeline of its own, as no pipeline is for two threads at once.

    Nor is this. The pipeline is loaded with the first picture: where a run on a small board shows its page, nobody may
    ever send one.
    """

    def __init__(self, load: Callable[[], Pipeline]):
        """Takes what makes the pipeline."""
        self._load = load
        self._pipeline: Pipeline | None = None

    def open(self) -> Pipeline:
        """Loads the pipeline if that has not been done. Raises EdgeError where it cannot be had."""
        if self._pipeline is None:
            self._pipeline = self._load()
        return self._pipeline

    def read(self, data: bytes) -> Form:
        """What is in a picture file. Raises InputError where it is none that is taken."""
        check_picture(data)
        return self.look(decode(data, "this file"))

    def look(self, grey: Grey) -> Form:
        """What is in a picture: uint8, shape (h, w)."""
        pipeline = self.open()
        height, width = grey.shape
        faces = [pipeline.whole(grey)] if max(grey.shape) <= SMALL else pipeline.faces(grey)
        return photo_form(width, height, faces, pipeline.threshold)
