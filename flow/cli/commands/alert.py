import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from flow.cli.refusals import NotFound
from flow.cli.words import moment, parse_duration, parse_moment, plural

if TYPE_CHECKING:
    from flow.cli.alert_list import ListedAlert, ListedServiceAlert
    from flow.settings import Settings

ASSIGNED = "flow.coordinator-assigned.v1"
OFF_DUTY = "flow.coordinator-off-duty.v1"
OF_THE_PERSON = frozenset({ASSIGNED, OFF_DUTY})
"""Concern the person, so they make sense whatever became of the alert."""
FILTERS = (
    ("wait", "Of one wait (drd_to_discharge, handover_ack …)."),
    ("level", "At one level (near, breached, breached+7d …)."),
    ("kind", "delay or notice."),
    ("state", "open, acknowledged, snoozed or closed."),
    ("provider", "Of one provider (ODS code)."),
    ("council", "Of one council (ONS code)."),
    ("locality", "Of one locality."),
    ("pathway", "On one pathway (P0 to P3)."),
    ("service", "Of one service."),
    ("acts_next", "Where this role acts next (care_transfer_hub, ward …)."),
    ("person", "Of one person (reference)."),
)


@click.group()
def alert() -> None:
    """List and answer alerts; say who answers for a person."""


def _filters(command: Callable[..., None]) -> Callable[..., None]:
    for name, about in reversed(FILTERS):
        command = click.option(f"--{name.replace('_', '-')}", name, help=about)(command)
    return command


@alert.command("list")
@_filters
@click.option("--all", "closed", is_flag=True, help="Closed ones too.")
@click.option("--limit", type=click.IntRange(min=1), help="The first ones only.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_(*, closed: bool, limit: int | None, as_json: bool, **wanted: str | None) -> None:
    """List open alerts of people; `flow service list` shows services'.

    Notices come first, a death before all others; then delays, nearest breach first.
    """
    from flow.cli import alert_list
    from flow.cli.printing import out, print_json

    settings = _settings()
    everything, of_services, now = asyncio.run(_read(settings))
    closed = closed or wanted["state"] == "closed"
    fitting = [a for a in everything if alert_list.Filter(wanted, closed=closed).fits(a)]
    shown = fitting[:limit]
    if as_json:
        for each in shown:
            print_json(each.row())
        return
    if shown:
        out().print(alert_list.render(shown, now))
    hidden = sum(each.is_open for each in everything) - sum(each.is_open for each in shown)
    click.echo(_summary(len(shown), hidden, moment(now)), err=True)
    if count := sum(each.is_open for each in of_services):
        click.echo(f"Of services: {plural(count, 'alert')}; see `flow service list`.", err=True)


def _summary(shown: int, hidden: int, at: str) -> str:
    """Empty states differ (ux.md 2): nobody waits, or nobody fits."""
    if not shown and not hidden:
        return f"No alert is open. Last checked {at}."
    if not shown:
        return f"No alert fits these filters; {plural(hidden, 'open alert')} hidden by them."
    more = f", {hidden:,} more open" if hidden else ""
    return f"{plural(shown, 'alert')}{more}. Time of the pipeline: {at}."


_by = click.option(
    "--by",
    required=True,
    envvar="FLOW_STAFF_REFERENCE",
    show_envvar=True,
    help="Your opaque staff reference, never a name.",
)


@alert.command()
@click.argument("prefix", metavar="ALERT")
@_by
def ack(*, prefix: str, by: str) -> None:
    """Acknowledge an alert: you take the work on. ALERT is the beginning of its identifier.

    Alerts of people and of services are answered alike.
    """
    from flow.cli.alert_list import ACKNOWLEDGED

    _publish(prefix, ACKNOWLEDGED, lambda _now: {"by": by})


@alert.command()
@click.argument("prefix", metavar="ALERT")
@click.option("--for", "span", metavar="DURATION", help="How long: 30m, 4h, 2d.")
@click.option("--until", metavar="TIME", help="Or until when; London time unless it has an offset.")
@click.option("--reason", required=True, help="A code of the list `snooze_reason`.")
@_by
def snooze(*, prefix: str, span: str | None, until: str | None, reason: str, by: str) -> None:
    """Keep an alert quiet for a while, for a reason.

    No longer than the policy allows.
    """
    from flow.cli.alert_list import SNOOZED
    from flow.cli.telling import check_reason
    from flow.events.codes import SNOOZE_REASONS

    if (span is None) == (until is None):
        raise click.UsageError("give one of --for and --until")
    check_reason(SNOOZE_REASONS, reason)

    def data(now: datetime) -> dict[str, Any]:
        wakes_at = now + parse_duration(span) if span else parse_moment(until or "")
        if wakes_at <= now:
            raise ValueError(f"--until {moment(wakes_at)} is over: it is {moment(now)}")
        return {"until": wakes_at, "reason": reason, "by": by}

    _publish(prefix, SNOOZED, data)


@alert.command()
@click.argument("prefix", metavar="ALERT")
@click.option("--to", "coordinator", required=True, help="Opaque staff reference, never a name.")
@click.option("--organisation", required=True, metavar="ODS", help="Their organisation.")
@click.option("--role", help="A code of the list `role`.")
@click.option("--service", help="Their service, as the policy names it, if they work for one.")
def assign(
    *, prefix: str, coordinator: str, organisation: str, role: str | None, service: str | None
) -> None:
    """Give the person of an alert one named co-ordinator."""
    data = {
        "coordinator": coordinator,
        "organisation": organisation,
        "role": role,
        "service": service,
    }
    _publish(prefix, ASSIGNED, lambda _now: data)


@alert.command("off-duty")
@click.argument("prefix", metavar="ALERT")
@click.option("--coordinator", required=True, help="Who goes off duty: their staff reference.")
@click.option("--back-at", metavar="TIME", help="When they are back, if that is known.")
@click.option("--cover", help="Who answers for the person meanwhile: a staff reference.")
def off_duty(*, prefix: str, coordinator: str, back_at: str | None, cover: str | None) -> None:
    """Say that a co-ordinator goes off duty.

    The co-ordinator of the person whom the alert is about; `--cover` says who answers meanwhile.
    """

    def data(now: datetime) -> dict[str, Any]:
        back = parse_moment(back_at) if back_at is not None else None
        if back is not None and back <= now:
            raise ValueError(f"--back-at {moment(back)} is over: it is {moment(now)}")
        return {"coordinator": coordinator, "back_at": back, "cover": cover}

    _publish(prefix, OFF_DUTY, data)


def _settings() -> "Settings":
    from flow.cli.broker_access import broker_settings

    return broker_settings()


async def _read(
    settings: "Settings",
) -> "tuple[list[ListedAlert], list[ListedServiceAlert], datetime]":
    """Alerts of people, alerts of services, and the time of the pipeline."""
    from flow.cli.alert_list import alerts_of, service_alerts_of
    from flow.engine.reader import newest_by_key, pipeline_time

    alerts = alerts_of(await newest_by_key(settings, "alerts"))
    of_services = service_alerts_of(await newest_by_key(settings, "service-alerts"))
    return alerts, of_services, await pipeline_time(settings, datetime.now(UTC))


def _publish(prefix: str, kind: str, data: Callable[[datetime], dict[str, Any]]) -> None:
    """Publish an answer to one alert and say what was published where."""
    settings = _settings()
    click.echo(asyncio.run(_answer(settings, prefix, kind, data)))


async def _answer(
    settings: "Settings", prefix: str, kind: str, data: Callable[[datetime], dict[str, Any]]
) -> str:
    from flow.cli.alert_list import answer, find
    from flow.cli.telling import tell

    alerts, of_services, now = await _read(settings)
    found = find([*alerts, *of_services], prefix)
    if not found.is_open and kind not in OF_THE_PERSON:
        raise NotFound(
            f"alert {found.data.alert_id} is closed since {moment(found.data.closed_at)}"
            f" ({found.data.closed_reason}): there is nothing left to answer"
        )
    try:
        event = answer(kind, found, data(now), now)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    place = await tell(settings, event)
    return f"Published {event.type} for alert {found.data.alert_id} ({found.called}) {place}."
