"""Which pathway and which destination count of what a plan or a discharge tells.

Each destination of the situation report belongs to one pathway (domain.md 2.2). Where the two
contradict each other, what asks more of others counts, so that nobody goes unnoticed (local rule:
one call too many is better than none): of pathway 0 and a destination of another pathway, the
destination; else the pathway, and of the destination nothing, for it may say that somebody cares
for the person there already. Only that they live in a care home is said by pathway 3, too: back
in their own, as the destination has it, they have left no place.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from flow.events.codes import DESTINATIONS
from flow.events.discharge import PathwayDecidedData, PatientDischargedData
from flow.pathway.subjects import Spell
from flow.pathway.whereabouts import RETURNS

PATHWAY_OF: Final[Mapping[str, str]] = {
    code.code: code.attributes["pathway"] for code in DESTINATIONS
}
"""The pathway that each destination of the situation report belongs to."""


class LeadsTo(NamedTuple):
    """What counts, and whether pathway and destination contradicted each other."""

    pathway: str | None
    destination: str | None
    contradicts: bool = False


def planned_to(spell: Spell, data: PathwayDecidedData) -> LeadsTo:
    return _leads_to(data.pathway, data.destination, spell.destination)


def discharged_on(spell: Spell, data: PatientDischargedData) -> LeadsTo:
    """The pathway that a discharge names, or that was confirmed before; else its destination's;
    else what was expected."""
    confirmed = spell.pathway if spell.pathway_confirmed is not None else None
    pathway = data.pathway or confirmed
    if pathway is None and data.destination is None:
        return LeadsTo(spell.pathway, spell.destination)
    return _leads_to(pathway, data.destination, spell.destination)


def _leads_to(pathway: str | None, destination: str | None, expected: str | None) -> LeadsTo:
    """`expected`: the destination that was told before. Of another pathway than is told now, it is
    out of date."""
    if destination is None:
        fits = expected is not None and PATHWAY_OF[expected] == pathway
        return LeadsTo(pathway, expected if fits else None)
    its_own = PATHWAY_OF[destination]
    if pathway is None or pathway == its_own:
        return LeadsTo(its_own, destination)
    if pathway == "P0":
        return LeadsTo(its_own, destination, contradicts=True)
    if pathway == "P3" and destination in RETURNS:
        return LeadsTo(pathway, destination, contradicts=True)
    return LeadsTo(pathway, None, contradicts=True)
