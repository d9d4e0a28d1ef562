"""Where people are on day 7, 30 and 91, what delay costs, and how stays ended lately."""

import pytest

from tests.pathway.told import PROVIDER, SPELL, Told

IN_SPELL = {"provider": PROVIDER, "spell_id": SPELL}
HERE = ("other", "other", "other")
"""The policy lists no places: provider, council and locality."""
DAY_7, DAY_91 = "2026-01-17 12:00", "2026-04-11 12:00"


def figures(told: Told, gauge: str, now: str) -> list[tuple[tuple[str, ...], float]]:
    found = told.assessed(now).contribution
    return [(labels, value) for name, labels, value in found if name == gauge]


def status(told: Told, day: int, now: str) -> list[str]:
    """Of the first discharge."""
    found = figures(told, "outcomes", now)
    return [labels[-1] for labels, _ in found if labels[-2] == str(day)][:1]


def home(**data: str) -> Told:
    """Discharged on 10 January, two days after readiness."""
    told = Told()
    told.admitted("2026-01-05 10:00", age_band="75-84", council="E08000035", locality="beeston")
    told.reviewed("2026-01-08 09:00", meets=False)
    told.discharged("2026-01-10 15:00", **data)
    return told


def test_an_outcome_counts_from_its_day_for_28_days() -> None:
    told = home(pathway="P1")
    assert status(told, 7, "2026-01-16 23:59") == []
    assert status(told, 7, "2026-01-17 00:00") == ["at_home"]
    assert status(told, 7, "2026-02-13 23:59") == ["at_home"]
    assert status(told, 7, "2026-02-14 00:00") == []
    ((labels, _),) = figures(told, "outcomes", DAY_7)
    assert labels == ("other", "other", "other", "P1", "7", "at_home")


def _back(told: Told) -> None:
    told.admitted("2026-01-15 10:00", spell_id="S2", admission_method="21")


def _back_and_home_again(told: Told) -> None:
    _back(told)
    told.discharged("2026-01-16 10:00", spell_id="S2")


def _centre(told: Told) -> None:
    told.tell("centre-admitted", "2026-01-10 17:00", stay_id="T1", service="slic")


def _care_home_from_a_centre(told: Told) -> None:
    _centre(told)
    told.tell("centre-discharged", "2026-01-12 17:00", stay_id="T1", destination="care_home")


def _care_ended(told: Told) -> None:
    told.tell("care-package-requested", "2026-01-10 16:00", package_id="P1", kind="new")
    told.tell("care-package-ended", "2026-01-12 16:00", package_id="P1",
              reason="moved_to_care_home")  # fmt: skip


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        (lambda _told: None, "at_home"),
        (_back, "in_hospital"),
        (_back_and_home_again, "at_home"),
        (_centre, "in_centre"),
        (_care_home_from_a_centre, "in_care_home"),
        (_care_ended, "in_care_home"),
        (lambda t: t.tell("patient-died", "2026-01-14 10:00"), "died"),
        (lambda t: t.tell("patient-died", "2026-01-17 10:00"), "at_home"),
        (lambda t: t.in_spell("follow-up-recorded", "2026-01-17 11:00", day=7,
                              status="in_care_home"), "in_care_home"),
        (lambda t: t.in_spell("follow-up-recorded", "2026-01-17 11:00", day=30,
                              status="in_care_home"), "at_home"),
    ],
    ids=["nothing told", "back", "back and home again", "centre", "care home from a centre",
         "care ended", "died", "died later", "somebody looked", "somebody looked at day 30"],
)  # fmt: skip
def test_where_the_person_is_on_day_7(then: object, expected: str) -> None:
    told = home()
    then(told)  # type: ignore[operator]
    assert status(told, 7, DAY_7) == [expected]


@pytest.mark.parametrize(
    ("when", "counts"),
    [("2026-01-08 12:00", False), ("2026-01-16 23:59", False), ("2026-01-17 00:00", True),
     ("2026-01-19 12:00", True)],
    ids=["before the discharge", "the evening before", "at midnight", "two days late"],
)  # fmt: skip
def test_what_is_told_of_a_day_before_it_has_come_does_not_count(when: str, counts: bool) -> None:
    told = home()
    told.in_spell("follow-up-recorded", when, day=7, status="in_care_home", id="looked")
    assert status(told, 7, "2026-01-20 12:00") == ["in_care_home" if counts else "at_home"]
    found = [f.events for f in told.assessed(DAY_7).findings if f.rule == "follow_up_early"]
    assert bool(found) is not counts
    assert all("/rr8/pas#looked" in events for events in found)


def test_who_is_dead_early_is_dead_on_the_day() -> None:
    told = home()
    told.in_spell("follow-up-recorded", "2026-01-12 12:00", day=91, status="died")
    assert status(told, 91, DAY_91) == ["died"]
    assert [f for f in told.assessed(DAY_91).findings if f.rule == "follow_up_early"] == []


def test_a_discharge_to_a_care_home_leaves_the_person_there() -> None:
    assert status(home(destination="p3_care_home_new"), 7, DAY_7) == ["in_care_home"]


@pytest.mark.parametrize(
    ("destination", "funder", "counted"),
    [
        ("p1_home_reablement", "council", True),
        ("p1_home_reablement", "self_funded", False),
        ("p1_home_reablement", None, False),
        ("p0_home", "council", False),
    ],
)
def test_still_at_home_at_day_91_counts_rehabilitation_with_council_support(
    destination: str, funder: str | None, counted: bool
) -> None:
    told = home(destination=destination)
    told.tell("care-package-requested", "2026-01-09 16:00", package_id="P1", kind="new",
              funder=funder, **IN_SPELL)  # fmt: skip
    found = figures(told, "rehabilitation_at_day_91", DAY_91)
    assert [labels[-1] for labels, _ in found] == (["at_home"] if counted else [])


def test_delayed_bed_days_cost_what_the_policy_says() -> None:
    told = home()
    told.tell("referral-made", "2026-01-08 10:00", referral_id="R1", kind="reablement",
              funder="joint", **IN_SPELL)  # fmt: skip
    assert figures(told, "delayed_bed_days", DAY_7) == [((*HERE, "unknown", "joint"), 2.0)]
    assert figures(told, "delayed_bed_days_cost_pounds", DAY_7)[0][1] == 2 * 395
    assert figures(told, "delayed_bed_days", "2026-02-07 00:00") == []


def test_who_paid_after_a_stay_did_so_whatever_is_asked_for_after_the_next() -> None:
    """Of the first stay neither the cost nor the people to be followed up change afterwards."""
    told = home(destination="p1_home_reablement")
    told.tell("care-package-requested", "2026-01-09 16:00", package_id="P1", kind="new",
              funder="council", **IN_SPELL)  # fmt: skip
    told.admitted("2026-01-11 10:00", spell_id="S2")
    told.tell("care-package-requested", "2026-01-12 10:00", package_id="P1", kind="restart",
              provider=PROVIDER, spell_id="S2", funder="self_funded")  # fmt: skip
    told.discharged("2026-01-13 10:00", spell_id="S2")
    assert [labels[-1] for labels, _ in figures(told, "delayed_bed_days", DAY_7)] == ["council"]
    assert len(figures(told, "rehabilitation_at_day_91", DAY_91)) == 1


def test_days_of_those_still_in_hospital_count_too() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-08 09:00", meets=False)
    for day, days in (("08", []), ("09", [1.0]), ("12", [4.0])):
        found = figures(told, "delayed_bed_days", f"2026-01-{day} 12:00")
        assert [value for _, value in found] == days


@pytest.mark.parametrize(
    ("hour", "expected"), [("11:59", "before_midday"), ("12:00", "before_17"), ("17:00", "later")]
)
def test_discharges_by_time_of_day(hour: str, expected: str) -> None:
    told = Told()
    told.admitted("2026-06-05 10:00")
    told.discharged(f"2026-06-10 {hour}")
    ((labels, _),) = figures(told, "discharges_by_time", "2026-06-11 12:00")
    assert labels[-1] == expected


def test_what_happened_on_the_way_counts_with_the_discharge() -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.reviewed("2026-01-06 09:00", meets=False)
    told.reviewed("2026-01-07 09:00", meets=True)
    told.reviewed("2026-01-08 09:00", meets=False)
    told.tell("referral-made", "2026-01-08 10:00", referral_id="R1", kind="home_care", **IN_SPELL)
    for hour in (11, 13):
        told.tell("referral-rejected", f"2026-01-08 {hour}:00", referral_id="R1",
                  reason="no_capacity")  # fmt: skip
    told.tell("referral-made", "2026-01-09 10:00", referral_id="R2", kind="reablement",
              service="skills-south", **IN_SPELL)  # fmt: skip
    told.tell("referral-accepted", "2026-01-09 11:30", referral_id="R2")
    told.tell("care-package-requested", "2026-01-09 11:00", package_id="P1", kind="new",
              referral_id="R2", **IN_SPELL)  # fmt: skip
    told.discharged("2026-01-10 10:00", destination="p1_home_reablement")
    told.tell("first-visit-missed", "2026-01-10 12:00", package_id="P1")
    told.tell("first-visit-completed", "2026-01-10 16:00", package_id="P1")
    now = "2026-01-11 12:00"
    here = ("other", "unknown", "unknown")
    place = (*here, "P1")
    assert figures(told, "drd_resets", now) == [(place, 1.0)]
    nobody = ("unknown", "unknown", "unknown")
    refused = (*nobody, "no_capacity")
    assert figures(told, "referrals_rejected", now) == [(refused, 1.0)] * 2
    refused_after = [(nobody, 3 * 3600.0), (here, 1.5 * 3600.0)]
    assert figures(told, "referral_response_seconds", now) == refused_after
    assert figures(told, "referrals_answered", now) == [
        ((*nobody, "24h"), 1.0),
        ((*here, "2h"), 1.0),
    ]
    assert figures(told, "referral_wait_seconds", now) == [(here, 30 * 3600.0)]
    assert figures(told, "referrals_begun", now) == [((*here, "48h"), 1.0)]
    assert figures(told, "packages_begun", now) == [((*place, "new", "24h"), 1.0)]
    assert figures(told, "package_start_delay_seconds", now) == [((*place, "new"), 6 * 3600.0)]
    assert figures(told, "first_visits_missed", now) == [((*place, "new"), 1.0)]
    assert figures(told, "discharges_by_destination", now) == [
        ((*place, "p1_home_reablement"), 1.0)
    ]


@pytest.mark.parametrize(
    ("age_band", "left", "counted"),
    [
        ("75-84", "2026-01-06 09:00", True),
        ("0-15", "2026-01-06 09:00", False),
        ("75-84", "2026-01-05 23:00", False),
    ],
    ids=["a night", "under 16", "no night"],
)
def test_discharges_are_those_of_the_publication(age_band: str, left: str, counted: bool) -> None:
    """domain.md 1.3 rule 9"""
    told = Told()
    told.admitted("2026-01-05 10:00", age_band=age_band)
    told.discharged(left)
    assert bool(figures(told, "discharges", "2026-01-07 12:00")) is counted


@pytest.mark.parametrize(
    ("admission", "left", "counted"),
    [
        ({"treatment_function": "300"}, {}, True),
        ({"treatment_function": "501"}, {}, False),
        ({"treatment_function": "710"}, {}, False),
        ({"admission_method": "31"}, {}, False),
        ({"admission_method": "82"}, {}, False),
        ({"admission_method": "2C"}, {}, False),
        ({"admission_method": "21"}, {}, True),
        ({"age_band": "16-17"}, {}, True),
        ({"age_band": "0-15"}, {}, False),
        ({}, {"destination_code": "51"}, False),
        ({}, {"destination_code": "51", "pathway": "P2"}, True),
        ({}, {"destination_code": "19"}, True),
    ],
)
def test_delayed_bed_days_are_of_the_people_of_the_publication(
    admission: dict[str, str], left: dict[str, str], counted: bool
) -> None:
    told = Told()
    told.admitted("2026-01-05 10:00", **admission)
    told.reviewed("2026-01-06 10:00", meets=False)
    told.discharged("2026-01-08 12:00", **left)
    gauges = ("discharges", "discharge_delay_days", "delayed_bed_days")
    found = [sum(value for _, value in figures(told, gauge, DAY_7)) for gauge in gauges]
    assert found == ([1.0, 2.0, 2.0] if counted else [0.0, 0.0, 0.0])


@pytest.mark.parametrize(
    ("age_band", "method", "counted"),
    [
        ("75-84", "21", True),
        (None, None, True),
        ("16-17", "21", False),
        ("0-15", "21", False),
        ("18-64", "31", False),
        (None, "82", False),
        (None, "2C", False),
    ],
)
def test_the_situation_report_is_of_adults_who_are_not_there_for_a_birth(
    age_band: str | None, method: str | None, counted: bool
) -> None:
    """domain.md 2.1"""
    told = Told()
    told.admitted("2026-01-05 10:00", age_band=age_band, admission_method=method)
    told.reviewed("2026-01-06 10:00", meets=False)
    gauges = (
        *("nctr_patients", "nctr_remaining_patients", "delayed_patients"),
        "delayed_patients_by_days",
    )
    found = [
        sum(value for _, value in figures(told, gauge, "2026-01-08 12:00")) for gauge in gauges
    ]
    assert found == [float(counted)] * 4
    assert figures(told, "inpatients", "2026-01-08 12:00")


@pytest.mark.parametrize(
    ("sent", "came"),
    [
        ({"destination_code": "51"}, {}),
        ({}, {"admission_method": "81"}),
        ({"destination_code": "51"}, {"admission_method": "81"}),
    ],
    ids=["the first hospital tells", "the second tells", "both tell"],
)
def test_who_is_moved_to_another_hospital_has_left_once(
    sent: dict[str, str], came: dict[str, str]
) -> None:
    told = Told()
    told.admitted("2026-01-05 10:00")
    told.discharged("2026-01-07 10:00", **sent)
    told.admitted("2026-01-07 12:00", provider="RAE", spell_id="B1", **came)
    told.discharged("2026-01-10 12:00", provider="RAE", spell_id="B1")
    for gauge, now in (
        ("discharges", "2026-01-18 12:00"),
        ("index_discharges", "2026-01-18 12:00"),
        ("outcomes", "2026-01-18 12:00"),
    ):
        assert sum(value for _, value in figures(told, gauge, now)) == 1.0, gauge


@pytest.mark.parametrize(
    ("first", "again", "discharges", "returns"),
    [
        ({}, {}, 1.0, 1.0),
        ({"treatment_function": "800"}, {}, 0.0, 0.0),
        ({"admission_method": "31"}, {}, 0.0, 0.0),
        ({"admission_method": "82"}, {}, 0.0, 0.0),
        ({"admission_method": "2C"}, {}, 0.0, 0.0),
        ({}, {"treatment_function": "501"}, 1.0, 0.0),
    ],
    ids=["any", "after cancer", "the mother", "the newborn", "born at home", "back for obstetrics"],
)
def test_returns_and_the_discharges_that_they_are_held_against_leave_out_the_same(
    first: dict[str, str], again: dict[str, str], discharges: float, returns: float
) -> None:
    """domain.md 5, O6"""
    told = Told()
    told.admitted("2026-01-05 10:00", **first)
    told.discharged("2026-01-08 10:00")
    told.admitted("2026-01-15 10:00", spell_id="S2", **{"admission_method": "21", **again})
    now = "2026-01-16 12:00"
    assert sum(value for _, value in figures(told, "index_discharges", now)) == discharges
    assert sum(value for _, value in figures(told, "returns_within_30_days", now)) == returns


@pytest.mark.parametrize(("function", "counted"), [(None, True), ("300", True), ("501", False)])
def test_returns_leave_out_cancer_and_obstetrics(function: str | None, counted: bool) -> None:
    told = home()
    told.admitted("2026-01-15 10:00", spell_id="S2", admission_method="21",
                  treatment_function=function)  # fmt: skip
    assert bool(figures(told, "returns_within_30_days", DAY_7)) is counted


def test_who_could_leave_a_centre_counts_from_the_next_day_by_reason_until_they_leave() -> None:
    told = home(pathway="P2")
    _centre(told)
    told.tell("centre-ready-to-leave", "2026-02-01 10:00", stay_id="T1")
    told.tell("centre-delay-reason-recorded", "2026-02-01 11:00", stay_id="T1",
              reason="cap_p1_social_care", primary=True)  # fmt: skip
    labels = (*HERE, "P2", "other", "cap_p1_social_care", "capacity")
    gauges = ("centre_delayed_patients", "centre_delay_days")
    assert [figures(told, gauge, "2026-02-01 23:59") for gauge in gauges] == [[], []]
    expected = [[(labels, 1.0)], [(labels, 3.0)]]
    assert [figures(told, gauge, "2026-02-04 00:00") for gauge in gauges] == expected
    told.tell(
        "centre-discharged", "2026-02-04 10:00", stay_id="T1", destination="home_with_support"
    )
    assert [figures(told, gauge, "2026-02-05 10:00") for gauge in gauges] == [[], []]
