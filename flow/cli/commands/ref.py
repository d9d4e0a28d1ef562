import sys
from collections.abc import Iterator

import click

from flow.errors import SettingsError


@click.command()
@click.option(
    "--provider",
    metavar="ODS",
    help="Read hospital numbers of this provider instead of NHS numbers.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.argument("numbers", nargs=-1, metavar=" ")
def ref(*, provider: str | None, as_json: bool, numbers: tuple[str, ...]) -> None:
    """Make references of people from their numbers.

    Reads one NHS number (or hospital number) a line from stdin, or asks for one without showing
    it. A reference is what stands for a person in every topic; its key is in the file
    FLOW_REFERENCE_SECRET_FILE.
    Numbers are never taken from the command line: they would stay in the shell's history.
    """
    from flow.cli.printing import print_json
    from flow.events.reference import make_reference
    from flow.settings import load_settings

    if numbers:
        raise click.UsageError(
            "numbers come from stdin or the prompt, never from the command line,"
            " where other users and the shell's history see them"
        )
    settings = load_settings()
    secret, key_id = settings.reference_secret(), settings.reference_key_id
    refused = []
    for line, number in _numbers(provider):
        try:
            if provider is None:
                reference = make_reference(secret, key_id, nhs_number=number)
            else:
                reference = make_reference(
                    secret, key_id, provider=provider, hospital_number=number
                )
        except ValueError as error:
            refused.append(f"line {line}: {error}")
            continue
        if as_json:
            print_json({"line": line, "reference": reference})
        else:
            click.echo(reference)
    if refused:
        from flow.cli.refusals import BadLines

        raise BadLines("\n".join(refused))


def _numbers(provider: str | None) -> Iterator[tuple[int, str]]:
    """(line, number); asks where stdin is a terminal."""
    if sys.stdin.isatty():
        what = "NHS number" if provider is None else f"Hospital number of {provider}"
        yield 1, click.prompt(what, hide_input=True, err=True)
        return
    empty = True
    for line, text in enumerate(sys.stdin, start=1):
        if text.strip():
            empty = False
            yield line, text.strip()
    if empty:
        raise SettingsError("no number on stdin: pipe one a line, or run `flow ref` in a terminal")
