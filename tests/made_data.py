"""Data sets on disk for tests: pictures of noise that can be told apart by their seeds."""

import zipfile
from pathlib import Path

import cv2
import numpy as np

from edge.contract.labels import EMOTIONS

SPLITS = ("train", "validation", "test")


def noise(seed: int, shape: tuple[int, ...] = (48, 48)) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, shape).astype(np.uint8)


def png(seed: int, shape: tuple[int, ...] = (48, 48)) -> bytes:
    return cv2.imencode(".png", noise(seed, shape))[1].tobytes()


def lay(root: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def table(path: Path, rows: list[tuple[object, int, str]]) -> Path:
    """FER2013's form: label, seed of the picture, usage."""
    lines = [f"{label},{' '.join(map(str, noise(seed).ravel()))},{usage}" for label, seed, usage in rows]
    path.write_text("\n".join(["emotion,pixels,Usage", *lines]) + "\n")
    return path


def classes(names: tuple[str, ...] = EMOTIONS, each: int = 10, start: int = 0) -> dict[str, bytes]:
    """Pictures that are all different."""
    return {f"{name}/{n}.png": png(start + 1000 * index + n) for index, name in enumerate(names) for n in range(each)}


def pictures(folder: Path) -> dict[str, bytes]:
    """What was made: path of each class picture to its pixels."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.glob("*/*/*.png")}
    return {name: cv2.imread(str(path), cv2.IMREAD_UNCHANGED).tobytes() for name, path in found.items()}


def seeds(folder: Path, label: str, highest: int = 100) -> dict[str, list[int]]:
    """Which pictures (by the seed they were made of) each split has of a label."""
    known = {noise(seed).tobytes(): seed for seed in range(highest)}
    return {
        split: sorted(known[data] for name, data in pictures(folder).items() if name.startswith(f"{split}/{label}/"))
        for split in SPLITS
    }
