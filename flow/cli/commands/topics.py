import asyncio
from typing import TYPE_CHECKING

import click

from flow.errors import TopicsError

if TYPE_CHECKING:
    from flow.engine.topic_admin import Drift
    from flow.settings import Settings


@click.group()
def topics() -> None:
    """Create the topics, or report how they differ."""


@topics.command()
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def apply(*, as_json: bool) -> None:
    """Create the topics that are missing and set what has drifted.

    What cannot be changed in place (the number of partitions) is reported as by `check`.
    """
    from flow.cli.broker_access import broker_settings
    from flow.cli.printing import print_json

    settings = broker_settings()
    done, drifts = asyncio.run(_apply(settings))
    if as_json:
        print_json({"done": done, "drift": _as_rows(drifts)})
    else:
        for line in done or [f"All topics at {settings.broker_addresses} are as they should be."]:
            click.echo(line)
    _refuse(drifts)


@topics.command()
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def check(*, as_json: bool) -> None:
    """Report how the topics differ from what they should be.

    Changes nothing. Leaves with 78 where there is one.
    """
    from flow.cli.broker_access import broker_settings
    from flow.cli.printing import print_json

    settings = broker_settings()
    drifts = asyncio.run(_check(settings))
    if as_json:
        print_json({"drift": _as_rows(drifts)})
    elif not drifts:
        click.echo(f"All topics at {settings.broker_addresses} are as they should be.")
    _refuse(drifts)


async def _apply(settings: "Settings") -> "tuple[list[str], list[Drift]]":
    from flow.engine.topic_admin import TopicAdmin

    async with TopicAdmin(settings) as admin:
        return await admin.apply(), await admin.check()


async def _check(settings: "Settings") -> "list[Drift]":
    from flow.engine.topic_admin import TopicAdmin

    async with TopicAdmin(settings) as admin:
        return await admin.check()


def _as_rows(drifts: "list[Drift]") -> list[dict[str, object]]:
    from dataclasses import asdict

    return [asdict(drift) for drift in drifts]


def _refuse(drifts: "list[Drift]") -> None:
    if drifts:
        raise TopicsError("\n".join(f"{_what(drift)}: {_remedy(drift)}" for drift in drifts))


def _what(drift: "Drift") -> str:
    return f"{drift.topic} is missing" if drift.what == "existence" else str(drift)


def _remedy(drift: "Drift") -> str:
    if drift.fixable:
        return "run `flow topics apply`"
    return "create the topic anew, set FLOW_PARTITIONS to match, or use another FLOW_TOPIC_PREFIX"
