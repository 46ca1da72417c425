"""Where the files lie that come with this package."""

from pathlib import Path


def models_folder() -> Path:
    """Where the models lie that came with this package: in `edge/models` when installed, in a checkout beside it."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "models"
    return installed if installed.is_dir() else package.parent / "models"
