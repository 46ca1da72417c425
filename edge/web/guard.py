"""Who is answered at all, asked before anything else and before a byte of an upload is taken.

A page of another site that is open in the same browser can send requests to 127.0.0.1, too. It is kept out by what
browsers say of who asks, and where it uses a name of its own that points here ("DNS rebinding"), by that name. With a
token any name will do, such as a router or a VPN gave this machine: nothing is answered without the token, and the
cookie that stands for it belongs to the name at which it was given.
"""

import hashlib
import hmac
import ipaddress
import re
import socket
from dataclasses import replace

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from edge.web.door import Door

HEADERS = {
    # The page loads what this server has, and nothing else; nobody may put it into a frame.
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}
"""Part of every answer."""

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[\w.-]+)(?::\d{1,5})?", re.ASCII)

_MONTH = 30 * 24 * 3600

_LOCKED = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>emotion-edge</title>
<h1>A token is needed</h1>
<form action="/" method="get"><label>Token <input name="token" type="password" autocomplete="current-password"
required autofocus></label> <button>Open</button></form></html>
"""


class Guard:
    """Lets a request through to the application, or answers it itself."""

    def __init__(self, app: ASGIApp, door: Door):
        """Takes what is to be guarded, and where it is to be had."""
        self._app = app
        self._door = door
        self._names = own_names(door.host) if door.token is None else None
        self._pass = _pass(door.token) if door.token is not None else ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request; there is nothing here but HTTP."""
        if scope["type"] != "http":
            raise NotImplementedError(f"{scope['type']} is not served")

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        answer: ASGIApp = self._refusal(Request(scope)) or self._app
        await answer(scope, receive, send_guarded)

    def _refusal(self, request: Request) -> Response | None:
        if not known_host(request.headers.get("host", ""), self._names):
            return PlainTextResponse(f"this name is none of this machine's; open {self._address(request)}\n", 421)
        if self._door.token is not None and not self._is_let_in(request):
            return self._let_in(request)
        if not is_own(request):
            return PlainTextResponse("asked for by a page of another site\n", 403)
        return None

    def _address(self, request: Request) -> str:
        """Of the page, as this request reached it."""
        host, port = request.scope["server"]
        return replace(self._door, host=host).url(port)

    def _is_let_in(self, request: Request) -> bool:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self._fits(given.strip()):
            return True
        return _same(request.cookies.get(self._cookie, ""), self._pass)

    def _let_in(self, request: Request) -> Response:
        """Where the address of the page carries the token, it is kept in a cookie and goes from the address line."""
        given = request.query_params.get("token", "") if request.url.path == "/" else ""
        if self._fits(given):
            answer: Response = RedirectResponse("/", 303)
            answer.set_cookie(self._cookie, self._pass, max_age=_MONTH, httponly=True, samesite="lax")
            return answer
        headers = {"WWW-Authenticate": "Bearer"}
        if "text/html" in request.headers.get("accept", ""):
            return HTMLResponse(_LOCKED, 401, headers)
        return PlainTextResponse("a token is needed\n", 401, headers)

    def _fits(self, given: str) -> bool:
        return self._door.token is not None and _same(given, self._door.token)

    @property
    def _cookie(self) -> str:
        """Cookies do not know ports, and a machine may have several pages."""
        return f"emotion-edge-{self._door.port}"


def own_names(host: str) -> frozenset[str]:
    """The names under which this machine may be asked, besides its addresses."""
    name = socket.gethostname().lower()
    short = name.partition(".")[0]
    return frozenset({"localhost", name, short, f"{short}.local", host.lower()})


def known_host(header: str, names: frozenset[str] | None) -> bool:
    """Whether a Host header names this machine; None for where any name does, so long as it is one.

    Any address does: rebinding takes a name of the attacker's.
    """
    found = _HOST.fullmatch(header)
    if found is None:
        return False
    name = found[1].lower().rstrip(".")
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return name in names if names is not None else "[" not in name
    return True


def is_own(request: Request) -> bool:
    """Whether the page itself asks, or a program or person without a page in between.

    Browsers say so themselves (Sec-Fetch-Site), where the connection counts as safe; else by the Origin of whatever
    may change something.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        opens = request.url.path == "/" and request.headers.get("sec-fetch-mode") == "navigate"
        return site in ("same-origin", "none") or (opens and request.method == "GET")
    origin = request.headers.get("origin")
    return origin is None or origin.partition("://")[2].lower() == request.headers.get("host", "").lower()


def _pass(token: str) -> str:
    """What the cookie holds: it shows that its owner knew the token, and does not tell it."""
    return hmac.new(token.encode(), b"emotion-edge page", hashlib.sha256).hexdigest()


def _same(given: str, wanted: str) -> bool:
    """Compared in a time that does not tell how much of it was right."""
    return hmac.compare_digest(given.encode(errors="surrogateescape"), wanted.encode())
