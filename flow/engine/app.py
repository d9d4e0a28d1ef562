"""The Faust app: settings that the promise depends on, the chunk transport, no web, no tables."""

from pathlib import Path
from typing import Any

import faust
from faust.app.base import BootStrategy
from yarl import URL

from flow.engine.transport import ChunkTransport
from flow.settings import Settings

MAX_POLL_RECORDS = 10_000
"""Large polls make few transactions: 17,000 events/s at 1,000, 100,000 at 10,000."""
MAX_FETCH_BYTES = 4 << 20
STREAM_BUFFER_CHUNKS = 16
"""Counts chunks, not records: a larger buffer would grow with the backlog."""


class _Boot(BootStrategy):
    """Without Faust's web server (it binds a port even when disabled) and its sensors."""

    enable_web = False
    enable_sensors = False


class _App(faust.App):
    BootStrategy = _Boot


class ChunkSchema(faust.Schema[Any, Any]):
    """A chunk's value is the list of records: there is nothing to decode."""

    def loads_key(self, app: Any, message: Any, **options: Any) -> None:
        return None

    def loads_value(self, app: Any, message: Any, **options: Any) -> Any:
        return message.value


def build_app(settings: Settings, datadir: Path) -> Any:
    """A Faust app whose agents are handed chunks. `datadir` is scratch space: it keeps nothing."""
    app = _App(
        settings.application,
        broker=[URL(f"kafka://{address}") for address in settings.broker_addresses.split(",")],
        broker_credentials=_credentials(settings),
        store="memory://",
        web_enabled=False,
        datadir=datadir,
        autodiscover=False,
        topic_partitions=settings.partitions,
        topic_disable_leader=True,
        topic_allow_declare=False,
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=MAX_FETCH_BYTES,
        broker_max_poll_records=MAX_POLL_RECORDS,
        broker_session_timeout=settings.session_timeout_s,
        broker_heartbeat_interval=settings.session_timeout_s / 5,
        broker_rebalance_timeout=4.0,
        broker_commit_interval=1.0,
        broker_request_timeout=20.0,
        producer_request_timeout=20.0,
        stream_recovery_delay=0.0,
        stream_buffer_maxsize=STREAM_BUFFER_CHUNKS,
        # What is durable is acknowledged by us: there is nothing to wait for.
        stream_wait_empty=False,
        # With 0 and no table Faust changes to round robin, which parts a person's topics.
        table_standby_replicas=1,
        worker_redirect_stdouts=False,
    )
    app.transport = ChunkTransport(app.conf.broker, app)
    return app


def chunk_topic(app: Any, name: str, partitions: int) -> Any:
    """An input topic whose agent gets chunks. It must exist: nothing is created by use."""
    schema = ChunkSchema(
        key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw"
    )
    return app.topic(name, schema=schema, partitions=partitions)


def _credentials(settings: Settings) -> Any:
    context = settings.ssl_context()
    if settings.security_protocol.startswith("SASL"):
        return faust.SASLCredentials(
            username=settings.sasl_username,
            password=settings.sasl_password_text(),
            ssl_context=context,
            mechanism=settings.sasl_mechanism,
        )
    if context is not None:
        return faust.SSLCredentials(context=context)
    return None
