import asyncio
import sys
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import click

from flow.cli.refusals import NotFound
from flow.cli.words import moment, plural

if TYPE_CHECKING:
    from flow.cli.dead_letter_box import Choice, Letter, Place
    from flow.settings import Settings


@click.group()
def dlq() -> None:
    """Dead letters: count them, show one, send them again.

    A dead letter is what could not be used: its bytes untouched, with the reason.
    """


@dlq.command("list")
@click.option("--each", is_flag=True, help="Every letter with its place, not the counts.")
@click.option("--all", "replayed", is_flag=True, help="Those that were sent again, too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_(*, each: bool, replayed: bool, as_json: bool) -> None:
    """Count the dead letters by topic and reason, each with its remedy."""
    from flow.cli.broker_access import broker_settings
    from flow.cli.dead_letter_box import read_box

    letters = asyncio.run(read_box(broker_settings()))
    shown = [letter for letter in letters if replayed or not letter.replayed]
    if not shown and not as_json:
        click.echo("No dead letters.")
    elif each:
        _list_each(shown, as_json=as_json)
    else:
        _list_counts(shown, as_json=as_json)


def _list_each(letters: "list[Letter]", *, as_json: bool) -> None:
    from flow.cli.printing import out, print_json, table

    if as_json:
        for letter in letters:
            print_json(letter.row())
        return
    listed = table("place", "reason", "detail", "since", "bytes", "sent again", right=("bytes",))
    for letter in letters:
        listed.add_row(
            str(letter.place),
            letter.reason,
            letter.detail,
            moment(letter.at),
            f"{letter.size_bytes:,}",
            "yes" if letter.replayed else "",
        )
    out().print(listed)


def _list_counts(letters: "list[Letter]", *, as_json: bool) -> None:
    from flow.cli.printing import out, print_json, table
    from flow.events.reasons import REASONS

    groups: dict[tuple[str, str], list[Letter]] = defaultdict(list)
    for letter in letters:
        groups[letter.place.box.removesuffix(".dlq"), letter.reason].append(letter)
    listed = table("input", "reason", "letters", "newest", "remedy", right=("letters",))
    for (topic, reason), group in sorted(groups.items()):
        newest = max(letter.at for letter in group)
        remedy = REASONS[reason].remedy if reason in REASONS else ""
        if as_json:
            print_json({"input": topic, "reason": reason, "letters": len(group), "newest": newest})
        else:
            listed.add_row(topic, reason, f"{len(group):,}", moment(newest), remedy)
    if not as_json:
        out().print(listed)


@dlq.command()
@click.argument("place", metavar="PLACE")
@click.option("--value", "with_value", is_flag=True, help="Write its bytes to stdout, untouched.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def show(*, place: str, with_value: bool, as_json: bool) -> None:
    """Show one dead letter: PLACE is INPUT/PARTITION/OFFSET as in `flow dlq list --each`.

    Its value may hold what identifies a person. It is shown only with --value.
    """
    from flow.cli.broker_access import broker_settings
    from flow.cli.dead_letter_box import original
    from flow.cli.printing import print_json

    at = _place(place)
    settings = broker_settings()
    letter = asyncio.run(_one(settings, at))
    if with_value:
        content = asyncio.run(original(settings, letter))
        if isinstance(content, str):
            raise NotFound(f"the value of {place} is {content}")
        sys.stdout.buffer.write(content[1] or b"")
    elif as_json:
        print_json(letter.row())
    else:
        _describe(letter)


def _describe(letter: "Letter") -> None:
    from flow.cli.dead_letter_box import senders_headers
    from flow.events.reasons import REASONS

    topic, partition, offset = letter.came_from
    reason = REASONS.get(letter.reason)
    facts = {
        "place": str(letter.place),
        "reason": letter.reason + (f": {reason.meaning}" if reason else ""),
        "detail": letter.detail,
        "remedy": reason.remedy if reason else "",
        "came from": f"{topic}, partition {partition}, offset {offset}",
        "since": moment(letter.at),
        "size": plural(letter.size_bytes, "byte")
        + (" (by reference: they are still in the input)" if letter.sha256 else ""),
        "key": "none" if letter.record.key is None else "present",
        "headers": ", ".join(name for name, _ in senders_headers(letter)) or "none",
        "sent again": "yes" if letter.replayed else "no",
    }
    for name, fact in facts.items():
        if fact:
            click.echo(f"{name + ':':<12} {fact}")


async def _one(settings: "Settings", at: "Place") -> "Letter":
    from flow.cli.dead_letter_box import Choice, read_box

    (letter,) = Choice(places=[at]).of(await read_box(settings, [at.box]))
    return letter


@dlq.command()
@click.argument("places", metavar="[PLACE]...", nargs=-1)
@click.option("--input", "inputs", multiple=True, help="Letters of one input (may be repeated).")
@click.option("--reason", "reasons", multiple=True, help="With one reason (may be repeated).")
@click.option("--all", "everything", is_flag=True, help="Every letter.")
@click.option("--dry-run", is_flag=True, help="Only say how many it would be.")
def replay(
    *,
    places: tuple[str, ...],
    inputs: tuple[str, ...],
    reasons: tuple[str, ...],
    everything: bool,
    dry_run: bool,
) -> None:
    """Send dead letters to their input again: the same bytes, key and headers.

    Name letters by their places, or choose them by input and reason. A letter is sent once:
    afterwards it is marked. What still cannot be used comes back as a new dead letter.
    """
    from flow.cli.broker_access import broker_settings
    from flow.cli.dead_letter_box import Choice

    if not (places or inputs or reasons or everything):
        raise click.UsageError("name places, or choose by --input and --reason, or give --all")
    choice = Choice(
        places=[_place(place) for place in places],
        boxes=[_place(f"{name}/0/0").box for name in inputs],
        reasons=_known(reasons),
    )
    outcomes = asyncio.run(_replay(broker_settings(), choice, dry_run=dry_run))
    if not outcomes:
        click.echo("No dead letter fits.")
    for outcome, count in outcomes.most_common():
        click.echo(f"{plural(count, 'letter')} {outcome}")


async def _replay(settings: "Settings", choice: "Choice", *, dry_run: bool) -> Counter[str]:
    from flow.cli.dead_letter_box import read_box, replay
    from flow.engine.publisher import KafkaPublisher

    letters = choice.of(await read_box(settings))
    if dry_run:
        return Counter(
            "sent again earlier" if letter.replayed else "would be sent again" for letter in letters
        )
    async with KafkaPublisher(settings) as publisher:
        return Counter([await replay(publisher, letter) for letter in letters])


def _place(text: str) -> "Place":
    from flow.cli.dead_letter_box import Place

    try:
        return Place.parse(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def _known(reasons: tuple[str, ...]) -> tuple[str, ...]:
    from flow.events.reasons import REASONS

    for reason in reasons:
        if reason not in REASONS:
            known = ", ".join(REASONS)
            raise click.BadParameter(f"{reason!r} is not one of: {known}", param_hint="--reason")
    return reasons
