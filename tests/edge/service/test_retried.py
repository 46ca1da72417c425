"""Addresses that cannot be listened on yet, with real sockets: the service goes on, and listens when it can."""

import signal
import socket
import urllib.error
import urllib.request

import pytest

from edge.capture.backoff import Backoff
from edge.contract.errors import ConfigurationError, OutputError
from edge.contract.records import Analysis
from edge.outputs.metrics import Metrics
from edge.service.retried import Retried
from tests.brokers import wait_until
from tests.edge.service.processes import ENOUGH, Run

LOOKED = Analysis(0, 1.0, 1.0, (), (), 2)


@pytest.fixture
def taken():
    """A port that another program has."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other


def port_of(other: socket.socket) -> int:
    return other.getsockname()[1]


def page(port: int, path: str = "") -> str:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=10) as answer:
            return answer.read().decode()
    except urllib.error.URLError:
        return ""


def test_what_opens_at_once_is_as_without_it(caplog):
    metrics = Metrics("127.0.0.1", 0, "hall")
    with Retried(metrics) as output:
        output.handle(LOOKED)
        assert "emotion_edge_frames_total" in page(metrics.port, "metrics")
    assert page(metrics.port) == ""
    assert caplog.text == ""


def test_it_listens_when_the_port_is_free_and_has_counted_meanwhile(taken, caplog):
    port = port_of(taken)
    with Retried(Metrics("127.0.0.1", port, "hall"), Backoff(0.05, 0.05)) as output:
        output.handle(LOOKED)
        taken.close()
        wait_until(lambda: "emotion_edge_frames_total" in page(port, "metrics"), "a page")
        assert "emotion_edge_frames_total 1.0" in page(port, "metrics")
        output._thread.join(ENOUGH)
    assert page(port, "metrics") == "", "and it is closed at the end"
    was = f"metrics: cannot listen on 127.0.0.1:{port} (Address already in use)"
    assert [record.message for record in caplog.records] == [
        f"{was}; tried again until it works",
        f"mended by itself: {was}",
    ]


def test_an_end_before_it_works_is_quick_and_clean(taken):
    with Retried(Metrics("127.0.0.1", port_of(taken), "hall"), Backoff(600, 600)) as output:
        pass
    assert not output._thread.is_alive()


def test_what_no_time_mends_is_raised():
    class Wrong(Metrics):
        def __enter__(self):
            raise ConfigurationError("no such thing")

    with pytest.raises(ConfigurationError), Retried(Wrong("127.0.0.1", 0, "hall")):
        pass


@pytest.mark.parametrize(
    ("setting", "what", "path"),
    [("METRICS_PORT", "metrics", "metrics"), ("WEB_LISTEN", "web page", "")],
)
def test_a_service_goes_on_where_it_cannot_listen_yet(tmp_path, taken, setting, what, path):
    (tmp_path / "faults").write_text("")
    port = port_of(taken)
    with Run(tmp_path, "--wait", **{f"EMOTION_EDGE_{setting}": str(port)}) as run:
        run.until("start")
        taken.close()
        wait_until(lambda: "motion" in page(port, path), "a page")
        code, errors = run.end(signal.SIGTERM)
    assert code == 0
    assert run.story() == ["start", "stop"]
    assert errors.count(f"{what}: cannot listen on 127.0.0.1:{port} (Address already in use)") == 2
    assert errors.count("mended by itself") == 1


@pytest.mark.parametrize("setting", ["METRICS_PORT", "WEB_LISTEN"])
def test_a_person_is_told_at_once(tmp_path, taken, setting):
    (tmp_path / "faults").write_text("")
    with Run(tmp_path, **{f"EMOTION_EDGE_{setting}": str(port_of(taken))}) as run:
        out, errors = run.process.communicate(timeout=ENOUGH)
    assert (run.process.returncode, out) == (OutputError.exit_code, "")
    assert errors.count("\n") == 1
