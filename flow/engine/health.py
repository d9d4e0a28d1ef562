"""/livez, /readyz and /metrics of a process, over plain HTTP."""

import errno
from collections.abc import Callable, Mapping

import orjson
from aiohttp import web

from flow.errors import PortTaken

Render = Callable[[str], tuple[bytes, str]]
"""Accept header in, (body, content type) out."""
Ready = Callable[[], Mapping[str, object]]
"""What is not ready yet, by name; empty when ready."""


class HealthServer:
    """`not_ready` says what is missing; a process that answers /livez at all is alive."""

    def __init__(self, host: str, port: int, render: Render, not_ready: Ready) -> None:
        self._host = host
        self._port = port
        application = web.Application()
        application.router.add_get("/livez", self._livez)
        application.router.add_get("/readyz", self._readyz)
        application.router.add_get("/metrics", self._metrics)
        self._render = render
        self._not_ready = not_ready
        self._runner = web.AppRunner(application, access_log=None)

    async def start(self) -> None:
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as error:
            await self._runner.cleanup()
            if error.errno == errno.EADDRINUSE:
                raise PortTaken(
                    f"port {self._port} is in use: set FLOW_METRICS_PORT to a free one, or stop"
                    " what listens there"
                ) from error
            raise PortTaken(
                f"cannot listen on {self._host}:{self._port} ({error.strerror}): check FLOW_HOST"
                " and FLOW_METRICS_PORT"
            ) from error

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _livez(self, request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def _readyz(self, request: web.Request) -> web.Response:
        missing = dict(self._not_ready())
        body = orjson.dumps({"ready": not missing, "missing": missing}) + b"\n"
        return web.Response(
            status=503 if missing else 200, body=body, content_type="application/json"
        )

    async def _metrics(self, request: web.Request) -> web.Response:
        body, content_type = self._render(request.headers.get("Accept", ""))
        return web.Response(body=body, headers={"Content-Type": content_type})
