"""Data sets as they are downloaded: plain or packed, with the litter that file managers leave in them."""

import bz2
import gzip
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from edge.contract.errors import InputError

UNREADABLE = (
    OSError,
    EOFError,
    lzma.LZMAError,
    zlib.error,
    zipfile.BadZipFile,
    tarfile.TarError,
    RuntimeError,  # zipfile: encrypted, or packed in a way that is not known
)
"""What the standard library raises for files that are missing, cut short or damaged."""

_TAR = (".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.bz2")
_SINGLE = {".xz": lzma.LZMAFile, ".gz": gzip.GzipFile, ".bz2": bz2.BZ2File}


def reason(error: Exception) -> str:
    """What an error says, on one line (tarfile lists all that it tried)."""
    return " ".join(str(error).split())


def is_litter(name: str) -> bool:
    """Whether a path inside a data set is hidden or macOS's own: `__MACOSX/a.jpg`, `cat/._a.jpg`, `.git/a.png`."""
    return any(part.startswith(".") or part == "__MACOSX" for part in PurePosixPath(name).parts)


def csv_names(archive: zipfile.ZipFile | tarfile.TarFile) -> list[str]:
    """The CSV files inside an archive."""
    names = archive.namelist() if isinstance(archive, zipfile.ZipFile) else archive.getnames()
    return [name for name in names if name.lower().endswith(".csv") and not is_litter(name)]


@contextmanager
def open_csv(path: Path) -> Iterator[IO[bytes]]:
    """The bytes of a CSV file that is plain, .xz, .gz, .bz2, or the only one in a .zip or .tar.

    Raises:
        InputError: an archive holds none or several.
        Exception: any of `UNREADABLE`, here or while reading.
    """
    name = path.name.lower()
    if name.endswith(".zip"):
        with zipfile.ZipFile(path) as archive, archive.open(_only(csv_names(archive), path)) as file:
            yield file
    elif name.endswith(_TAR):
        with tarfile.open(path) as archive:
            file = archive.extractfile(_only(csv_names(archive), path))
            if file is None:
                raise InputError(f"{path}: its .csv is not a file")
            yield file
    else:
        with _SINGLE.get(path.suffix.lower(), _plain)(path) as file:
            yield file


def _plain(path: Path) -> IO[bytes]:
    return path.open("rb")


def _only(names: list[str], path: Path) -> str:
    if len(names) != 1:
        raise InputError(f"{path}: expected one .csv inside, found {len(names)}")
    return names[0]
