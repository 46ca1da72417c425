import pytest


@pytest.fixture
def drawn() -> None:
    """For tests that look at the overviews; the others do without, which take most of the time of a small data set."""


@pytest.fixture(autouse=True)
def undrawn(request, monkeypatch) -> None:
    if "drawn" not in request.fixturenames:
        monkeypatch.setattr("train.preparation.prepare._draw", lambda *_: None)
