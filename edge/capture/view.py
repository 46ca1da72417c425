"""How a camera hangs and what of its picture counts: turned, mirrored, cut to a region."""

from dataclasses import dataclass

from edge.contract.errors import ConfigurationError, InputError
from edge.contract.records import Box, Grey

_ROTATIONS = {90: 0, 180: 1, 270: 2}
"""cv2.ROTATE_90_CLOCKWISE, ROTATE_180 and ROTATE_90_COUNTERCLOCKWISE."""

_FLIPS = {"horizontal": 1, "vertical": 0}
"""As cv2.flip names them."""


@dataclass(frozen=True, slots=True)
class View:
    """What is done to every frame, in this order.

    Attributes:
        rotate: degrees clockwise: 0, 90, 180 or 270.
        flip: "horizontal" swaps left and right, "vertical" top and bottom; None does neither.
        region: the part that is kept, in pixels of the turned and mirrored picture; None keeps all.
    """

    rotate: int = 0
    flip: str | None = None
    region: Box | None = None

    def __post_init__(self) -> None:
        """Raises ConfigurationError for anything else."""
        if self.rotate not in (0, *_ROTATIONS):
            raise ConfigurationError(f"rotate: {self.rotate} is not 0, 90, 180 or 270 degrees")
        if self.flip not in (None, *_FLIPS):
            raise ConfigurationError(f"flip: {self.flip!r} is neither horizontal nor vertical")
        region = self.region
        if region is not None and (region.x < 0 or region.y < 0 or region.width < 1 or region.height < 1):
            raise ConfigurationError(f"region: {_text(region)} has no area or a negative corner")

    def apply(self, grey: Grey) -> Grey:
        """The picture as it is wanted: uint8, shape (h, w) of its own; may share memory with `grey`.

        Raises:
            InputError: the region reaches out of the picture.
        """
        import cv2  # late: settings are read long before a frame comes

        if self.rotate:
            grey = cv2.rotate(grey, _ROTATIONS[self.rotate])  # type: ignore[assignment]
        if self.flip is not None:
            grey = cv2.flip(grey, _FLIPS[self.flip])  # type: ignore[assignment]
        return grey if self.region is None else _cut(grey, self.region)


def _cut(grey: Grey, region: Box) -> Grey:
    rows, columns = grey.shape
    right, bottom = region.x + region.width, region.y + region.height
    if right > columns or bottom > rows:
        raise InputError(f"the region {_text(region)} reaches out of a picture of {columns}x{rows}")
    return grey[region.y : bottom, region.x : right]


def _text(region: Box) -> str:
    return f"{region.width}x{region.height}+{region.x}+{region.y}"
