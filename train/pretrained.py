"""Weights that somebody has learned on other pictures, from a file that the user has. Nothing is ever downloaded."""

import hashlib
import zipfile
from pathlib import Path

import keras

from edge.contract.errors import InputError
from train.architectures.vgg import TRUNK
from train.narrowing import narrow


def check_weights(path: Path, architecture: str) -> str:
    """Refuses what cannot be right before hours are spent. Returns the file's sha256, in hexadecimal.

    Raises:
        InputError: the file cannot be read, or is neither a whole network nor what the architecture takes.
    """
    if not _is_network(path) and architecture != "vgg19":
        raise InputError(f"--weights {path}: {architecture} begins with a whole network (.keras) or with nothing")
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None


def load_pretrained(model: keras.Model, path: Path) -> None:
    """Gives a network the weights of a file: those of a whole one (.keras), heads and all, or the
    strongest channels of a wider one; or VGG19's trunk.

    Raises:
        InputError: the file holds something else.
    """
    if _is_network(path):
        _load_network(model, path)
    else:
        load_trunk(model, path)


def load_trunk(model: keras.Model, path: Path) -> None:
    """Gives the convolutions the weights of a file: keras.applications' VGG19 without its top, .h5 or .weights.h5.

    Raises:
        InputError: the file holds something else.
    """
    try:
        model.get_layer(TRUNK).load_weights(path)
    except (OSError, ValueError, KeyError) as error:
        said = _line(error)
        raise InputError(f"{path}: not the weights of VGG19 without its top (..._notop.h5): {said}") from None


def _load_network(model: keras.Model, path: Path) -> None:
    try:
        given = keras.models.load_model(path, compile=False)
    except (OSError, ValueError, TypeError, KeyError, zipfile.BadZipFile) as error:
        raise InputError(f"{path}: not a network that Keras can read ({_line(error)})") from None
    values = given.get_weights()
    if [value.shape for value in values] == [tuple(weight.shape) for weight in model.weights]:
        model.set_weights(values)
        return
    try:
        narrow(model, given)
    except InputError as error:
        raise InputError(f"{path}: not a network like the one to be trained, nor a wider one: {error}") from None


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


def _is_network(path: Path) -> bool:
    return path.suffix == ".keras"
