"""Weights that somebody has learned on other pictures, from a file that the user has. Nothing is ever downloaded."""

import hashlib
from pathlib import Path

import keras

from edge.contract.errors import InputError
from train.architectures.vgg import TRUNK


def check_weights(path: Path, architecture: str) -> str:
    """Refuses what cannot be right before hours are spent. Returns the file's sha256, in hexadecimal.

    Raises:
        InputError: the file cannot be read, or the architecture takes none.
    """
    if architecture != "vgg19":
        raise InputError(f"--weights {path}: only vgg19 takes weights from a file, not {architecture}")
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None


def load_trunk(model: keras.Model, path: Path) -> None:
    """Gives the convolutions the weights of a file: keras.applications' VGG19 without its top, .h5 or .weights.h5.

    Raises:
        InputError: the file holds something else.
    """
    try:
        model.get_layer(TRUNK).load_weights(path)
    except (OSError, ValueError, KeyError) as error:
        said = " ".join(str(error).split())[:200]
        raise InputError(f"{path}: not the weights of VGG19 without its top (..._notop.h5): {said}") from None
