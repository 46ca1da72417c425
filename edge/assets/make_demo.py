"""Makes demo.mp4, the clip that ships with the package: a real face that a camera finds, loses and finds again.

It needs scikit-image, which carries the portrait, and an ffmpeg with libx264. Neither is needed to play the clip. From
the top of the repository:

    python -m pip install scikit-image "opencv-python-headless<5"
    python edge/assets/make_demo.py

The same versions give the same file: the noise comes from a fixed seed and the encoder runs on one thread.
"""

import argparse
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

SIZE = (640, 480)
FPS = 15
LEFT, RIGHT, ABOVE = 300, 460, 220
"""How far the studio wall is continued beyond the photo, in its pixels."""


@dataclass(frozen=True)
class Pose:
    """Where the camera points at `second`: (x, y) of the photo is in the middle; `roll` is in degrees."""

    second: float
    x: float
    y: float
    zoom: float
    roll: float = 0.0


PATH = (
    Pose(0.0, 250, 205, 1.35),
    Pose(2.5, 225, 190, 1.60, 2),
    Pose(5.0, 235, 165, 2.05, -1),
    Pose(6.5, 250, 180, 1.80, -3),
    Pose(8.0, 205, 200, 1.40),
    Pose(8.9, 330, 180, 1.40, 1),
    Pose(9.6, 560, 170, 1.40, 1),  # the face has left on the left: no face from 9.5 s to 13.5 s
    Pose(11.0, 610, 150, 1.45),
    Pose(13.2, 550, 165, 1.45, -1),
    Pose(13.9, 330, 170, 1.40, -1),  # it is back
    Pose(14.6, 215, 180, 1.30),
    Pose(16.5, 245, 225, 0.92, 1),
    Pose(18.5, 225, 215, 1.05, -2),
    Pose(20.5, 240, 185, 1.50, 3),
    Pose(22.0, 230, 180, 1.70),
)


def main() -> None:
    """Renders the clip and tells where it went."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("demo.mp4"))
    out = parser.parse_args().out
    encode(render(scene(portrait())), out)
    print(f"{out}: {out.stat().st_size} bytes")  # noqa: T201


def portrait() -> NDArray[Any]:
    """The photo as BGR uint8, (512, 512, 3)."""
    from skimage.data import astronaut  # type: ignore[import-not-found, unused-ignore]

    return np.ascontiguousarray(astronaut()[:, :, ::-1])


def scene(photo: NDArray[Any]) -> NDArray[Any]:
    """The photo with its surroundings continued on three sides, the more out of focus the farther away from it."""
    wide: NDArray[Any] = cv2.copyMakeBorder(photo, ABOVE, 0, LEFT, RIGHT, cv2.BORDER_REPLICATE)
    rows, columns = np.mgrid[: wide.shape[0], : wide.shape[1]].astype(np.float32)
    sideways = np.maximum(np.maximum(LEFT - columns, columns - (LEFT + photo.shape[1] - 1)), 0)
    distance = np.hypot(sideways, np.maximum(ABOVE - rows, 0))
    result: NDArray[Any] = wide.astype(np.float32)
    for sigma, start, full in ((4, 0, 12), (12, 8, 40), (30, 30, 110), (60, 90, 260)):
        share = np.clip((distance - start) / (full - start), 0, 1)[..., None]
        result = result * (1 - share) + cv2.GaussianBlur(wide, (0, 0), sigma).astype(np.float32) * share
    outside = np.clip(distance / 80, 0, 1)[..., None]
    result = np.clip(result + outside * mottle(distance.shape), 0, 255)
    return result.astype(np.uint8)


def mottle(shape: tuple[int, ...]) -> NDArray[Any]:
    """Soft clouds of light like those of the studio's backdrop, in grey levels, (h, w, 1)."""
    random = np.random.default_rng(7)
    clouds: NDArray[Any] = np.zeros(shape, np.float32)
    for cell, strength in ((12, 1.5), (35, 4.0), (90, 8.0)):
        coarse = random.standard_normal((shape[0] // cell + 2, shape[1] // cell + 2)).astype(np.float32)
        clouds = clouds + strength * cv2.resize(coarse, shape[::-1], interpolation=cv2.INTER_CUBIC)
    return clouds[..., None]


def render(canvas: NDArray[Any]) -> Iterator[NDArray[Any]]:
    """The frames, BGR uint8, as a small camera would give them: soft, noisy, its exposure hunting a little."""
    random = np.random.default_rng(11)
    for index in range(int(PATH[-1].second * FPS)):
        second = index / FPS
        picture: NDArray[Any] = view(canvas, pose(second)).astype(np.float32)
        exposure = 1 + 0.05 * np.sin(second * 0.9) + 0.015 * np.sin(second * 5.3)
        noise = random.normal(0, 2.0, (SIZE[1], SIZE[0], 1)).astype(np.float32)
        yield np.clip(picture * exposure + noise, 0, 255).astype(np.uint8)


def pose(second: float) -> Pose:
    """The camera at a moment: eased between the stations of its path, with the sway of a hand."""
    after = next(i for i, station in enumerate(PATH) if station.second > second)
    start, end = PATH[after - 1], PATH[after]
    share = (second - start.second) / (end.second - start.second)
    share = share * share * (3 - 2 * share)
    mixed = [a + (b - a) * share for a, b in ((start.x, end.x), (start.y, end.y), (start.zoom, end.zoom))]
    sway = (1.2 * np.sin(second * 2.9) + 0.5 * np.sin(second * 7.1), 1.0 * np.cos(second * 2.3))
    roll = start.roll + (end.roll - start.roll) * share
    return Pose(second, mixed[0] + sway[0], mixed[1] + sway[1], mixed[2], roll)


def view(canvas: NDArray[Any], where: Pose) -> NDArray[Any]:
    """What the camera sees of the scene. Raises ValueError where that is more than there is."""
    width, height = SIZE
    matrix: NDArray[Any] = cv2.getRotationMatrix2D((where.x + LEFT, where.y + ABOVE), where.roll, where.zoom)
    matrix[:, 2] += (width / 2 - where.x - LEFT, height / 2 - where.y - ABOVE)
    corners = np.array([[0, 0, 1], [width, 0, 1], [0, height, 1], [width, height, 1]], np.float64)
    seen = corners @ cv2.invertAffineTransform(matrix).T
    if seen.min() < 0 or seen[:, 0].max() > canvas.shape[1] - 1 or seen[:, 1].max() > canvas.shape[0] - 1:
        raise ValueError(f"the path leaves the scene at {where.second:.2f} s")
    return cv2.warpAffine(canvas, matrix, SIZE, flags=cv2.INTER_CUBIC)


def encode(frames: Iterator[NDArray[Any]], out: Path) -> None:
    """Writes H.264 in MP4, a key frame every two seconds."""
    pipe = f"-f rawvideo -pix_fmt bgr24 -s {SIZE[0]}x{SIZE[1]} -r {FPS} -i -"
    codec = f"-c:v libx264 -profile:v main -preset slow -crf 25 -g {2 * FPS} -pix_fmt yuv420p -threads 1"
    container = "-movflags +faststart -fflags +bitexact -flags:v +bitexact"
    command = ["ffmpeg", "-y", "-v", "error", *f"{pipe} {codec} {container}".split(), str(out)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        for frame in frames:
            process.stdin.write(frame.tobytes())
    if process.returncode:
        raise SystemExit(f"{out}: ffmpeg ended with {process.returncode}")


if __name__ == "__main__":
    main()
