"""Facial expression recognition on small devices: frames in, observations out.

`Pipeline` is for other programs; it and what it needs are loaded when they are first asked for.
"""

from typing import TYPE_CHECKING

__version__ = "0.1.0"
__all__ = ["EdgeError", "ObservedFace", "Pipeline", "__version__"]

if TYPE_CHECKING:
    from edge.contract.errors import EdgeError
    from edge.interface import ObservedFace, Pipeline
else:

    def __getattr__(name: str) -> object:
        from importlib import import_module

        homes = {
            "EdgeError": "edge.contract.errors",
            "ObservedFace": "edge.interface",
            "Pipeline": "edge.interface",
        }
        if name not in homes:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(homes[name]), name)
