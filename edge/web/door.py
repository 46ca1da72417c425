"""Where the page is to be had, and who is let in."""

import ipaddress
import os
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field

from edge.contract.errors import ConfigurationError

PORT = 8080
TOKEN_VARIABLE = "EMOTION_EDGE_WEB_TOKEN"
SHORTEST = 16
"""Characters of a token. 16 of `openssl rand -hex` are 64 bits: nobody guesses them over a network."""

_ADVICE = f"set {TOKEN_VARIABLE} to what this prints: openssl rand -hex 16"


@dataclass(frozen=True, slots=True)
class Door:
    """An address to listen on, and the token that a visitor must have.

    Attributes:
        host: a name or address; `localhost` becomes 127.0.0.1.
        port: TCP; 0 is any free one.
        token: None lets everybody in, which only an address of this machine's loopback may.
    """

    host: str = "127.0.0.1"
    port: int = PORT
    token: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Raises ConfigurationError for an address that needs a token and has none, and for a token that is none."""
        if self.host == "localhost":
            object.__setattr__(self, "host", "127.0.0.1")
        if not self.host or not 0 <= self.port <= 65535:
            raise ConfigurationError(f"{self}: not an address to listen on; give HOST and a PORT of 0 to 65535")
        if self.token is None and not self.private:
            raise ConfigurationError(f"{self}: other machines can reach this address, so it needs a token; {_ADVICE}")
        if self.token is not None and not re.fullmatch(rf"[!-~]{{{SHORTEST},256}}", self.token):
            raise ConfigurationError(f"the page's token must be {SHORTEST} to 256 ASCII characters; {_ADVICE}")

    def __str__(self) -> str:
        """As in a URL: an IPv6 address in brackets."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    def url(self, port: int) -> str:
        """What to open in a browser, once it is known which port it became."""
        anywhere = self.host in ("0.0.0.0", "::")
        return f"http://{Door(socket.gethostname() if anywhere else self.host, port, self.token)}/"

    @property
    def private(self) -> bool:
        """Whether only this machine can reach it. A name may point anywhere, so it counts as reachable."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def read_door(text: str, token: str | None) -> Door:
    """The door that `[HOST:]PORT` means; an IPv6 address stands in brackets. Raises ConfigurationError as `Door`."""
    host, _, port = text.strip().rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        host = ""  # an IPv6 address without brackets: nobody knows where its port begins
        port = ""
    if not (port.isascii() and port.isdecimal()):
        raise ConfigurationError(f"{text!r}: not an address to listen on; give PORT, HOST:PORT or [IPv6]:PORT")
    return Door(host or "127.0.0.1", int(port[:6]), token)


def token_from(environment: Mapping[str, str] = os.environ) -> str | None:
    """The token that the environment sets, if it does."""
    return environment.get(TOKEN_VARIABLE) or None
