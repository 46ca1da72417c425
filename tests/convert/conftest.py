"""Tiny networks and pictures on which they are sure of themselves, so that int8 can only change their answer by a
mistake."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from convert.calibration import draw
from convert.conversion import Converted, convert
from convert.framework import quiet, tensorflow
from convert.origin.graph import KerasGraph
from convert.origin.source import Source
from edge.contract.labels import EMOTIONS
from train.datasets.examples import Examples, Splits

ALPHABETICAL = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
"""As Keras' readers of class folders number them."""


def smooth_pictures(count: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (count, 6, 6), dtype=np.uint8)
    return np.stack([cv2.resize(picture, (48, 48), interpolation=cv2.INTER_CUBIC) for picture in coarse])


def spots(count: int, side: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Dark pictures with one bright spot; where it lies on a circle is the label, 0 to 6."""
    rng = np.random.default_rng(seed)
    pictures, labels = [], np.arange(count) % 7
    for label in labels:
        angle = 2 * np.pi * label / 7
        picture = rng.integers(0, 40, (side, side)).astype(np.uint8)
        centre = [int(side * (0.5 + 0.3 * turn(angle)) + rng.integers(-1, 2)) for turn in (np.cos, np.sin)]
        cv2.circle(picture, centre, side // 8, int(rng.integers(140, 220)), -1)
        pictures.append(picture)
    return np.stack(pictures), labels


def student_network(side: int, channels: int) -> Any:
    """As students' projects on FER2013 build and train them: pixels / 255 in, Flatten and Dense, softmax at the end.

    It knows `spots`. The convolution is random and the last layer is fitted at once, so no epochs are needed.
    """
    tensorflow()
    with quiet():
        import keras
        from keras import layers

        keras.utils.set_random_seed(3)
        model = keras.Sequential(
            [
                keras.Input((side, side, channels)),
                layers.Conv2D(8, 3, strides=2, activation="relu"),
                layers.MaxPooling2D(4),
                layers.Flatten(),
                layers.Dropout(0.25),
                layers.Dense(7, activation="softmax"),
            ],
            name="student",
        )
        pictures, labels = spots(350, side, 0)
        inputs = np.repeat(pictures[..., None] / np.float32(255), channels, axis=3)
        features = keras.Sequential(model.layers[:-1]).predict(inputs, verbose=0)
        design = np.hstack([features, np.ones((len(features), 1))])
        wanted = np.where(labels[:, None] == np.arange(7), 6.0, -2.0)
        found = np.linalg.solve(design.T @ design + 0.1 * np.eye(design.shape[1]), design.T @ wanted)
        model.layers[-1].set_weights([found[:-1], found[-1]])
        return model


def write_spots(folder: Any, side: int, count: int = 140, seed: int = 1) -> Any:
    """Somebody's pictures: a folder a label."""
    for number, (picture, label) in enumerate(zip(*spots(count, side, seed), strict=True)):
        path = folder / ALPHABETICAL[label] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), picture)
    return folder


def tiny_network(*heads: str, embedding: bool = False) -> Any:
    """Grey pixels in, named outputs of seven numbers each: like the shipped networks, but far smaller."""
    tensorflow()
    with quiet():
        import keras
        from keras import layers

        keras.utils.set_random_seed(7)
        face = keras.Input((48, 48, 1), name="face")
        x = layers.Rescaling(1 / 127.5, offset=-1)(face)
        for filters in (8, 16):
            x = layers.Conv2D(filters, 3, 2, padding="same", use_bias=False, kernel_initializer="he_normal")(x)
            x = layers.ReLU()(layers.BatchNormalization()(x))
        pooled = layers.GlobalAveragePooling2D(keepdims=True)(x)
        outputs = {"embedding": layers.Reshape((16,))(pooled)} if embedding else {}
        for name in heads:
            outputs[name] = layers.Reshape((7,))(layers.Conv2D(7, 1, name=f"{name}_head")(pooled))
        return keras.Model(face, outputs, name="tiny")


def with_far_logit(model: Any) -> Any:
    """One label that never wins, so far off that int8 has no steps left to tell the others apart."""
    model.get_layer("logits_head").bias.assign([0, 0, 0, 0, 0, 0, -1000])
    return model


def splits_for(source: Source, sure: int = 60) -> Splits:
    """Training pictures of every label; validation and test pictures labelled as the model does, the surest ones."""
    parts = [Examples(smooth_pictures(70, 1), np.arange(70) % 7)]
    for seed in (2, 3):
        pixels = smooth_pictures(300, seed)
        probabilities = source.probabilities(pixels)
        best = np.sort(probabilities, axis=1)
        chosen = np.argsort(best[:, -2] - best[:, -1])[:sure]
        parts.append(Examples(pixels[chosen], probabilities[chosen].argmax(axis=1)))
    return Splits(*parts, names=("own training", "own validation", "own test"))


@pytest.fixture(scope="session")
def network() -> Callable[..., Any]:
    return tiny_network


@pytest.fixture(scope="session")
def far_logit() -> Callable[[Any], Any]:
    return with_far_logit


@pytest.fixture(scope="session")
def student() -> Callable[[int, int], Any]:
    return student_network


@pytest.fixture(scope="session")
def spot_folder() -> Callable[..., Any]:
    return write_spots


@pytest.fixture(scope="session")
def make_splits() -> Callable[[Source], Splits]:
    return splits_for


@pytest.fixture(scope="session")
def pictures() -> Callable[[int, int], np.ndarray]:
    return smooth_pictures


@pytest.fixture(scope="session")
def source() -> Source:
    graph = KerasGraph(tiny_network("logits", "logits_fer2013", embedding=True))
    return Source("tiny", graph, "emotion", EMOTIONS)


@pytest.fixture(scope="session")
def splits(source: Source) -> Splits:
    return splits_for(source)


@pytest.fixture(scope="session")
def converted(source: Source, splits: Splits) -> Converted:
    return convert(source, splits, draw(splits.train, EMOTIONS, 70, 1), "tiny")


@pytest.fixture(scope="session")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Somebody's own data: a folder a label."""
    path = tmp_path_factory.mktemp("labelled")
    for index, label in enumerate(EMOTIONS):
        (path / label).mkdir()
        for number, picture in enumerate(smooth_pictures(10, index)):
            cv2.imwrite(str(path / label / f"{number}.png"), picture)
    return path


@pytest.fixture(scope="session")
def spoiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a network that int8 spoils."""
    path = tmp_path_factory.mktemp("spoiled") / "tiny.keras"
    with quiet():
        with_far_logit(tiny_network("logits")).save(path)
    return path
