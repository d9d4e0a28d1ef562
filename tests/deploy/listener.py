"""What stands at the end of the way: a receiver of webhooks that keeps all that it got."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

POLL_S = 0.05


class Listener:
    """`messages` as Alertmanager sent them, in their order; the path says for which receiver."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.address = f"http://127.0.0.1:{server.server_address[1]}"
        self.messages: list[tuple[str, dict[str, Any]]] = []

    def alerts(self, receiver: str, status: str) -> set[str]:
        """Names of the alerts that this receiver was told of."""
        return {
            alert["labels"]["alertname"]
            for to, message in list(self.messages)
            for alert in message["alerts"]
            if to == receiver and alert["status"] == status
        }

    def summary(self) -> list[str]:
        """What came, in short."""
        return sorted(
            {
                f"{to}: {alert['labels']['alertname']} {alert['status']}"
                for to, message in list(self.messages)
                for alert in message["alerts"]
            }
        )

    def until(self, seen: Callable[[], bool], within_s: float) -> None:
        give_up_at = time.monotonic() + within_s
        while not seen():
            assert time.monotonic() < give_up_at, f"told so far: {self.summary()}"
            time.sleep(POLL_S)


@contextmanager
def listening() -> Iterator[Listener]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            listener.messages.append((self.path.strip("/"), json.loads(body)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing on the screen."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener = Listener(server)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    try:
        yield listener
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
