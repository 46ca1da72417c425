"""Which numbers a network was trained on. The edge gives it pixels of 0 to 255; any scaling is part of its graph."""

from collections.abc import Iterator
from typing import Any

from convert.origin.graph import Graph, KerasGraph, SavedGraph
from edge.contract.errors import InputError

RANGES = {"0..1": (1 / 255, 0.0), "-1..1": (1 / 127.5, -1.0), "0..255": (1.0, 0.0)}
"""What pixels are multiplied by, and what is then added."""

_SCALING_LAYERS = ("Rescaling", "Normalization")
_ARITHMETIC = ("TrueDivide", "Divide", "Multiply", "Subtract")


def with_range(graph: Graph, given: str | None, name: str) -> Graph:
    """The network for pixels of 0 to 255.

    Args:
        graph: as it was read.
        given: one of `RANGES`, or None where the graph itself scales its input.
        name: for errors.

    Raises:
        InputError: nothing says what it takes, or the graph scales already.
    """
    scales = isinstance(graph, KerasGraph) and _scales(graph.model)
    if given is None:
        if scales:
            return graph
        why = "a SavedModel does not show" if isinstance(graph, SavedGraph) else "no Rescaling layer in it shows"
        raise InputError(
            f"{name}: {why} which numbers it was trained on, and others give wrong answers without any error; say "
            "--input-range 0..1 (pixels / 255), -1..1 (pixels / 127.5 - 1) or 0..255 (pixels as they are)"
        )
    scale, offset = RANGES[given]
    if scale == 1.0:
        return graph
    if scales:
        raise InputError(f"{name}: it scales its input itself; leave --input-range {given} out")
    return graph.adapted(scale, offset)


def _scales(model: Any) -> bool:
    """Whether pixels are scaled before anything that learns sees them: by a layer, or by arithmetic (as `x / 255`)."""
    steps = getattr(model, "operations", None) or getattr(model, "layers", ())
    return any((_is_scaling(step) or _scales(step)) and _takes_pixels(step) for step in steps)


def _is_scaling(step: Any) -> bool:
    return type(step).__name__ in (*_SCALING_LAYERS, *_ARITHMETIC)


def _takes_pixels(step: Any) -> bool:
    """Whether nothing that learns lies between the input and a step: a branch may be scaled anywhere inside."""
    return any(not any(getattr(one, "weights", ()) for one in _before(node)) for node in step._inbound_nodes)


def _before(node: Any) -> Iterator[Any]:
    """The operations between the input and one use of an operation."""
    waiting, seen = list(node.parent_nodes), set()
    while waiting:
        parent = waiting.pop()
        if id(parent) not in seen:
            seen.add(id(parent))
            yield parent.operation
            waiting += parent.parent_nodes
