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


def ask(port: int, *hosts: str, address: str = "127.0.0.1") -> int:
    """The status of an answer to a request with these Host headers."""
    with socket.create_connection((address, port), timeout=60) as visitor:
        visitor.sendall(
            "".join(["GET /metrics HTTP/1.0\r\n", *(f"Host: {host}\r\n" for host in hosts), "\r\n"]).encode()
        )
        return int(visitor.recv(12).split()[1])


HERE = [
    "localhost",
    "LocalHost:9108",
    "localhost.",
    "127.0.0.1",
    "127.0.0.1:9108",
    "127.9.9.9:1",
    "[::1]",
    "[::1]:9108",
]
ELSEWHERE = ["evil.example", "evil.example:9108", "127.0.0.1.evil.example", "localhost.evil.example:9108", "192.0.2.1"]
ELSEWHERE += [
    "[2001:db8::1]:9108",
    "x@127.0.0.1",
    "127.1",
    "2130706433",
    "127.0.0.1:9108:9108",
    "[",
    "]",
    "pi.lan",
    ":9108",
]


@pytest.mark.parametrize("host", HERE)
def test_this_machine_is_asked_by_its_own_names(host):
    with Metrics("127.0.0.1", 0, "hall") as metrics:
        assert ask(metrics.port, host) == 200


@pytest.mark.parametrize("host", ELSEWHERE)
def test_a_page_whose_name_points_here_reads_nothing(host):
    """A browser on this machine sends such a name where a page of another site asks ("DNS rebinding")."""
    with Metrics("127.0.0.1", 0, "hall") as metrics:
        assert ask(metrics.port, host) == 421


def test_who_names_no_host_is_no_browser():
    with Metrics("127.0.0.1", 0, "hall") as metrics:
        assert ask(metrics.port) == 200


def test_the_name_that_was_configured_is_one_of_this_machines(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(socket.AF_INET, None, 0, "", ("127.0.0.1", 0))])
    server = metrics_server.MetricsServer("Pi", 0)
    assert server.is_asked_here("pi:9108")
    assert not server.is_asked_here("pi.evil.example")
    server.server_close()


def test_an_address_that_others_reach_is_asked_by_any_name():
    with Metrics("0.0.0.0", 0, "hall") as metrics:
        assert ask(metrics.port, "pi.lan:9108") == 200


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
        assert ask(metrics.port, f"[::1]:{metrics.port}", address="::1") == 200
        assert ask(metrics.port, "evil.example", address="::1") == 421


@pytest.mark.parametrize("address", ["a" * 70, "192.0.2.1", "no.such.name.invalid"])
def test_an_address_that_is_none(address):
    with pytest.raises(OutputError, match=rf"metrics: cannot listen on {address}:0 \(.+\)"):
        Metrics(address, 0, "hall").__enter__()
