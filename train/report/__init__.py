"""Pictures of a training, and the page that shows what a model can do. Nothing here is imported before it is needed."""

import importlib.util

from edge.contract.errors import ConfigurationError


def check_drawing() -> None:
    """Says before the work what would be missed after it. Raises ConfigurationError where there is no matplotlib."""
    if importlib.util.find_spec("matplotlib") is None:
        wanted = "python -m pip install -r requirements-train.txt"
        raise ConfigurationError(f"--html draws with matplotlib, which is not installed; install it with: {wanted}")
