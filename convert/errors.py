"""What conversion can refuse besides the errors of the contract."""

from edge.contract.errors import EdgeError


class CheckFailed(EdgeError):  # noqa: N818 -- it is an answer, not a mishap
    """A model was converted, or nearly, and is not good enough to be written (exit code 1)."""

    exit_code = 1
