"""A town file: what must hold together, and the figures that a log-normal is made from."""

import random
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean, median

import pytest

from flow.errors import SettingsError
from flow.pathway.policy_file import load_policy
from flow.simulate.loop import Loop
from flow.simulate.quantities import LogNormal
from flow.simulate.surroundings import Surroundings
from flow.simulate.town import LEEDS_DEMO, load_town

START = datetime(2026, 3, 2, tzinfo=UTC)


def test_a_log_normal_has_the_figures_it_was_made_from() -> None:
    rng = random.Random(5)
    by_mean = LogNormal(median_days=24, mean_days=33.8, max_days=500)
    assert mean(by_mean.draw(rng) for _ in range(20_000)) == pytest.approx(33.8, abs=0.7)
    by_p90 = LogNormal(median_days=3, p90_days=12, max_days=500)
    drawn = sorted(by_p90.draw(rng) for _ in range(20_000))
    assert median(drawn) == pytest.approx(3.0, abs=0.15)
    assert drawn[18_000] == pytest.approx(12.0, abs=0.7)


def test_what_is_left_of_one_met_on_the_way_is_that_of_a_town_at_rest() -> None:
    """Mean rest = E[L^2] / 2 E[L] (renewal theory), here 6 x 1.5 / 2."""
    rng = random.Random(5)
    length = LogNormal(median_days=4, mean_days=6, max_days=10_000)
    expected = 6 * (6 / 4) ** 2 / 2
    assert mean(length.rest(rng) for _ in range(50_000)) == pytest.approx(expected, rel=0.06)


def test_a_smaller_town_has_less_of_everything_and_at_least_one() -> None:
    whole = Surroundings(Loop(START), load_town())
    third = Surroundings(Loop(START), load_town(people_per_day=load_town().people_per_day / 3))
    for name, service in whole.services.items():
        if service.places is not None:
            fewer = third.services[name].places
            assert fewer is not None
            assert fewer.capacity == pytest.approx(service.places.capacity / 3, abs=1)
            assert fewer.capacity >= 1


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("[pathway_mix]", "[pathway_mix", r"not valid TOML"),
        ("people_per_day = ", "people_per_day = -", r"people_per_day: "),
        ("P0 = 0.9000", "P0 = 0.1", r"shares of pathway_mix must add up to 1"),
        ('kind = "equipment"', 'kind = "other"', r"E08000035 has no service of kind equipment"),
        ("beds_open = 38\n", "", r"every independence centre needs beds_open"),
        ('reason = "hosp_ipc"', 'reason = "hosp_ipx"', r"matter\.4\.reason"),
        ('team = "safeguarding"', 'team = "guarding"', r"there is no team guarding"),
        ('referral = "housing"', "", r"give both or neither"),
        ('referral = "housing"', 'referral = "reablement"', r"no task says when a referral for"),
        ("pharmacist = {", "chemist = {", r"hospital RR8 has no pharmacist team"),
        ("safeguarding = {", "guarding = {", r"council E08000035 has no safeguarding team"),
        ("opens = 08:00:00, closes = 16:30:00", "opens = 08:00:00, closes = 07:30:00", "closes"),
        ("P1 = { median_days", "P9 = { median_days", r"treatment"),
        ('kind = "hospice"', 'kind = "community_hospital"', r"no service of kind hospice"),
        ('destination = "p2_bed"', 'destination = "p3_care_home_new"', "none for pathway P2"),
    ],
)
def test_a_town_that_does_not_hold_together_is_refused(
    tmp_path: Path, was: str, becomes: str, said: str
) -> None:
    text = LEEDS_DEMO.read_text(encoding="utf-8")
    assert was in text
    file = tmp_path / "town.toml"
    file.write_text(text.replace(was, becomes), encoding="utf-8")
    with pytest.raises(SettingsError, match=said):
        load_town(file)


def test_the_policy_of_the_demo_names_every_place_of_its_town() -> None:
    policy, town = load_policy(LEEDS_DEMO.with_name("policy_leeds_demo.toml")), load_town()
    assert policy.providers.values == {hospital.provider for hospital in town.hospital}
    assert policy.councils.values == {council.code for council in town.council}
    assert policy.localities.values == {name for c in town.council for name in c.localities}
    assert policy.services.values == {service.id for service in town.service}
