"""Writes what references tell one another (`flow.engine.transfers`)."""

import orjson

from flow.engine.changes import Outbox
from flow.engine.keys import partition_of
from flow.engine.log import NewRecord
from flow.engine.transfers import KIND, SENDER, Members, Transfer
from flow.events.topics import topic_name


class Post:
    """Writes transfers with everything else that a partition changes."""

    def __init__(self, outbox: Outbox, partitions: int, prefix: str) -> None:
        self._outbox = outbox
        self._partitions = partitions
        self._topic = topic_name("transfers", prefix)

    def send(self, transfer: Transfer) -> None:
        said = transfer.said
        if isinstance(said, bytes):
            kind, value = "event", said
        elif isinstance(said, Members):
            kind, value = "members", orjson.dumps(said.content())
        else:
            kind, value = "let-go", orjson.dumps(said)
        key = transfer.person.encode()
        headers = ((KIND, kind.encode()), (SENDER, transfer.sender.encode()))
        partition = partition_of(key, self._partitions)
        self._outbox.put_output(NewRecord(self._topic, partition, key, value, headers))
