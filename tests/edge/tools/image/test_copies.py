"""Copies that are written beside everything else, and over nothing."""

import struct
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.contract.errors import OutputError
from edge.tools.image.copies import Copies
from edge.tools.image.photos import Seen
from tests.closed import closed_folder


@pytest.fixture
def seen(tmp_path, face):
    """Makes a photo and what was seen in it."""

    def make(name: str, size: tuple[int, int] = (320, 240), folder: str = "photos") -> Seen:
        path = tmp_path / folder / name
        path.parent.mkdir(exist_ok=True)
        grey = np.full((size[1], size[0]), 120, np.uint8)
        picture = grey if path.suffix == ".pgm" else cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)
        good, data = cv2.imencode(path.suffix.lower(), picture)
        assert good
        path.write_bytes(data.tobytes())
        return Seen(path, *size, False, (face(20, 30, 130),))

    return make


def write(copies: Copies, seen: Seen) -> Path:
    return copies.write(seen, seen.photo.read_bytes(), 0.45)


@pytest.mark.parametrize("name", ["a.jpg", "A.JPG", "a.png", "a.bmp", "a.webp", "a.tiff", "a.pgm"])
def test_formats_are_kept(seen, tmp_path, name):
    original = seen(name)
    before = original.photo.read_bytes()
    path = write(Copies(tmp_path / "out" / "deep", [original.photo]), original)
    assert path == tmp_path / "out" / "deep" / name
    assert path.read_bytes()[:2] == before[:2], "the same kind of file"
    copy = cv2.imread(str(path))
    assert copy.shape == (240, 320, 3)
    assert copy.std() > 10
    assert original.photo.read_bytes() == before


def test_a_photo_whose_name_says_no_format_becomes_a_png(seen, tmp_path):
    original = seen("a.png")
    named = original.photo.rename(original.photo.with_name("photo"))
    path = write(Copies(tmp_path / "out", [named]), Seen(named, 320, 240, False, original.faces))
    assert path.name == "photo.png"


def test_a_single_photo_may_be_written_to_a_file(seen, tmp_path):
    original = seen("a.jpg")
    assert write(Copies(tmp_path / "marked.png", [original.photo]), original) == tmp_path / "marked.png"
    assert (tmp_path / "marked.png").read_bytes()[1:4] == b"PNG"
    (tmp_path / "folder.png").mkdir()
    assert write(Copies(tmp_path / "folder.png", [original.photo]), original) == tmp_path / "folder.png" / "a.jpg"


def test_what_is_there_stays_without_force(seen, tmp_path):
    original = seen("a.png")
    there = tmp_path / "out" / "a.png"
    there.parent.mkdir()
    there.write_text("dear")
    with pytest.raises(OutputError, match="--force"):
        write(Copies(there.parent, [original.photo]), original)
    assert there.read_text() == "dear"
    write(Copies(there.parent, [original.photo], force=True), original)
    assert there.read_bytes()[1:4] == b"PNG"


@pytest.mark.parametrize("force", [False, True])
def test_an_original_is_never_written_over(seen, tmp_path, force):
    original = seen("a.png")
    before = original.photo.read_bytes()
    (tmp_path / "link").symlink_to(original.photo.parent)
    for out in (original.photo.parent, tmp_path / "link"):
        with pytest.raises(OutputError, match="original"):
            write(Copies(out, [original.photo], force), original)
    assert original.photo.read_bytes() == before


@pytest.mark.parametrize("linked", [False, True], ids=["itself", "by another name"])
def test_nor_is_one_that_comes_later(seen, tmp_path, linked):
    """The copy of the first photo would have the name of the second, in the very folder for copies."""
    first, second = seen("a.png", folder="photos"), seen("b.png" if linked else "a.png", folder="out")
    if linked:
        (tmp_path / "out" / "a.png").hardlink_to(second.photo)
    before = second.photo.read_bytes()
    copies = Copies(tmp_path / "out", [first.photo, second.photo], force=True)
    with pytest.raises(OutputError, match=r"out/a\.png: is an original"):
        write(copies, first)
    assert second.photo.read_bytes() == before


@pytest.mark.parametrize("force", [False, True])
def test_two_photos_of_one_name_do_not_replace_each_other(seen, tmp_path, force):
    photos = [seen("a.png", folder="one"), seen("a.png", folder="two")]
    copies = Copies(tmp_path / "out", [each.photo for each in photos], force)
    write(copies, photos[0])
    with pytest.raises(OutputError, match="same name"):
        write(copies, photos[1])


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot be made"):
        Copies(tmp_path / "file" / "out", [])


def exif(orientation: int) -> bytes:
    """A JPEG segment that says how the photo is to be turned."""
    entry = struct.pack(">HHIHH", 0x112, 3, 1, orientation, 0)
    body = b"Exif\0\0MM\0*\0\0\0\x08" + struct.pack(">H", 1) + entry + bytes(4)
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def test_a_telephone_s_photo_stands_upright(tmp_path, face):
    """Lying on its side in the file, and turned by its metadata, which the copy no longer has."""
    lying = np.zeros((100, 200, 3), np.uint8)
    lying[:, :100] = (0, 0, 255)  # red on the left: on top, once it is turned to the right
    data = cv2.imencode(".jpg", lying)[1].tobytes()
    photo = tmp_path / "a.jpg"
    photo.write_bytes(data[:2] + exif(6) + data[2:])
    path = Copies(tmp_path / "out", [photo]).write(Seen(photo, 100, 200, False, ()), photo.read_bytes(), 0.45)
    copy = cv2.imread(str(path), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    assert copy.shape == (200, 100, 3)
    assert copy[20, 50, 2] > 200
    assert copy[180, 50, 2] < 50
    assert b"Exif" not in path.read_bytes()


def test_a_folder_that_may_not_be_looked_into(seen, tmp_path):
    original = seen("a.jpg")
    with closed_folder(tmp_path) as closed:
        with pytest.raises(OutputError, match=r"cannot be made \(Permission denied\)"):
            Copies(closed / "a.jpg", [original.photo])
        copies = Copies(closed, [original.photo])
        with pytest.raises(OutputError, match=r"closed/a\.jpg: cannot be written \(Permission denied\)"):
            copies.write(original, b"", 0.45)
