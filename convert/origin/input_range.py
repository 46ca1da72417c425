"""Which numbers a network was trained on. The edge gives it pixels of 0 to 255; any scaling is part of its graph."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from convert.framework import quiet, tensorflow
from convert.origin.graph import Faces, Graph, KerasGraph, SavedGraph
from edge.contract.errors import InputError

RANGES = {"0..1": (1 / 255, 0.0), "-1..1": (1 / 127.5, -1.0), "0..255": (1.0, 0.0)}
"""What pixels are multiplied by, and what is then added."""

_SCALING = ("Rescaling", "Normalization", "TrueDivide", "Divide", "Multiply", "Add", "Subtract")
"""Layers and arithmetic (as `x / 255`) by their class."""

_FAR, _ASIDE = 10.0, 20.0
"""How far from 0 the numbers that networks are trained on reach at most, or how many times as far on one side as on the
other where a mean of pixels is taken off them. Where pixels would become more, the scaling in a network was made for
other numbers: `x * 2 - 1` for 0 to 1, a Normalization that was adapted to pixels / 255."""


def with_range(graph: Graph, given: str | None, name: str) -> Graph:
    """The network for pixels of 0 to 255.

    Args:
        graph: as it was read.
        given: one of `RANGES`, or None where the graph itself scales its input.
        name: for errors.

    Raises:
        InputError: nothing says what it takes, or the graph takes 0 to 255 already.
    """
    ways = _ways(graph) if isinstance(graph, KerasGraph) else []
    strange = [way for way in ways if not _usual(*way)]
    takes_pixels = bool(ways) and not strange
    if given is None:
        if takes_pixels:
            return graph
        raise InputError(
            f"{name}: {_reason(graph, strange)} which numbers it was trained on, and others give wrong answers without "
            "any error; say --input-range 0..1 (pixels / 255), -1..1 (pixels / 127.5 - 1) or 0..255 (pixels as they "
            "are)"
        )
    scale, offset = RANGES[given]
    if scale == 1.0:
        return graph
    if takes_pixels:
        raise InputError(f"{name}: it scales its input itself; leave --input-range {given} out")
    return graph.adapted(scale, offset)


def _usual(low: float, high: float) -> bool:
    """Whether a network may have been trained on numbers from `low` to `high`."""
    return max(-low, high) <= _FAR or high / _ASIDE < -low < high * _ASIDE


def _reason(graph: Graph, strange: list[tuple[float, float]]) -> str:
    if isinstance(graph, SavedGraph):
        return "a SavedModel does not show"
    if not strange:
        return "no Rescaling layer in it shows"
    low, high = strange[0]
    return f"with its own scaling 0 to 255 would become {low:.4g} to {high:.4g}, so nothing shows"


def _ways(graph: KerasGraph) -> list[tuple[float, float]]:
    """What 0 and 255 become before anything that learns sees them, the lower first, on each way that scales them.

    They are seen in a picture that is half black and half white: there are networks that divide by a picture's own
    contrast.
    """
    picture = np.zeros((1, *graph.shape), np.float32)
    picture[:, :, graph.shape[1] // 2 :] = 255
    with quiet():
        quartiles = (np.quantile(np.nan_to_num(values), (0.25, 0.75)) for values in _scaled(graph.model, picture))
        return [(float(low), float(high)) for low, high in quartiles]


def _scaled(model: Any, picture: Faces) -> list[Faces]:
    """A picture after the last scaling on each way to what learns: by a layer, arithmetic, or a network inside."""
    found: dict[int, list[Faces]] = {}
    passed: set[int] = set()
    for step in _steps(model):
        for node in step._inbound_nodes if _scales(step) or _steps(step) else ():
            before = list(_before(node))
            if model.inputs[0]._keras_history.operation not in before or any(map(_learns, before)):
                continue  # of another network that has the layer too, or a branch that may be scaled anywhere inside
            if _scales(step):
                values = [_shown(model, node.output_tensors[0], picture)]
            else:
                values = _scaled(step, _shown(model, node.input_tensors[0], picture))
            if values:
                found[id(step)] = values
                passed |= set(map(id, before))
    return [one for step, values in found.items() if step not in passed for one in values]


def _steps(step: Any) -> Any:
    """The operations of a network, which may lie in another as one of its operations; nothing of any other."""
    return getattr(step, "operations", None) or step.layers if getattr(step, "inputs", None) else ()


def _scales(step: Any) -> bool:
    return type(step).__name__ in _SCALING


def _learns(step: Any) -> bool:
    """Whether training changes it. A Normalization is adapted to the data before."""
    inside = _steps(step)
    return any(map(_learns, inside)) if inside else bool(getattr(step, "weights", ())) and not _scales(step)


def _shown(model: Any, tensor: Any, picture: Faces) -> Faces:
    """What a tensor of a network is for a picture."""
    tensorflow()
    import keras

    return np.asarray(keras.Model(model.inputs[0], tensor)(picture, training=False))


def _before(node: Any) -> Iterator[Any]:
    """The operations between the input, itself included, and one use of an operation."""
    waiting, seen = list(node.parent_nodes), set()
    while waiting:
        parent = waiting.pop()
        if id(parent) not in seen:
            seen.add(id(parent))
            yield parent.operation
            waiting += parent.parent_nodes
