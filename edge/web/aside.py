"""Work that takes too long for the server's thread."""

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import TypeVar

from edge.terminal.leaving import Leftover

_NICE = 10

T = TypeVar("T")


async def aside(work: Callable[[], T]) -> T:
    """Does it in a thread of its own, and gives what it gives, or raises what it raises.

    At its end the process waits for no such thread, as it would for those of an executor: a large photo may take a
    small board half a minute.
    """
    done: Future[T] = Future()
    done.set_running_or_notify_cancel()  # so that whoever stops waiting does not stop the thread from telling
    Leftover(partial(_do, work, done), "web aside").start()
    return await asyncio.wrap_future(done)


def _do(work: Callable[[], T], done: "Future[T]") -> None:
    try:
        _yield_to_the_run()
        done.set_result(work())
    except BaseException as error:
        done.set_exception(error)


def _yield_to_the_run() -> None:
    """Of two that want a core, the run gets it: on Linux each thread has its own niceness.

    A process that is nicer already stays so: only root could take that back. Where a sandbox forbids the call the work
    is done all the same.
    """
    if sys.platform == "linux":
        thread = threading.get_native_id()
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, thread, max(_NICE, os.getpriority(os.PRIO_PROCESS, thread)))
