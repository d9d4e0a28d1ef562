"""`flow worker` that freezes itself in the middle of a write, once, when a file says so.

FLOW_TEST_FREEZE_FILE names the file; its content is `before` (folded, nothing sent) or
`between` (everything sent, not committed). The file is removed, then the process stops itself
(SIGSTOP) and goes on with that very write when it is continued. FLOW_TEST_FREEZE_TOPIC, where
given, is the end of a topic's name that the write must have a record for.
"""

import os
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flow.__main__ import main
from flow.engine import kafka_log
from flow.engine.log import NewRecord

FREEZE_FILE = Path(os.environ["FLOW_TEST_FREEZE_FILE"])


FREEZE_TOPIC = os.environ.get("FLOW_TEST_FREEZE_TOPIC", "")


def freeze(point: str, records: Sequence[NewRecord]) -> None:
    if not any(record.topic.endswith(FREEZE_TOPIC) for record in records):
        return
    if FREEZE_FILE.exists() and FREEZE_FILE.read_text() == point:
        FREEZE_FILE.unlink()
        os.kill(os.getpid(), signal.SIGSTOP)


send = kafka_log._send


async def send_and_freeze(producer: Any, records: Sequence[NewRecord]) -> None:
    freeze("before", records)
    await send(producer, records)
    freeze("between", records)


kafka_log._send = send_and_freeze

if __name__ == "__main__":
    main()
