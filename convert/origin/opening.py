"""Network files: .keras, .h5, and the folder of a SavedModel."""

import contextlib
import json
import zipfile
from pathlib import Path
from typing import Any

from convert.framework import quiet, tensorflow
from convert.origin.graph import Graph, KerasGraph, SavedGraph
from edge.contract.errors import InputError, ModelError

_SIGNATURE = "serving_default"

_USELESS = {
    "DepthwiseConv2D": ("groups",),
    "SeparableConv2D": ("groups", "kernel_initializer", "kernel_regularizer", "kernel_constraint"),
    "Conv2DTranspose": ("groups",),
}
"""By the layer's name."""

_UNREADABLE = (OSError, ValueError, TypeError, KeyError, AttributeError, ImportError, zipfile.BadZipFile)
"""What Keras raises for files that it cannot make a network of."""


def open_graph(path: Path) -> Graph:
    """Reads a network.

    Raises:
        InputError: there is no such file, or it is none that can be read.
        ModelError: it does not take one grey or colour picture at a time.
        ConfigurationError: TensorFlow is not installed.
    """
    check_origin(path)
    return _saved(path) if path.is_dir() else _keras(path)


def check_origin(path: Path) -> None:
    """What a name alone tells, before anything is loaded. Raises InputError where it cannot be a network's."""
    if path.is_dir():
        return
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    if path.suffix == ".tflite":
        raise InputError(f"{path}: converted already; python -m convert inspect and verify say what is in it")
    if path.suffix not in (".keras", ".h5", ".hdf5"):
        raise InputError(f"{path}: neither .keras nor .h5 nor the folder of a SavedModel")


def _keras(path: Path) -> KerasGraph:
    if path.suffix == ".keras" and not zipfile.is_zipfile(path):  # Keras would say that there is no such file
        raise InputError(f"{path}: not a Keras model (a .keras file is a zip archive)")
    if path.suffix != ".keras" and path.read_bytes()[:4] != b"\x89HDF":
        raise InputError(f"{path}: not a Keras model (an .h5 file is HDF5)")
    tensorflow()
    import keras

    with contextlib.suppress(ImportError):
        import train.normalization  # noqa: F401 -- Keras then knows this project's own layer

    try:
        with quiet():
            old = {} if path.suffix == ".keras" else _layers_of_keras2()
            model = keras.models.load_model(path, custom_objects=old, compile=False)
            shape = model.input_shape
    except _UNREADABLE as error:
        raise InputError(f"{path}: not a model that Keras can read ({_reason(error)}){_advice(path)}") from None
    _check(str(path), shape)
    return KerasGraph(model)


def _layers_of_keras2() -> dict[str, Any]:
    """Layers whose .h5 form of Keras 2 holds arguments without effect, which Keras 3 refuses."""
    import keras

    def tolerant(name: str, useless: tuple[str, ...]) -> Any:
        base = getattr(keras.layers, name)

        def from_config(cls: Any, config: dict[str, Any]) -> Any:
            return cls(**{key: value for key, value in config.items() if key not in useless})

        return type(name, (base,), {"from_config": classmethod(from_config)})

    return {name: tolerant(name, useless) for name, useless in _USELESS.items()}


def _reason(error: Exception) -> str:
    """The last thing that Keras says; before it come pages about where it was met."""
    return " ".join(str(error).split("Exception encountered:")[-1].split())[:200]


def _advice(path: Path) -> str:
    """What to do about a .keras file that Keras 2 wrote."""
    with contextlib.suppress(OSError, KeyError, ValueError, zipfile.BadZipFile), zipfile.ZipFile(path) as archive:
        version = str(json.loads(archive.read("metadata.json"))["keras_version"])
        if version.startswith("2."):
            return f"; it was saved by Keras {version}: save it there once more as .h5"
    return ""


def _saved(path: Path) -> SavedGraph:
    if not (path / "saved_model.pb").is_file():
        raise InputError(f"{path}: not the folder of a SavedModel (it has no saved_model.pb)")
    tf = tensorflow()
    try:
        with quiet():
            loaded = tf.saved_model.load(str(path))
    except Exception as error:  # TensorFlow's own, one for each way in which it can be damaged
        raise InputError(f"{path}: not a SavedModel that can be read ({_reason(error)})") from None
    signature = _signature(path, loaded)
    inputs = list(signature.structured_input_signature[1].values())
    if len(inputs) != 1 or inputs[0].dtype != tf.float32:
        found = ", ".join(f"{spec.name} {spec.dtype.name}" for spec in inputs)
        raise ModelError(f"{path}: its signature takes {found}; expected one input of float32")
    _check(str(path), None if inputs[0].shape.rank is None else tuple(inputs[0].shape))
    return SavedGraph(loaded, signature)


def _signature(path: Path, loaded: Any) -> Any:
    signatures = dict(loaded.signatures)
    if _SIGNATURE in signatures:
        return signatures[_SIGNATURE]
    if len(signatures) != 1:
        names = ", ".join(signatures) or "none"
        raise ModelError(f"{path}: no signature {_SIGNATURE}, and not one alone; signatures: {names}")
    return next(iter(signatures.values()))


def _check(name: str, shape: Any) -> None:
    if not isinstance(shape, tuple) or len(shape) != 4 or None in shape[1:] or shape[3] not in (1, 3):
        raise ModelError(f"{name}: its input is {shape}, expected one of (batch, height, width, 1 or 3)")
