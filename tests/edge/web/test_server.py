"""The server around the application: real sockets."""

import asyncio
import socket
import sys
import threading

import pytest

from edge.contract.errors import ConfigurationError, OutputError
from edge.web import connection
from edge.web.door import Door
from edge.web.server import Server, need_packages
from tests.edge.web.asking import WITHIN, request, until


async def hello(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
    await send({"type": "http.response.body", "body": b"hello"})


def test_it_listens_while_it_is_open():
    with Server(hello, Door(port=0)) as server:
        assert server.port > 0
        answer = request(server.port, "GET", "/")
        assert (answer.status, answer.body) == (200, b"hello")
        assert "server" not in answer.headers
    with pytest.raises(ConnectionRefusedError):
        request(server.port, "GET", "/")
    assert not [thread for thread in threading.enumerate() if thread.name == "web"]


def test_only_this_machine_is_answered():
    with Server(hello, Door(port=0)) as server, pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", server.port), timeout=5)


def test_an_address_of_version_6():
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6")
    with Server(hello, Door("::1", 0)) as server:
        socket.create_connection(("::1", server.port), timeout=5).close()


def test_a_port_that_is_taken():
    with Server(hello, Door(port=0)) as server, pytest.raises(OutputError, match=r"is it in use.*try another port"):
        Server(hello, Door(port=server.port)).__enter__()


@pytest.mark.parametrize("host", ["192.0.2.1", "a" * 70, "a..b", "no.such.name.invalid"])
def test_an_address_that_is_not_this_machines(host):
    with pytest.raises(OutputError, match=rf"cannot listen on {host}:0 \(.+\)"):
        Server(hello, Door(host, 0, "a-token-of-many-letters")).__enter__()


def test_lazy_and_rude_clients_keep_nobody_from_leaving(caplog):
    with Server(hello, Door(port=0)) as server:
        lazy = socket.create_connection(("127.0.0.1", server.port))
        lazy.send(b"GET / HT")
        rude = socket.create_connection(("127.0.0.1", server.port))
        rude.send(b"\x16\x03\x01\x02\0" * 50)
        assert request(server.port, "GET", "/").status == 200
    lazy.close()
    rude.close()
    assert not caplog.records


def is_closed(visitor: socket.socket) -> bool:
    """Waits for what the server sends; nothing means that it has hung up."""
    visitor.settimeout(WITHIN)
    try:
        return visitor.recv(4096) == b""
    except ConnectionError:
        return True


def visitors(port: int, count: int) -> list[socket.socket]:
    return [socket.create_connection(("127.0.0.1", port), timeout=WITHIN) for _ in range(count)]


def test_connections_over_the_bound_are_closed_before_they_ask(monkeypatch):
    monkeypatch.setattr(connection, "MOST", 4)
    with Server(hello, Door(port=0)) as server:
        silent = visitors(server.port, 4)
        for more in visitors(server.port, 30):
            assert is_closed(more)
            more.close()
        silent[0].send(b"GET / HTTP/1.1\r\nHost: me\r\n\r\n")
        assert silent[0].recv(12) == b"HTTP/1.1 200", "those that were there first are answered"
        for one in silent:
            one.close()
        until(lambda: answered(server.port))


def answered(port: int) -> bool:
    try:
        return request(port, "GET", "/").status == 200
    except OSError:
        return False


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: m",
        b"GET / HTTP/1.1\r\nHost: me\r\n\r\nGET",
        b"POST / HTTP/1.1\r\nContent-Length: 9\r\nHost: me\r\n\r\nhalf",
    ],
    ids=["nothing", "half a head", "half a second head", "half a body that nobody reads"],
)
def test_who_asks_for_nothing_is_not_kept(monkeypatch, caplog, sent):
    monkeypatch.setattr(connection, "PATIENCE", 0.2)
    with Server(hello, Door(port=0)) as server:
        (visitor,) = visitors(server.port, 1)
        visitor.sendall(sent)
        while not is_closed(visitor):
            pass
        visitor.close()
    assert not caplog.records


def test_an_answer_may_take_longer(monkeypatch):
    async def slow(scope, receive, send):
        await asyncio.sleep(0.5)
        await hello(scope, receive, send)

    monkeypatch.setattr(connection, "PATIENCE", 0.1)
    with Server(slow, Door(port=0)) as server:
        assert request(server.port, "GET", "/").body == b"hello"


@pytest.mark.parametrize("package", ["starlette", "uvicorn"])
def test_without_a_package(monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ConfigurationError, match=rf"needs the package {package}: python -m pip install 'starlette"):
        need_packages()
