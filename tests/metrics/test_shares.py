"""Sums over partitions: whatever the order of openings, changes and closings."""

import math
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flow.metrics.shares import GaugeKey, Shares

RR8: GaugeKey = ("inpatients", ("RR8", "0-6"))
RAE: GaugeKey = ("inpatients", ("RAE", "0-6"))
DAYS: GaugeKey = ("additional_bed_days", ("RR8", "7"))


class Faults(list[tuple[str, GaugeKey]]):
    def __call__(self, fault: str, key: GaugeKey) -> None:
        self.append((fault, key))


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def shares(faults: Faults) -> Shares:
    return Shares(100, faults)


def test_a_figure_is_the_sum_over_partitions(shares: Shares) -> None:
    shares.open(0, {RR8: 3.0, RAE: 1.0})
    shares.open(1, {RR8: 2.0})
    assert shares.totals() == {RR8: 5.0, RAE: 1.0}


def test_only_the_partitions_asked_for_count(shares: Shares) -> None:
    shares.open(0, {RR8: 3.0})
    shares.open(1, {RR8: 2.0})
    assert shares.totals([1]) == {RR8: 2.0}


def test_changes_are_added(shares: Shares) -> None:
    shares.open(0, {RR8: 3.0})
    shares.change(0, {RR8: -1.0, RAE: 1.0})
    assert shares.totals() == {RR8: 2.0, RAE: 1.0}


def test_opening_again_replaces_the_share(shares: Shares) -> None:
    shares.open(0, {RR8: 3.0, RAE: 1.0})
    shares.open(0, {RR8: 4.0})
    assert shares.totals() == {RR8: 4.0}


def test_closing_takes_the_partitions_people_along(shares: Shares) -> None:
    shares.open(0, {RR8: 3.0})
    shares.open(1, {RR8: 2.0})
    shares.close(0)
    shares.close(0)
    assert shares.totals() == {RR8: 2.0}
    assert list(shares.partitions) == [1]


def test_the_given_share_is_copied(shares: Shares) -> None:
    # The ledger goes on counting in the mapping that it told at its opening.
    share = {RR8: 3.0}
    shares.open(0, share)
    share[RR8] = 4.0
    assert shares.totals() == {RR8: 3.0}


def test_a_figure_that_falls_to_zero_says_so_until_its_partition_closes(shares: Shares) -> None:
    shares.open(0, {RR8: 1.0, RAE: 0.0})
    shares.change(0, {RR8: -1.0})
    assert shares.totals() == {RR8: 0.0}
    shares.close(0)
    assert shares.totals() == {}


def test_no_dust_of_floats_is_left(shares: Shares, faults: Faults) -> None:
    shares.open(0, {})
    for amount in (0.1, 0.2, 0.3, -0.6, 1e9 / 3, -1e9 / 3):
        shares.change(0, {DAYS: amount})
    assert shares.totals() == {DAYS: 0.0}
    assert faults == []


def test_a_share_below_zero_is_reported_and_shown_as_zero(shares: Shares, faults: Faults) -> None:
    shares.open(0, {})
    shares.change(0, {RR8: -1.0})
    assert faults == [("negative", RR8)]
    assert shares.totals() == {RR8: 0.0}


@pytest.mark.parametrize("nonsense", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_reported_and_left_out(
    shares: Shares, faults: Faults, nonsense: float
) -> None:
    shares.open(0, {RR8: 2.0})
    shares.change(0, {RR8: nonsense, RAE: 1.0})
    assert faults == [("not_finite", RR8)]
    assert shares.totals() == {RR8: 2.0, RAE: 1.0}


class TestBeyondTheLimit:
    OTHER: GaugeKey = ("inpatients", ("other", "other"))

    @pytest.fixture
    def shares(self, faults: Faults) -> Shares:
        return Shares(1, faults)

    def test_counts_as_other(self, shares: Shares) -> None:
        assert shares.open(0, {RR8: 1.0}) == 0
        assert shares.change(0, {RAE: 2.0}) == 1
        assert shares.totals() == {RR8: 1.0, self.OTHER: 2.0}

    def test_is_taken_back_where_it_was_counted(self, shares: Shares, faults: Faults) -> None:
        shares.open(0, {RR8: 1.0})
        shares.open(1, {RAE: 2.0})
        shares.close(0)  # now there would be room
        shares.change(1, {RAE: -1.0})
        assert shares.totals() == {self.OTHER: 1.0}
        assert faults == []

    def test_ends_when_the_partition_is_opened_again(self, shares: Shares) -> None:
        shares.open(0, {RR8: 1.0})
        shares.open(1, {RAE: 2.0})
        shares.close(0)
        assert shares.open(1, {RAE: 1.0}) == 0
        assert shares.totals() == {RAE: 1.0}


keys = st.sampled_from([RR8, RAE, DAYS])
amounts = st.one_of(
    st.integers(0, 5).map(float), st.floats(0, 1e7, allow_nan=False), st.just(1 / 3)
)
contributions = st.dictionaries(keys, amounts, max_size=3)
Step = tuple[str, int, int, dict[GaugeKey, float]]
steps: st.SearchStrategy[Step] = st.one_of(
    st.tuples(st.just("opened"), st.integers(0, 2), st.just(0), st.just({})),
    st.tuples(st.just("closed"), st.integers(0, 2), st.just(0), st.just({})),
    st.tuples(st.just("assessed"), st.integers(0, 2), st.integers(0, 3), contributions),
)


@given(st.lists(steps, max_size=60), st.sampled_from([1, 2, 100]))
def test_any_interleaving_equals_the_plain_sum(told: list[Step], limit: int) -> None:
    """The model keeps what each person contributes; partitions that are closed go on keeping it."""
    faults = Faults()
    shares = Shares(limit, faults)
    people: dict[int, dict[int, dict[GaugeKey, float]]] = {0: {}, 1: {}, 2: {}}
    opened: set[int] = set()
    for what, partition, person, contribution in told:
        if what == "closed":
            shares.close(partition)
            opened.discard(partition)
        elif what == "opened":
            share: dict[GaugeKey, float] = defaultdict(float)
            for each in people[partition].values():
                for key, value in each.items():
                    share[key] += value
            shares.open(partition, share)
            opened.add(partition)
        elif partition in opened:
            before = people[partition].get(person, {})
            changes = {
                key: contribution.get(key, 0.0) - before.get(key, 0.0)
                for key in before.keys() | contribution.keys()
            }
            people[partition][person] = contribution
            shares.change(partition, changes)
    held = [each for number in opened for each in people[number].values()]
    totals = shares.totals()
    assert faults == []
    assert all(value >= 0 for value in totals.values())
    # One key for each gauge may be added, which stands for what is beyond the limit.
    assert len(totals) <= limit + 2
    for gauge in ("inpatients", "additional_bed_days"):
        plain = math.fsum(v for each in held for key, v in each.items() if key[0] == gauge)
        assert math.isclose(
            sum(v for key, v in totals.items() if key[0] == gauge), plain, abs_tol=2e-6
        )
    if limit == 100:
        for key in (RR8, RAE, DAYS):
            plain = math.fsum(each.get(key, 0.0) for each in held)
            assert math.isclose(totals.get(key, 0.0), plain, rel_tol=1e-12, abs_tol=2e-6)
            if not any(each.get(key) for each in held):
                assert totals.get(key, 0.0) == 0.0
