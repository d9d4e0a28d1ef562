"""One hospital spell of a made-up person while it goes on."""

from dataclasses import dataclass, field
from datetime import datetime

from flow.simulate.capacity import Claim
from flow.simulate.loop import Process
from flow.simulate.story import Story
from flow.simulate.surroundings import ServiceAtWork
from flow.simulate.town import Support


@dataclass
class Asked:
    """A service that was asked to take somebody on. Without a claim it has no limit of places."""

    referral_id: str
    service: ServiceAtWork
    claim: Claim | None
    starts_at: datetime | None = None

    @property
    def has_place(self) -> bool:
        return self.claim is None or self.claim.done

    def let_go(self) -> None:
        if self.claim is not None and self.claim.places is not None:
            self.claim.places.let_go(self.claim)
        self.claim = None


@dataclass
class Spell:
    """`held_up_by` is the delay reason that applies now, whether written down or not."""

    spell_id: str
    pathway: str
    support: Support | None
    destination: str
    admitted_at: datetime
    ready_at: datetime | None = None
    left: str | None = None
    """How it ended: home, died or cancelled."""
    reviewed: bool = True
    """False: nobody wrote down that they were ready, as they were to leave the same day."""
    hard_to_place: bool = False
    """Most services cannot meet what they need."""
    held_up_by: str | None = None
    noted: str | None = None
    """The primary delay reason as written down."""
    asked: list[Asked] = field(default_factory=list)
    accepted: Asked | None = None
    package_id: str | None = None
    assessment_id: str | None = None
    """The assessment whose plan they are to leave with."""
    arranging: Process | None = None
    medicines_at: datetime | None = None

    def goes_on(self) -> bool:
        return self.left is None


def spell_ids(story: Story, spell: Spell) -> dict[str, str]:
    return {"provider": story.hospital.info.provider, "spell_id": spell.spell_id}
