"""Native output goes to the logger and nowhere else."""

import logging
import os
import subprocess
import sys

import pytest

from edge.contract.quiet import native_output_to

log = logging.getLogger("test.native")


def test_what_native_code_writes_becomes_debug_messages(capfd, caplog):
    with caplog.at_level(logging.DEBUG, log.name), native_output_to(log):
        os.write(2, b"INFO: hello\nagain\n")
    assert caplog.messages == ["INFO: hello", "again"]
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "after\n"


def test_errors_pass_and_standard_error_comes_back(capfd):
    with pytest.raises(ValueError, match="broken"), native_output_to(log):
        raise ValueError("broken")
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "after\n"


def test_a_process_without_standard_error_goes_on():
    code = (
        "import logging, os; os.close(2); from edge.contract.quiet import native_output_to\n"
        "with native_output_to(logging.getLogger()): print('inside')"
    )
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout == "inside\n"


def test_no_folder_is_needed_that_can_be_written_to(monkeypatch, caplog):
    def refuse(*_: object, **__: object):
        raise FileNotFoundError("No usable temporary directory found")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    with caplog.at_level(logging.DEBUG, log.name), native_output_to(log):
        os.write(2, b"hello\n")
    assert caplog.messages == ["hello"]
