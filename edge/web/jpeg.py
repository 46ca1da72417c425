"""Frames as browsers can show them."""

import cv2

from edge.contract.records import Grey

WIDEST = 1280
"""Pixels; wider frames are made smaller. A phone's screen shows no more, and the boxes are drawn in the browser."""
QUALITY = 80


def to_jpeg(grey: Grey) -> bytes:
    """A grey JPEG file of a frame: uint8, shape (h, w)."""
    height, width = grey.shape
    if width > WIDEST:
        size = (WIDEST, max(1, round(height * WIDEST / width)))
        grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    good, data = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not good:  # never seen; a frame is a picture by then
        raise ValueError(f"a frame of {width}x{height} cannot be encoded")
    return data.tobytes()
