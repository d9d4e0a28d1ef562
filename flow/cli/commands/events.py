from pathlib import Path
from typing import Any

import click


@click.group()
def events() -> None:
    """The catalogue of events: schemas, examples, AsyncAPI."""


@events.command()
@click.argument("kind", metavar="[TYPE]", required=False)
def schema(*, kind: str | None) -> None:
    """Print the JSON Schema of a type; without one, list the types."""
    from flow.cli.printing import pretty_json
    from flow.events import catalogue

    if kind is None:
        for name in catalogue.types():
            click.echo(name)
        return
    click.echo(pretty_json(catalogue.schema(_known(kind, catalogue))))


@events.command()
@click.argument("kind", metavar="TYPE")
def example(*, kind: str) -> None:
    """Print a valid made-up event of a type, on one line, ready to publish or to fold."""
    from flow.cli.printing import print_json
    from flow.events import catalogue

    print_json(catalogue.example(_known(kind, catalogue)))


@events.command()
def asyncapi() -> None:
    """Print the AsyncAPI document: topics with keys and settings, and what they carry."""
    from flow.cli.printing import pretty_json
    from flow.events import catalogue

    click.echo(pretty_json(catalogue.asyncapi()))


@events.command()
@click.argument("directory", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def write(*, directory: Path) -> None:
    """Write the whole catalogue into a folder, as it stands in docs/events."""
    from flow.events import catalogue

    files = catalogue.write(directory)
    click.echo(f"{len(files)} files written to {directory}", err=True)


def _known(kind: str, catalogue: Any) -> str:
    """The full type: `patient-admitted` is enough for `flow.patient-admitted.v1`."""
    for name in (kind, f"flow.{kind}.v1"):
        if name in catalogue.types():
            return name
    raise click.BadParameter(
        f"{kind!r} is no type of event: `flow events schema` lists them", param_hint="TYPE"
    )
