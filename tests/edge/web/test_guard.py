"""Who is answered: the application with its real routes, asked as browsers, programs and strangers ask."""

import re
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette

from edge.web.app import build_app
from edge.web.door import Door
from edge.web.guard import HEADERS, known_host, own_names
from edge.web.live import Live
from tests.edge.web.asking import Client

TOKEN = "a-token-of-many-letters"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT")

OWN = ["127.0.0.1", "127.0.0.1:8080", "localhost:8080", "LOCALHOST", "localhost.", "[::1]:8080", "192.168.1.7:8080"]
OWN += ["pi", "pi:8080", "pi.local", "PI.local:1"]
REBOUND = [
    "",
    "evil.example",
    "evil.example:8080",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "[evil.example]",
]
REBOUND += ["x@127.0.0.1", "127.0.0.1@evil.example", "127.0.0.1:80@evil.example", "127.0.0.1/evil", "[::1]evil.example"]
REBOUND += ["evil-localhost", "127.1", "2130706433", "pi.evil.example", "..", "127.0.0.1:x", "127.0.0.1 evil.example"]


@pytest.fixture
def locked(photos) -> Client:
    return Client(build_app(Door("0.0.0.0", 8080, TOKEN), photos, Live(), "0.1.0"), "192.168.1.7:8080")


def routes(client: Client) -> list[str]:
    """Every path that the application knows."""
    app = client.app._app
    assert isinstance(app, Starlette)
    paths = [route.path for route in app.routes]
    assert {"/", "/page.js", "/style.css", "/status", "/live", "/photo", "/capture"} <= set(paths)
    return paths


def test_every_route_answers_401_without_the_token(locked):
    for path in [*routes(locked), "/none", "/static/index.html", "/../pyproject.toml", "//", "/live/", "/%2e%2e/"]:
        for method in METHODS:
            answer = locked.get(path, method=method)
            assert answer.status == 401, (method, path)
            assert method == "HEAD" or answer.text in ("", "a token is needed\n")
            assert answer.headers["www-authenticate"] == "Bearer"


def test_no_byte_of_an_upload_is_taken_from_a_stranger(locked, photo):
    assert locked.post("/photo", [photo[:1000], photo[1000:]]).status == 401
    assert locked.taken == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": f"Bearer {TOKEN}x"},
        {"authorization": f"Bearer {TOKEN[:-1]}"},
        {"authorization": f"Basic {TOKEN}"},
        {"authorization": TOKEN},
        {"authorization": "Bearer"},
        {"authorization": "Bearer \xff\xfe"},
        {"cookie": f"emotion-edge-8080={TOKEN}"},
        {"cookie": "emotion-edge-8080="},
        {"cookie": ""},
    ],
)
def test_a_wrong_token_is_none(locked, headers):
    assert locked.get("/status", headers).status == 401
    assert locked.get(f"/status?token={TOKEN}").status == 401, "only the page's own address takes it there"
    assert locked.get(f"/?token={TOKEN}x").status == 401


def test_the_token_opens_every_route(locked):
    for path in routes(locked):
        assert locked.get(path, {"authorization": f"Bearer {TOKEN}"}).status in (200, 405), path


def test_the_token_in_the_address_becomes_a_cookie_that_does_not_tell_it(locked):
    answer = locked.get(f"/?token={TOKEN}")
    assert (answer.status, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert TOKEN not in cookie
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert locked.get("/live", {"cookie": cookie.partition(";")[0]}).status == 200


def test_a_browser_gets_a_field_for_the_token(locked):
    answer = locked.get("/", {"accept": "text/html,*/*"})
    assert (answer.status, answer.headers["content-type"]) == (401, "text/html; charset=utf-8")
    assert re.search(r'<input name="token" type="password"', answer.text)


def test_every_answer_has_the_headers(client, locked):
    answers = [client.get(path) for path in [*routes(client), "/none"]] + [
        client.post("/photo", b"no picture"),
        client.get("/", {"host": "evil.example"}),
        client.post("/photo", b"", {"origin": "http://evil.example"}),
        locked.get("/"),
    ]
    assert {answer.status for answer in answers} >= {200, 401, 403, 404, 405, 421, 422}
    for answer in answers:
        assert {name.lower(): value for name, value in HEADERS.items()}.items() <= answer.headers.items()
        assert not [name for name in answer.headers if name.startswith("access-control")]
    policy = answers[0].headers["content-security-policy"]
    assert policy.startswith("default-src 'self';")
    assert "unsafe" not in policy
    assert answers[0].headers["x-content-type-options"] == "nosniff"
    assert answers[0].headers["cache-control"] == "no-store"


@pytest.mark.parametrize("host", OWN)
def test_names_of_this_machine(host, monkeypatch):
    monkeypatch.setattr(socket, "gethostname", lambda: "pi")
    assert known_host(host, own_names("127.0.0.1"))


@pytest.mark.parametrize("host", REBOUND)
def test_rebound_names_are_refused(client, host, monkeypatch):
    monkeypatch.setattr(socket, "gethostname", lambda: "pi")
    assert not known_host(host, own_names("127.0.0.1"))
    assert client.get("/", {"host": host}).status == 421


def test_who_is_refused_is_told_where_the_page_is(client):
    said = "this name is none of this machine's; open http://127.0.0.1:8080/\n"
    assert client.get("/", {"host": "pi.fritz.box:8080"}).text == said


@pytest.mark.parametrize("host", ["raspberrypi.fritz.box:8080", "pi.lan", "pi.tail1234.ts.net:8080", "evil.example"])
def test_with_a_token_any_name_is_good_and_opens_nothing_by_itself(locked, host, photo):
    """A router or a VPN may have named the machine. At a name that a stranger made point here there is no cookie."""
    for path in [*routes(locked), "/none"]:
        for method in METHODS:
            assert locked.get(path, {"host": host}, method).status == 401, (method, path)
    assert locked.post("/photo", photo, {"host": host, "origin": f"http://{host}"}).status == 401
    assert locked.taken == 0
    cookie = locked.get(f"/?token={TOKEN}", {"host": host}).headers["set-cookie"].partition(";")[0]
    assert "domain" not in locked.get(f"/?token={TOKEN}", {"host": host}).headers["set-cookie"].lower()
    known = {"host": host, "cookie": cookie}
    assert locked.get("/status", known).status == 200
    assert locked.post("/photo", photo, known | {"origin": f"http://{host}"}).status == 200
    for strange in ("http://evil.test", "null", f"http://x.{host}"):
        assert locked.post("/photo", photo, known | {"origin": strange}).status == 403


@pytest.mark.parametrize("host", ["", "x@127.0.0.1", "pi.lan/evil", "[evil.example]", "[", "pi lan", "pi:x", "[::1"])
def test_what_is_no_name_is_refused_with_a_token_too(locked, host):
    for headers in ({}, {"authorization": f"Bearer {TOKEN}"}, {"origin": "null"}):
        assert locked.get("/", headers | {"host": host}).status == 421


@given(st.text(max_size=40))
def test_no_host_header_breaks_it(text):
    known_host(text, own_names("127.0.0.1"))
    known_host(text, None)


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://["},
        {"origin": ""},
        {"origin": "http://127.0.0.1"},
        {"origin": "http://127.0.0.1:8081"},
        {"origin": "http://localhost:8080"},
        {"sec-fetch-site": "cross-site", "origin": "http://127.0.0.1:8080"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"},
    ],
)
def test_another_sites_page_sends_nothing(client, headers, photo):
    assert client.post("/photo", photo, headers).status == 403
    assert client.taken == 0
    assert client.post("/capture", b"", headers).status == 403


@pytest.mark.parametrize("mode", ["no-cors", "cors", "navigate"])
def test_another_sites_page_sees_nothing(client, mode):
    headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": mode}
    for path in routes(client):
        answer = client.get(path, headers)
        assert answer.status == (200 if path == "/" and mode == "navigate" else 403), path


@pytest.mark.parametrize("headers", [{}, {"origin": "http://127.0.0.1:8080"}, {"sec-fetch-site": "same-origin"}])
def test_the_page_itself_and_programs_may_send(client, headers, photo):
    assert client.post("/photo", photo, headers).status == 200
