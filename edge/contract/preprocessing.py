"""The one way from a picture to what a model sees, for training, calibration, parity checks and the edge alike.

Nothing is scaled here: a model takes pixels of 0 to 255, and any scaling is part of its graph.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.contract.errors import InputError
from edge.contract.records import Box, Grey


def to_grey(image: NDArray[Any]) -> Grey:
    """Turns any ordinary picture into grey uint8.

    Args:
        image: uint8 or uint16, shape (h, w), (h, w, 1), (h, w, 3) as BGR or (h, w, 4) as BGRA; OpenCV's orders.

    Raises:
        InputError: the array is empty or none of these.
    """
    if image.ndim not in (2, 3) or image.size == 0 or image.dtype not in (np.uint8, np.uint16):
        raise InputError(f"not a picture: {image.dtype} array of shape {image.shape}")
    if image.dtype == np.uint16:
        image = (image >> 8).astype(np.uint8)
    channels = 1 if image.ndim == 2 else image.shape[2]
    if channels == 1:
        return np.ascontiguousarray(image.reshape(image.shape[:2]))
    if channels not in (3, 4):
        raise InputError(f"not a picture: {channels} channels, expected 1, 3 or 4")
    code = cv2.COLOR_BGR2GRAY if channels == 3 else cv2.COLOR_BGRA2GRAY
    return cv2.cvtColor(image, code)  # type: ignore[return-value]


def face_crop(grey: Grey, box: Box, size: tuple[int, int]) -> Grey:
    """Cuts a face out of a picture and brings it to a model's input size.

    A Haar box without margin is, measured, the crop that FER2013 consists of, so none is added. Where the box
    reaches over the edge of the picture, the edge pixels are repeated, so that the face keeps its proportions.

    Args:
        grey: uint8, shape (h, w).
        box: in pixels of `grey`.
        size: height and width of the result.

    Returns:
        uint8 of shape `size`; a box that already has this size is copied unchanged, the pixels of a larger one are
        averaged.

    Raises:
        InputError: the box has no area or does not touch the picture.
    """
    rows, columns = grey.shape
    left, top, right, bottom = box.x, box.y, box.x + box.width, box.y + box.height
    if 0 <= left < right <= columns and 0 <= top < bottom <= rows:
        crop = grey[top:bottom, left:right]
    else:
        crop = _beyond_the_edge(grey, box)
    if crop.shape == size:
        return np.array(crop, order="C")
    crop = _halved(crop, size)
    shrinking = crop.shape[0] > size[0] or crop.shape[1] > size[1]
    # Enlarging differs between processors by a grey level or two. It takes a box smaller than the model's input.
    method = cv2.INTER_AREA if shrinking else cv2.INTER_LINEAR
    return cv2.resize(crop, size[::-1], interpolation=method)  # type: ignore[return-value]


def _beyond_the_edge(grey: Grey, box: Box) -> Grey:
    """The pixels of a box that reaches over the edge of a picture. Raises as `face_crop`."""
    rows, columns = grey.shape
    left, top = max(box.x, 0), max(box.y, 0)
    right, bottom = min(box.x + box.width, columns), min(box.y + box.height, rows)
    if right <= left or bottom <= top:
        raise InputError(f"{box} lies outside a picture of {columns}x{rows}")
    return cv2.copyMakeBorder(
        grey[top:bottom, left:right],
        top - box.y,
        box.y + box.height - bottom,
        left - box.x,
        box.x + box.width - right,
        cv2.BORDER_REPLICATE,
    )  # type: ignore[return-value]


def _halved(crop: Grey, size: tuple[int, int]) -> Grey:
    """A picture halved while that loses no line of it and leaves it at least as high and as wide as `size`.

    Averaging two by two is fast, and leaves a quarter of the pixels to the rest of the way: a face of 160 pixels takes
    half of the time, one of 400 a sixth. The detector's boxes are even in frames that it halves.
    """
    rows, columns = crop.shape
    while not rows % 2 and not columns % 2 and rows >= 2 * size[0] and columns >= 2 * size[1]:
        rows, columns = rows // 2, columns // 2
        crop = cv2.resize(crop, (columns, rows), interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    return crop


def whole(grey: Grey, size: tuple[int, int]) -> Grey:
    """The whole picture as one face, at a model's input size (stretched where its proportions differ)."""
    return face_crop(grey, Box(0, 0, grey.shape[1], grey.shape[0]), size)
