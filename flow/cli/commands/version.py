import platform

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def version(*, as_json: bool) -> None:
    """Print the versions of program, core and Python."""
    from flow import __version__
    from flow.cli.printing import print_json
    from flow.pathway import CORE_VERSION

    versions = {
        "version": __version__,
        "core_version": CORE_VERSION,
        "python": platform.python_version(),
    }
    if as_json:
        print_json(versions)
    else:
        click.echo(
            f"discharge-flow {__version__} (core {CORE_VERSION}, Python {versions['python']})"
        )
