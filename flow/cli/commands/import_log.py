from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flow.cli.publishing import Route, lockstep_option, publish, speed_option, to_option
from flow.cli.words import plural
from flow.errors import MappingError

if TYPE_CHECKING:
    from flow.simulate.importer import Imported
    from flow.simulate.mapping import Mapping

ACTIVITIES_SHOWN = 5


@click.command("import")
@click.argument("csv_file", metavar="CSV", type=click.Path(path_type=Path))
@click.option(
    "--mapping",
    required=True,
    metavar="NAME|FILE",
    help="Mapping file, or the name of one that comes with the program (sepsis).",
)
@to_option
@speed_option
@lockstep_option
def import_log(
    *, csv_file: Path, mapping: str, to: str, speed: float | None, step: timedelta | None
) -> None:
    """Turn an event log (CSV) into events and replay it.

    It is replayed in its own time: as fast as it goes, at a chosen speed, or in lockstep. The
    people's numbers in it become references with the key in FLOW_REFERENCE_SECRET_FILE; the
    numbers themselves go nowhere. The whole file is read and checked before anything is sent.
    """
    from flow.settings import load_settings
    from flow.simulate.importer import read_events
    from flow.simulate.mapping import load_mapping

    settings = load_settings()
    read_as = load_mapping(mapping)
    imported = read_events(
        csv_file, read_as, secret=settings.reference_secret(), key_id=settings.reference_key_id
    )
    _say_left_out("activities that no rule names", imported.skipped)
    _say_left_out("activities for which no rule fitted at that point", imported.unplaced)
    if not imported.events:
        raise MappingError(f"{csv_file}: {_why_nothing(imported, read_as)}")
    times = [event.recordedtime for event in imported.events]
    route = Route(to, speed, step, min(times), max(times))
    publish(imported.events, route, total=len(imported.events))


def _why_nothing(imported: "Imported", mapping: "Mapping") -> str:
    """Why no row became an event, and what to mend."""
    if imported.unplaced:
        return (
            f"no row became an event: no rule of {mapping.name} fitted when its activity came:"
            " mend when and spell in the rules, or the order of the rows"
        )
    if imported.skipped:
        return (
            f"no row has an activity that a rule of {mapping.name} names: mend rule.activities,"
            f" or log.activity (column {mapping.file.log.activity!r})"
        )
    return "no rows below the header: export the log again, or name another file"


def _say_left_out(why: str, rows: Counter[str]) -> None:
    if not rows:
        return
    most = ", ".join(f"{name} {count:,}" for name, count in rows.most_common(ACTIVITIES_SHOWN))
    more = f" and {len(rows) - ACTIVITIES_SHOWN} more" if len(rows) > ACTIVITIES_SHOWN else ""
    click.echo(f"Left out: {plural(rows.total(), 'row')} of {why}: {most}{more}.", err=True)
