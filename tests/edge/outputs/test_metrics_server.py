"""The server below the metrics: real sockets."""

import socket
import threading
import time

import pytest

from edge.contract.errors import OutputError
from edge.outputs import metrics_server
from edge.outputs.metrics import Metrics


def is_closed(visitor: socket.socket) -> bool:
    """Waits for what the server sends; nothing means that it has hung up."""
    visitor.settimeout(60)
    try:
        return visitor.recv(4096) == b""
    except ConnectionError:
        return True


def visitors(port: int, count: int) -> list[socket.socket]:
    return [socket.create_connection(("127.0.0.1", port), timeout=60) for _ in range(count)]


def test_no_more_threads_than_there_is_room_for():
    with Metrics("127.0.0.1", 0, "hall") as metrics:
        before = threading.active_count()
        silent = visitors(metrics.port, metrics_server.MOST)
        for more in visitors(metrics.port, 20):
            assert is_closed(more)
            more.close()
        assert threading.active_count() == before + metrics_server.MOST
        silent[0].sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
        assert silent[0].recv(12) == b"HTTP/1.0 200", "those that were there first are answered"
        for one in silent:
            one.close()


@pytest.mark.parametrize("sent", [b"", b"GET /metr"])
def test_who_asks_for_nothing_is_not_kept(monkeypatch, capfd, sent):
    monkeypatch.setattr(metrics_server._Handler, "timeout", 0.2)
    with Metrics("127.0.0.1", 0, "hall") as metrics:
        before = threading.active_count()
        (visitor,) = visitors(metrics.port, 1)
        visitor.sendall(sent)
        assert is_closed(visitor)
        visitor.close()
        end = time.monotonic() + 60
        while threading.active_count() > before and time.monotonic() < end:
            time.sleep(0.01)
        assert threading.active_count() == before
    assert capfd.readouterr().err == ""


def test_a_bug_is_told(capfd):
    def broken(environment, begin):
        raise RuntimeError("a bug")

    server = metrics_server.MetricsServer("127.0.0.1", 0)
    server.set_app(broken)
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    (visitor,) = visitors(server.server_port, 1)
    visitor.sendall(b"GET / HTTP/1.0\r\n\r\n")
    assert b"500" in visitor.recv(4096)
    visitor.close()
    thread.join()
    server.server_close()
    assert "a bug" in capfd.readouterr().err


def test_an_address_of_version_6():
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6")
    with Metrics("::1", 0, "hall") as metrics:
        socket.create_connection(("::1", metrics.port), timeout=5).close()


@pytest.mark.parametrize("address", ["a" * 70, "192.0.2.1", "no.such.name.invalid"])
def test_an_address_that_is_none(address):
    with pytest.raises(OutputError, match=rf"metrics: cannot listen on {address}:0 \(.+\)"):
        Metrics(address, 0, "hall").__enter__()
