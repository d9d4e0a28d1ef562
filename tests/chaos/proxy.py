"""A network between worker and broker that a test may cut or make slow, one way or both.

Kafka tells its clients where to connect, so the broker has one more listener for each proxy, which
it advertises under the proxy's port (`brokers.py`).
"""

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Self

from tests.brokers.kafka import HOST

CHUNK_BYTES = 64 * 1024
CLOSE_WITHIN_S = 3.0


class Way:
    """One direction. While it is cut nothing is lost and nothing comes through, as on a wire that
    is mended before TCP gives up; new connections are taken and stay silent."""

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self._open.set()
        self.passed_bytes = 0
        self.held_bytes = 0
        """Bytes that arrived while it was cut: proof that the cut hit something."""
        self.bytes_per_s: float | None = None
        """Of each connection; None is as fast as it goes."""

    def cut(self) -> None:
        self._open.clear()

    def mend(self) -> None:
        self._open.set()

    async def carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        """Copy until one end closes."""
        try:
            while data := await source.read(CHUNK_BYTES if self.bytes_per_s is None else 4096):
                if not self._open.is_set():
                    self.held_bytes += len(data)
                    await self._open.wait()
                if self.bytes_per_s is not None:
                    await asyncio.sleep(len(data) / self.bytes_per_s)
                self.passed_bytes += len(data)
                target.write(data)
                await target.drain()
        except OSError:
            return  # the other end went away
        finally:
            target.close()


class Proxy:
    """Use as an async context manager: listens on `port`, connects to `broker_port`."""

    def __init__(self, port: int, broker_port: int) -> None:
        self.port = port
        self.address = f"{HOST}:{port}"
        self._broker_port = broker_port
        self.to_broker = Way()
        self.to_worker = Way()
        self._connections: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, HOST, self.port)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.close()
        for connection in self._connections:
            connection.cancel()
        if self._connections:
            await asyncio.wait(self._connections, timeout=CLOSE_WITHIN_S)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._connect(reader, writer))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            from_broker, to_broker = await asyncio.open_connection(HOST, self._broker_port)
        except OSError:
            writer.close()
            return
        ways = [
            asyncio.create_task(self.to_broker.carry(reader, to_broker)),
            asyncio.create_task(self.to_worker.carry(from_broker, writer)),
        ]
        try:
            await asyncio.wait(ways)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.wait(ways)
            for end in (writer, to_broker):
                end.close()
                with suppress(OSError):
                    await end.wait_closed()
