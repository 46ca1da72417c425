import hashlib

from convert.origin.file import File, describe_file


def test_a_file(tmp_path):
    for name, kind in (("a.keras", "keras"), ("a.h5", "h5"), ("a.hdf5", "h5")):
        (tmp_path / name).write_bytes(b"content")
        assert describe_file(tmp_path / name) == File(kind, 7, hashlib.sha256(b"content").hexdigest())


def test_a_folder_is_all_its_files_in_the_order_of_their_names(tmp_path):
    (tmp_path / "variables").mkdir()
    (tmp_path / "variables" / "b").write_bytes(b"two")
    (tmp_path / "saved_model.pb").write_bytes(b"one")
    assert describe_file(tmp_path) == File("saved_model", 6, hashlib.sha256(b"onetwo").hexdigest())
