"""`python -m flow` and the `flow` command."""

from flow.cli.root import flow


def main() -> None:
    """Run the command line; leaves with one of the exit codes of `flow.cli.root`."""
    flow(prog_name="flow")


if __name__ == "__main__":
    main()
