"""The town at work: its wards, teams and services, with who is in them now."""

import random
from datetime import timedelta

from flow.simulate.capacity import Claim, Places, Team
from flow.simulate.loop import Loop
from flow.simulate.town import CouncilArea, Hospital, Hours, Kind, Service, Town


class HospitalAtWork:
    """Wards with beds, and teams by name."""

    def __init__(self, loop: Loop, town: Town, hospital: Hospital) -> None:
        self.info = hospital
        self.team = {name: _team(hours, town.size) for name, hours in hospital.team.items()}
        self.wards = {
            ward: Places(loop, _scaled(beds, town.size)) for ward, beds in hospital.wards.items()
        }


class CouncilAtWork:
    """The care transfer hub and the council's teams by name."""

    def __init__(self, town: Town, council: CouncilArea) -> None:
        self.info = council
        self.team = {name: _team(hours, town.size) for name, hours in council.team.items()}


class ServiceAtWork:
    """A service with its intake, those who begin the care, and its places where it has a limit."""

    def __init__(self, loop: Loop, town: Town, service: Service) -> None:
        self.info = service
        self.kind = town.kind.get(service.kind, Kind())
        self.intake = _team_or_none(service.intake or self.kind.intake, town.size)
        self.start = _team_or_none(service.start or self.kind.start, town.size)
        self.places: Places | None = None
        if service.places is not None:
            turnaround = timedelta(days=self.kind.turnaround_days)
            self.places = Places(loop, _scaled(service.places, town.size), turnaround)

    @property
    def beds_closed(self) -> int:
        return self.info.beds_closed

    def claim(self, rng: random.Random) -> Claim | None:
        """Asks for a place as large as one person needs; None where there is no limit."""
        return self.places.claim(rng.choice(self.kind.sizes)) if self.places else None

    @property
    def is_full(self) -> bool:
        return self.places is not None and self.places.free <= self.places.waiting


class Surroundings:
    """Everything in the town but its people."""

    def __init__(self, loop: Loop, town: Town) -> None:
        self.town = town
        self.hospitals = {h.provider: HospitalAtWork(loop, town, h) for h in town.hospital}
        self.councils = {c.code: CouncilAtWork(town, c) for c in town.council}
        self.services = {s.id: ServiceAtWork(loop, town, s) for s in town.service}
        self._by_kind: dict[tuple[str, str], list[ServiceAtWork]] = {}
        for service in self.services.values():
            key = (service.info.kind, service.info.council)
            self._by_kind.setdefault(key, []).append(service)

    def of_kind(self, kind: str, council: str) -> list[ServiceAtWork]:
        return self._by_kind[kind, council]

    def capacity_of(self, kind: str) -> int:
        """Places of all services of a kind."""
        return sum(
            s.places.capacity for s in self.services.values() if s.info.kind == kind and s.places
        )


def _scaled(count: float, size: float) -> int:
    """As many as a town of that size has: at least one."""
    return max(1, round(count * size))


def _team(hours: Hours, size: float) -> Team:
    staff = [_scaled(count, size) if count else 0 for count in hours.staff]
    return Team(staff, hours.opens, hours.closes)


def _team_or_none(hours: Hours | None, size: float) -> Team | None:
    return _team(hours, size) if hours is not None else None
