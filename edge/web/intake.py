"""The bytes of uploads, in memory until they have been looked at."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from edge.web.upload import MAX_BYTES

ROOM = 2 * MAX_BYTES
"""Bytes of all uploads together: several photos as telephones make them."""
LONGEST = 110.0
"""Seconds that an upload may take at most. The page waits for ten more, so that it hears why its photo was refused."""

_ANY, _RATE = 30.0, 64_000
"""Seconds that every upload may take, and bytes a second of one that may take longer: a phone far from its router."""


def patience(length: int) -> float:
    """Seconds that an upload of so many bytes may take; 0 where that is not known."""
    return min(_ANY + length / _RATE, LONGEST)


class Intake:
    """Takes uploads side by side, so that none waits for one that stands still, and no more than there is room for."""

    def __init__(self) -> None:
        """Holds nothing."""
        self._held = 0

    @asynccontextmanager
    async def body(self, request: Request) -> AsyncIterator[bytes]:
        """The bytes of an upload, which take room until they are let go.

        Raises HTTPException where they are too many, too slow or break off, or where there is no room for them now.
        """
        length = request.headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > MAX_BYTES:
            raise _too_large()
        parts: list[bytes] = []
        try:
            await self._fill(parts, request, patience(int(length)))
            parts[:] = [b"".join(parts)]
            yield parts[0]
        finally:
            self._held -= sum(map(len, parts))

    async def _fill(self, parts: list[bytes], request: Request, seconds: float) -> None:
        taken = 0
        try:
            async with asyncio.timeout(seconds):
                async for part in request.stream():
                    parts.append(part)
                    taken += len(part)
                    self._held += len(part)
                    if taken > MAX_BYTES:
                        raise _too_large()
                    if self._held > ROOM:
                        raise HTTPException(503, "too many photos at once; send this one again in a moment\n")
        except ClientDisconnect:
            raise HTTPException(400, "the upload broke off\n") from None
        except TimeoutError:
            raise HTTPException(408, "the upload took too long\n") from None


def _too_large() -> HTTPException:
    return HTTPException(413, f"larger than {MAX_BYTES // 1024**2} MiB, which is the most that is taken\n")
