"""Ctrl-C and SIGTERM: waiting for the first, and going whatever hangs."""

import asyncio
import os
import signal
import sys
from collections.abc import Coroutine
from typing import Any, NoReturn

SIGNALS = (signal.SIGINT, signal.SIGTERM)
END_WITHIN_S = 3.0
"""For what only looks on: long enough to give the screen back and to close connections."""


def on_signal() -> asyncio.Event:
    """What is set by the first signal from now on; those after it change nothing.

    Called before anything starts: a signal that came earlier would be the event loop's, which waits
    without limit for all that runs.
    """
    came = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        loop.add_signal_handler(number, came.set)
    return came


def heed_no_more_signals() -> None:
    """All is done: a supervisor that repeats itself must not turn the exit code into 143."""
    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        loop.remove_signal_handler(number)
        signal.signal(number, signal.SIG_IGN)


def leave(code: int) -> NoReturn:
    """End the process at once, whatever else in it has not ended."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


async def until_signalled(
    looking_on: Coroutine[Any, Any, None], within_s: float = END_WITHIN_S
) -> None:
    """Run what keeps nothing until it fails or a signal comes, and then end it, within `within_s`.

    Raises what it fails with. Where it hangs after a signal, as a client may on a broker that does
    not answer, the process ends without it, with exit code 0.
    """
    stopping = asyncio.create_task(on_signal().wait())
    looking = asyncio.create_task(looking_on)
    await asyncio.wait([looking, stopping], return_when=asyncio.FIRST_COMPLETED)
    failed = looking.done()
    stopping.cancel()
    looking.cancel()
    await asyncio.wait([looking], timeout=within_s)
    if not looking.done():
        leave(0)
    if failed:
        looking.result()
    elif not looking.cancelled():
        looking.exception()  # nobody is told of what fails while it closes
