"""What looks on ends at Ctrl-C and at SIGTERM, also where something in it hangs."""

import asyncio
import os
import signal
import subprocess
import sys

import pytest

from flow.cli.signals import until_signalled

STUBBORN = """
import asyncio

from flow.cli.signals import until_signalled


async def hangs():
    while True:
        try:
            print("looks on", flush=True)
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            print("hangs", flush=True)


asyncio.run(until_signalled(hangs(), within_s=0.2))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_hangs_after_a_signal_is_left(number: signal.Signals) -> None:
    process = subprocess.Popen([sys.executable, "-c", STUBBORN], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "looks on\n"
        process.send_signal(number)
        assert process.wait(30) == 0
        assert process.stdout.readline() == "hangs\n"
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_what_looks_on_may_close_what_it_opened(number: signal.Signals) -> None:
    said = []

    async def looks_on() -> None:
        asyncio.get_running_loop().call_soon(os.kill, os.getpid(), number)
        try:
            await asyncio.sleep(3600)
        finally:
            await asyncio.sleep(0)
            said.append("closed")
            raise ValueError("of no interest any more")

    await until_signalled(looks_on())
    assert said == ["closed"]


async def test_what_fails_is_raised() -> None:
    async def fails() -> None:
        raise ValueError("the broker is gone")

    with pytest.raises(ValueError, match="gone"):
        await until_signalled(fails())
