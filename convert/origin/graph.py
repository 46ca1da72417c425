"""A network as conversion needs it: pixels in, named rows of numbers out, whatever file it came from."""

from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from convert.framework import quiet, tensorflow

Faces: TypeAlias = NDArray[np.float32]
"""Pictures as a network takes them: float32, (N, height, width, channels), 0 to 255."""

INPUT = "face"
"""The name of the one input."""


class Graph(Protocol):
    """A network with one input.

    Attributes:
        shape: height, width and channels of its input.
        outputs: the names of its outputs.
    """

    shape: tuple[int, int, int]
    outputs: tuple[str, ...]

    def scores(self, faces: Faces) -> dict[str, NDArray[np.float32]]:
        """Every output of N faces: float32, (N, size)."""

    def save(self, folder: str) -> None:
        """Writes a SavedModel with one signature that takes one face."""

    def adapted(self, scale: float = 1.0, offset: float = 0.0, rename: str | None = None) -> "Graph":
        """The same for pixels that are first multiplied and added to, or with another name for its one output."""


class KerasGraph:
    """A keras.Model. Outputs that have no names are called "output", or "output 1" and so on."""

    def __init__(self, model: Any):
        self.model = model
        self.shape: tuple[int, int, int] = tuple(model.input_shape[1:])
        self.outputs: tuple[str, ...] = tuple(_by_name(_structure(model)))

    def scores(self, faces: Faces) -> dict[str, NDArray[np.float32]]:
        with quiet():
            found = _by_name(self.model.predict(faces, batch_size=256, verbose=0))
        return {name: np.asarray(values, np.float32).reshape(len(faces), -1) for name, values in found.items()}

    def save(self, folder: str) -> None:
        signature = [tensorflow().TensorSpec((1, *self.shape), tensorflow().float32, name=INPUT)]
        self.model.export(folder, format="tf_saved_model", input_signature=signature, verbose=False)

    def adapted(self, scale: float = 1.0, offset: float = 0.0, rename: str | None = None) -> "KerasGraph":
        """The same network for pixels that are first scaled, or with a name for its one output."""
        import keras

        face = keras.Input(self.shape, name=INPUT)
        scaled = face if (scale, offset) == (1.0, 0.0) else keras.layers.Rescaling(scale, offset)(face)
        outputs = self.model(scaled)
        if rename:
            outputs = {rename: _by_name(outputs)[self.outputs[0]]}
        return KerasGraph(keras.Model(face, outputs, name=self.model.name))


class SavedGraph:
    """A signature of a SavedModel; `scale` and `offset` bring pixels of 0 to 255 to what it was trained on."""

    def __init__(self, loaded: Any, signature: Any, scale: float = 1.0, offset: float = 0.0, rename: str | None = None):
        self._loaded = loaded  # owns the variables that the signature only refers to
        self._signature = signature
        self._scale, self._offset = scale, offset
        ((self._input, spec),) = signature.structured_input_signature[1].items()
        self._alone = spec.shape[0] == 1
        self.shape: tuple[int, int, int] = tuple(spec.shape[1:])
        self._names = {rename or name: name for name in signature.structured_outputs}
        self.outputs: tuple[str, ...] = tuple(self._names)

    def adapted(self, scale: float = 1.0, offset: float = 0.0, rename: str | None = None) -> "SavedGraph":
        """The same signature for pixels that are first scaled, or with another name for its one output."""
        scale, offset = self._scale * scale, self._offset + self._scale * offset
        return SavedGraph(self._loaded, self._signature, scale, offset, rename)

    def scores(self, faces: Faces) -> dict[str, NDArray[np.float32]]:
        batches = np.split(faces, range(1, len(faces)) if self._alone else range(256, len(faces), 256))
        with quiet():
            found = [self._call(tensorflow().constant(batch)) for batch in batches]
        return {name: np.concatenate([one[name].numpy() for one in found]) for name in self.outputs}

    def save(self, folder: str) -> None:
        tf = tensorflow()
        module = tf.Module()
        module.loaded = self._loaded
        spec = tf.TensorSpec((1, *self.shape), tf.float32, name=INPUT)
        module.call = tf.function(self._call, input_signature=[spec])
        tf.saved_model.save(module, folder, signatures=module.call.get_concrete_function())

    def _call(self, faces: Any) -> dict[str, Any]:
        found = self._signature(**{self._input: faces * self._scale + self._offset})
        count = faces.shape[0]
        return {name: tensorflow().reshape(found[own], (count, -1)) for name, own in self._names.items()}


def _structure(model: Any) -> Any:
    """What a network gives; a Sequential that was read from a file has no `output`, only a list."""
    try:
        return model.output
    except AttributeError:
        return model.outputs


def _by_name(outputs: Any) -> dict[str, Any]:
    """What Keras gives for a network: a dict, a list, or one thing."""
    if isinstance(outputs, dict):
        return outputs
    several = outputs if isinstance(outputs, list | tuple) else [outputs]
    return {"output" if len(several) == 1 else f"output {number}": one for number, one in enumerate(several, 1)}
