"""The readings of sets that are to be read as seldom as can be, over every conversion of one network."""

import dataclasses
from pathlib import Path
from typing import Any

from edge.contract.errors import ModelError
from edge.contract.manifest import Manifest, load_manifest


def with_earlier(manifest: Manifest, path: Path) -> Manifest:
    """A manifest with the readings before its own that the one in its place tells of.

    Args:
        manifest: of a model that is to be written.
        path: of that model. What lies there counts where it was made of the same network, by the sha256 of its file.
    """
    try:
        before = load_manifest(path)
    except ModelError:
        return manifest
    network = _network(manifest)
    if network is None or network != _network(before):
        return manifest
    earlier, own = _readings(before), _readings(manifest)
    readings = [*earlier, *(one for one in own if one not in earlier)]
    return dataclasses.replace(manifest, provenance={**manifest.provenance, "readings": readings})


def _network(manifest: Manifest) -> str | None:
    origin = manifest.provenance.get("origin")
    return origin.get("sha256") if isinstance(origin, dict) else None


def _readings(manifest: Manifest) -> list[Any]:
    told = manifest.provenance.get("readings")
    return told if isinstance(told, list) else []
