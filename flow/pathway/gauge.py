"""What a journey gauge is: its labels and what it says; and the labels of place they share."""

from typing import NamedTuple


class Gauge(NamedTuple):
    """Label names in the order of a contribution's values, and the help text."""

    labels: tuple[str, ...]
    help: str


PLACE = ("provider", "council", "locality", "pathway")
"""Labels of every figure about people, so that one neighbourhood can be held against the next:
the hospital provider, the council and locality where the person lives, the discharge pathway."""

PlaceValues = tuple[str, str, str, str]
"""Their values, as the policy's lists let them appear."""
