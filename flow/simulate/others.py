"""People who want the same care and are not followed: from home, or there before."""

import random
from datetime import timedelta

from flow.simulate.capacity import Claim
from flow.simulate.loop import Loop, Pause, Process, Steps
from flow.simulate.quantities import LogNormal
from flow.simulate.surroundings import ServiceAtWork


def fill(loop: Loop, service: ServiceAtWork, held: int, rng: random.Random) -> None:
    """Those who were there before anybody looked; each has a part of their time before them."""
    assert service.places is not None
    while service.places.held < held:
        claim = service.claim(rng)
        assert claim is not None
        if not claim.done:
            service.places.let_go(claim)
            return
        _stay(loop, claim, _length(service).rest(rng))


def others(loop: Loop, service: ServiceAtWork, share: float, rng: random.Random) -> Steps:
    """Asks for places on behalf of those who do not come from hospital, without end.

    `share` is this service's part of `others_per_day`.
    """
    per_day = service.kind.others_per_day * share
    while per_day:
        yield Pause(until=loop.now + timedelta(days=rng.expovariate(per_day)))
        Process(loop, _one(loop, service, rng))


def _one(loop: Loop, service: ServiceAtWork, rng: random.Random) -> Steps:
    claim = service.claim(rng)
    assert claim is not None
    patience = timedelta(days=rng.expovariate(1 / service.kind.patience_days))
    yield Pause(until=loop.now + patience, signals=(claim,))
    if claim.done:
        _stay(loop, claim, _length(service).draw(rng))
    else:
        claim.places.let_go(claim)


def _stay(loop: Loop, claim: Claim, days: float) -> None:
    claim.moved_in = True
    loop.at(loop.now + timedelta(days=days), lambda: claim.places.let_go(claim))


def _length(service: ServiceAtWork) -> LogNormal:
    assert service.kind.length is not None
    return service.kind.length


def capacity(service: ServiceAtWork) -> dict[str, object]:
    """What a service reports: beds of a centre, visits that a provider can start."""
    info, places = service.info, service.places
    if places is None:
        return {}
    if info.beds_open is not None:
        return {
            "beds_open": places.capacity,
            "beds_closed": info.beds_closed,
            "beds_reserved": places.reserved,
            "beds_occupied": places.occupied,
        }
    return {
        "visits_per_week_available": places.free,
        "hours_per_week_available": places.free / 2,
    }
