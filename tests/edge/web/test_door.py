import pytest

from edge.contract.errors import ConfigurationError
from edge.web.door import SHORTEST, Door, read_door, token_from

TOKEN = "0123456789abcdef"


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("8080", "127.0.0.1", 8080),
        (":8080", "127.0.0.1", 8080),
        ("localhost:80", "127.0.0.1", 80),
        ("127.0.0.5:0", "127.0.0.5", 0),
        ("[::1]:8080", "::1", 8080),
    ],
)
def test_addresses_of_this_machine_need_no_token(text, host, port):
    door = read_door(text, None)
    assert (door.host, door.port, door.token) == (host, port, None)


@pytest.mark.parametrize(
    "text",
    ["0.0.0.0:8080", "[::]:8080", "192.168.1.7:80", "pi.local:8080", "example.org:80", "1.2.3.4:1", "[fe80::1]:1"],
)
def test_every_other_address_is_refused_without_a_token(text):
    with pytest.raises(ConfigurationError, match=r"needs a token; set EMOTION_EDGE_WEB_TOKEN .* openssl rand"):
        read_door(text, None)
    assert read_door(text, TOKEN).token == TOKEN


@pytest.mark.parametrize(
    "text", ["", "::1:8080", "host", "host:", "host:port", "1:65536", "80:99999999", "x:-1", "[::1]", "1:\uff12"]
)
def test_what_is_no_address(text):
    with pytest.raises(ConfigurationError, match="not an address to listen on"):
        read_door(text, TOKEN)


@pytest.mark.parametrize(
    "token", ["short", "x" * (SHORTEST - 1), "x" * 257, "with a space in it", "ümlaut-ümlaut-ümlaut", ""]
)
def test_a_token_that_is_none(token):
    with pytest.raises(ConfigurationError, match="16 to 256 ASCII characters") as raised:
        Door("127.0.0.1", 8080, token)
    assert not token or token not in str(raised.value)


def test_the_token_is_not_shown():
    assert TOKEN not in repr(Door("0.0.0.0", 8080, TOKEN))


def test_the_token_of_the_environment():
    assert token_from({"EMOTION_EDGE_WEB_TOKEN": TOKEN}) == TOKEN
    assert token_from({"EMOTION_EDGE_WEB_TOKEN": ""}) is None
    assert token_from({}) is None


def test_what_to_open_in_a_browser(monkeypatch):
    monkeypatch.setattr("socket.gethostname", lambda: "pi")
    assert Door().url(8080) == "http://127.0.0.1:8080/"
    assert Door("::1").url(81) == "http://[::1]:81/"
    assert Door("0.0.0.0", 0, TOKEN).url(82) == "http://pi:82/"
