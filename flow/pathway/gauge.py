"""What a journey gauge is: its labels and what it says."""

from typing import NamedTuple


class Gauge(NamedTuple):
    """Label names in the order of a contribution's values, and the help text."""

    labels: tuple[str, ...]
    help: str
