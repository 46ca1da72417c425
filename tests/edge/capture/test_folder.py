import logging

import cv2
import numpy as np
import pytest

from edge.capture.folder import Pictures, open_folder
from edge.contract.errors import InputError


def write(path, image):
    assert cv2.imwrite(str(path), image)


@pytest.fixture
def folder(tmp_path):
    """Every form a picture comes in, damaged ones between them, and what is no picture."""
    write(tmp_path / "a.png", np.full((5, 7), 10, np.uint8))
    (tmp_path / "b.jpg").write_bytes(b"\xff\xd8\xff\xe0 not really")
    write(tmp_path / "c.png", np.full((5, 7), 30 << 8, np.uint16))
    (tmp_path / "d.png").touch()
    write(tmp_path / "e.png", np.full((5, 7, 4), 50, np.uint8))
    write(tmp_path / "f.PNG", np.full((1, 1), 60, np.uint8))
    write(tmp_path / "g.png", np.full((5, 7, 3), 70 << 8, np.uint16))
    (tmp_path / "h.jpg").mkdir()
    write(tmp_path / ".hidden.png", np.full((5, 7), 99, np.uint8))
    (tmp_path / "notes.txt").write_text("no picture")
    return tmp_path


def test_all_forms_are_read_in_the_order_of_names_and_damaged_ones_counted(folder, clock, caplog):
    caplog.set_level(logging.WARNING)
    with open_folder(folder, clock=clock) as source:
        frames = list(source)
    assert [frame.grey[0, 0] for frame in frames] == [10, 30, 50, 60, 70]
    assert [frame.grey.shape for frame in frames] == [(5, 7), (5, 7), (5, 7), (1, 1), (5, 7)]
    assert all(frame.grey.dtype == np.uint8 for frame in frames)
    assert source.skipped == 3
    for name in ("b.jpg", "d.png", "h.jpg"):
        assert sum(f"{folder / name}: " in message for message in caplog.messages) == 1
    assert len(caplog.messages) == 3


def test_pictures_are_a_second_apart_unless_asked_otherwise(folder, clock):
    start = clock.mono(), clock.time()
    frames = list(open_folder(folder, clock=clock))
    assert [(frame.index, frame.mono, frame.time) for frame in frames] == [
        (i, start[0] + i, start[1] + i) for i in range(5)
    ]
    frames = list(open_folder(folder, fps=4, clock=clock))
    assert [frame.mono - start[0] for frame in frames] == [0, 0.25, 0.5, 0.75, 1.0]


def test_it_is_no_live_source_and_says_what_it_reads(folder):
    source = open_folder(folder)
    assert not source.live
    assert source.description == str(folder)
    source.close()
    assert source.read() is None


def test_a_folder_without_pictures_is_refused(tmp_path):
    (tmp_path / "notes.txt").touch()
    with pytest.raises(InputError, match=r"holds no pictures \(\.bmp .*\.webp\)"):
        open_folder(tmp_path)


def test_a_folder_with_only_damaged_pictures_is_refused(tmp_path):
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).write_bytes(b"junk")
    with pytest.raises(InputError, match=r"no picture can be read \(2 tried\)"):
        open_folder(tmp_path)


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(InputError, match="No such file"):
        open_folder(tmp_path / "nowhere")


def test_a_single_damaged_picture_is_one_line_not_two(tmp_path, caplog):
    path = tmp_path / "a.jpg"
    path.write_bytes(b"junk")
    with pytest.raises(InputError, match=r"a\.jpg: not a picture that can be read"):
        Pictures([path], "a.jpg")
    assert not caplog.messages


def test_a_picture_of_floats_is_no_picture(tmp_path, caplog):
    write(tmp_path / "a.tiff", np.zeros((4, 4), np.float32))
    write(tmp_path / "b.png", np.zeros((4, 4), np.uint8))
    source = open_folder(tmp_path)
    assert source.skipped == 1
    assert "float32" in caplog.text
