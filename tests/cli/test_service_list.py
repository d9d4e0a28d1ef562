"""Services as listed and explained: from records to words."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from flow.cli.refusals import NotFound
from flow.cli.service_list import ListedService, find, lines, render, services_of
from flow.engine.keys import SERVICES_CLOCK
from flow.engine.memory import StoredRecord
from flow.engine.outputs import Publisher
from flow.events.service_outputs import ServiceAlertData, ServiceData
from tests.pathway.service_facts import Told, faced
from tests.pathway.told import at

NOW = at("2026-01-06 12:00")
PUBLISHER = Publisher(0, 1, "test", "")


def told() -> Told:
    """Full, with somebody who has waited for more than a day."""
    told = Told()
    told.reports(
        "2026-01-05 07:00",
        beds_open=2,
        beds_reserved=0,
        beds_occupied=3,
        council="E08000035",
        locality="leeds-south",
    )
    told.people = [
        faced("staying", "2026-01-02 14:00", ready="2026-01-06 09:00"),
        faced("waiting", "2026-01-05 10:00", ready="2026-01-05 11:00"),
    ]
    told.look("2026-01-06 12:00")
    return told


def listed(*, other: bool = True) -> list[ListedService]:
    made = told()
    assert made.data is not None
    services: dict[bytes, Any] = {SERVICES_CLOCK: _record(SERVICES_CLOCK, b'{"at":""}')}
    data = [made.data]
    if other:
        data.append(ServiceData(service="a-home", derived=made.data.derived))
    for each in data:
        key, value = each.service.encode(), PUBLISHER.service(each.service, each, NOW).value
        services[key] = _record(key, value)
    alerts = {
        key.encode(): _record(key.encode(), PUBLISHER.service_alert(alert, NOW).value)
        for key, alert in made.alerts.items()
    }
    return services_of(services, alerts)


def _record(key: bytes, value: bytes | None) -> StoredRecord:
    return StoredRecord("t", 0, 0, 0, key, value)


def test_those_with_alerts_come_first_and_the_clock_is_none_of_them() -> None:
    assert [each.data.service for each in listed()] == ["slic", "a-home"]


def test_the_table_tells_reported_and_derived_apart() -> None:
    console = Console(width=200, record=True, file=StringIO())
    console.print(render(listed()))
    slic, home = [line.split() for line in console.export_text().splitlines()[1:]]
    assert slic[:11] == ["slic", "independence", "centre", "2", "3", "1", "1", "1", "0", "0", "0"]
    assert " ".join(slic[11:]) == "full with people waiting"
    assert home == ["a-home", "–", "–", "–", "1", "1", "1", "0", "–", "–"]


def test_filters() -> None:
    slic, home = listed()
    assert slic.fits({"kind": "independence_centre", "council": None, "locality": "leeds-south"})
    assert not slic.fits({"kind": "home_care"})
    assert not home.fits({"council": "E08000035"})


def test_one_service_is_explained_in_words() -> None:
    text = "\n".join(lines(find(listed(), "slic"), NOW))
    assert text.splitlines()[0] == "slic: Independence centre, leeds-south, E08000035"
    for expected in (
        "2 beds open, 0 reserved, 3 occupied, 1d 5hr ago",
        "By journeys      1 person stays",
        "Difference       +2",
        "Not there yet    1 waiting, 0 offered, 0 accepted; 1 could come now",
        "Longest wait     1d 2hr",
        "Room             0 free beds",
        "Shortfall        1 person",
        "full with people waiting since 05-Jan-2026 10:00. Breached 2hr ago; target 1d (local:",
        "acts next: commissioner",
        "3 occupied + 0 reserved of 2 beds open (/slic/capacity#at-2026-01-05-07:00)",
    ):
        assert expected in text


def test_what_nobody_has_said_is_not_none() -> None:
    text = "\n".join(lines(find(listed(), "a-home"), NOW))
    assert "a-home: kind not known" in text
    assert "Reported         never" in text
    assert "Room             not known" in text
    assert "Expected" not in text


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(NotFound, match="flow service list"):
        find(listed(), "who-is-that")


def test_a_closed_alert_is_not_listed() -> None:
    made = told()
    (alert,) = made.alerts.values()
    closed = alert.model_copy(
        update={
            "state": "closed",
            "closed_at": datetime.now(UTC) - timedelta(hours=1),
            "closed_reason": "place_free",
        }
    )
    assert made.data is not None
    key, value = b"slic", PUBLISHER.service("slic", made.data, NOW).value
    assert isinstance(closed, ServiceAlertData)
    letters = {b"x": _record(b"x", PUBLISHER.service_alert(closed, NOW).value)}
    (found,) = services_of({key: _record(key, value)}, letters)
    assert found.alerts == ()
