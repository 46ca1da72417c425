import pytest

from edge.contract import errors


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.EdgeError, 1),
        (errors.InputError, 64),
        (errors.SourceError, 69),
        (errors.OutputError, 74),
        (errors.ModelError, 78),
        (errors.ConfigurationError, 78),
    ],
)
def test_each_error_ends_with_its_own_code(error, code):
    assert error("said").exit_code == code
    assert str(error("said")) == "said"
    assert issubclass(error, errors.EdgeError)


def test_no_bug_passes_for_an_error_of_the_user():
    assert not issubclass(errors.EdgeError, (OSError, ValueError, RuntimeError))
