"""The errors a user can meet, each with the exit code that the command line ends with.

The message is one line: what is wrong, where, and what to do about it. Anything else that is raised is a bug and
shows its traceback.
"""


class EdgeError(Exception):
    """Base of every error that is the user's, the machine's or the configuration's, not the program's."""

    exit_code = 1


class InputError(EdgeError):
    """A file or value given by the user cannot be used (exit code 64)."""

    exit_code = 64


class SourceError(EdgeError):
    """A camera or stream is not to be had (exit code 69)."""

    exit_code = 69


class OutputError(EdgeError):
    """A result cannot be written (exit code 74)."""

    exit_code = 74


class ModelError(EdgeError):
    """A model, its manifest or the runtime that should load it is not acceptable (exit code 78)."""

    exit_code = 78


class ConfigurationError(EdgeError):
    """A setting, or the installation itself, is not acceptable (exit code 78)."""

    exit_code = 78
