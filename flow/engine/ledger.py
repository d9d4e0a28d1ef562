"""The histories, alerts and due times of one partition, and what working on them changes. No I/O.

Everything that happens here can be thrown away and done again from the log: the ledger holds
nothing that is not in a named topic or in chunks that are not acknowledged yet.
"""

import heapq
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import structlog
from aiokafka.partitioner import murmur2

from flow.engine.clock import Clock
from flow.engine.dead_letters import dead_letter
from flow.engine.keys import CLOCK, event_key, parse_key, summary_key
from flow.engine.log import NewRecord, Record
from flow.engine.observer import GaugeKey, Tally
from flow.engine.outputs import alert_record, placement_records, stage_record
from flow.engine.person import Person
from flow.engine.summary import EMPTY, Summary, decode_summary
from flow.engine.topic_names import TopicNames
from flow.errors import Rejected
from flow.events import Added, decode
from flow.pathway import CORE_VERSION, Added, Policy, advance, assess

log = structlog.get_logger()
