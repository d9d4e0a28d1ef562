"""What was last published of a person: one record of the state topic.

With it a partition opens without decoding a single event: the gauges, the due times and
what consumers were last told are all here. Histories are decoded when they are touched.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson

from flow.engine.marker import Marker, marker_of
from flow.pathway import Contribution


@dataclass(frozen=True, slots=True)
class Summary:
    """`core` and `policy` are the versions that computed it; others compute it anew.

    `events` is how many it was computed from: where the history holds more, they are not assessed.

    `stage` is the published stage's data, `placements` the published placements' data by
    service. `next_at` is when to look again. `assessed` is false where a bug stopped the
    assessment: the events are safe, the person is counted and tried again. `marker` is what is
    left of an earlier journey that was let go.
    """

    core: int = 0
    policy: str = ""
    events: int = 0
    stage: dict[str, Any] | None = None
    placements: dict[str, dict[str, Any]] = field(default_factory=dict)
    contribution: tuple[Contribution, ...] = ()
    next_at: datetime | None = None
    assessed: bool = True
    marker: Marker | None = None

    @property
    def says_something(self) -> bool:
        """Whether consumers were told anything of the person that holds."""
        return self.stage is not None or bool(self.placements) or bool(self.contribution)

    def encode(self) -> bytes:
        return orjson.dumps(
            {
                "core": self.core,
                "policy": self.policy,
                "events": self.events,
                "stage": self.stage,
                "placements": self.placements,
                "contribution": self.contribution,
                "next_at": self.next_at,
                "assessed": self.assessed,
                "marker": self.marker.content() if self.marker is not None else None,
            }
        )


def decode_summary(value: bytes) -> Summary:
    content = orjson.loads(value)
    next_at = content["next_at"]
    return Summary(
        core=content["core"],
        policy=content["policy"],
        events=content["events"],
        stage=content["stage"],
        placements=content["placements"],
        contribution=tuple(
            (metric, tuple(labels), value) for metric, labels, value in content["contribution"]
        ),
        next_at=datetime.fromisoformat(next_at).astimezone(UTC) if next_at else None,
        assessed=content["assessed"],
        marker=marker_of(content.get("marker")),
    )


EMPTY = Summary()
REPLACED = -1
"""Stands for the number of events where one of them has other content since."""
