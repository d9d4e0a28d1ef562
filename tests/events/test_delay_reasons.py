"""The 37 delay reasons, and how labels found in files are matched (domain.md 2.3, 12.5)."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from flow.events.codes import DELAY_REASONS, DELAY_REASONS_2022, DTOC_REASONS, OLDER_LISTS

PUBLISHED = (
    Path(__file__).parents[3]
    / "shared/data/england-discharge/england_delayed_discharge_reasons.csv"
)


def test_there_are_37_reasons_and_unknown_in_five_groups_and_unrecorded() -> None:
    sizes = Counter(DELAY_REASONS.group(slug) for slug in DELAY_REASONS.codes)
    assert sizes == {
        "hospital_process": 7,
        "wellbeing": 4,
        "care_transfer_hub": 3,
        "interface": 12,
        "capacity": 11,
        "unrecorded": 1,
    }


@pytest.mark.parametrize(
    ("slug", "group", "owner", "pathways", "internal"),
    [
        ("hosp_transport", "hospital_process", "hospital", (), True),
        ("well_safeguarding", "wellbeing", "hospital", (), False),
        ("hub_funding", "care_transfer_hub", "care_transfer_hub", (), False),
        ("intf_p1_social_care", "interface", "council", ("P1",), False),
        ("intf_eol_fast_track", "interface", "community", ("P1", "P3"), False),
        ("cap_housing", "capacity", "council", ("P0", "P1"), False),
        ("cap_p2_bed", "capacity", "community", ("P2",), False),
        ("cap_equipment", "capacity", "community", ("P1", "P2", "P3"), False),
        ("cap_restart", "capacity", "council", ("P0",), False),
        ("unknown", "unrecorded", "unknown", (), False),
    ],
)
def test_what_is_known_of_a_reason(
    slug: str, group: str, owner: str, pathways: tuple[str, ...], internal: bool
) -> None:
    assert DELAY_REASONS.group(slug) == group
    assert DELAY_REASONS.owner(slug) == owner
    assert DELAY_REASONS.pathways(slug) == pathways
    assert DELAY_REASONS.counts_as_internal(slug) is internal


def test_the_pathways_are_those_in_the_label() -> None:
    for entry in DELAY_REASONS:
        named = entry.label.partition("(Pathway")[2].replace("1-3", "1 2 3")
        assert {f"P{digit}" for digit in named if digit.isdecimal()} == set(
            DELAY_REASONS.pathways(entry.code)
        )


def test_only_the_hospitals_own_process_counts_as_internal() -> None:
    internal = {slug for slug in DELAY_REASONS.codes if DELAY_REASONS.counts_as_internal(slug)}
    assert internal == {slug for slug in DELAY_REASONS.codes if slug.startswith("hosp_")}


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Awaiting patient transport services", "hosp_transport"),
        ("  awaiting PATIENT transport\u00a0services ", "hosp_transport"),
        ("Hospital process \u2013 Awaiting patient transport services", "hosp_transport"),
        ("Wellbeing concerns \u2013 Patient\u00a0/family/carer concerns over discharge readiness",
         "well_readiness_concern"),
        ("Care transfer hub process\u2013 Awaiting necessary referrals by care transfer hub",
         "hub_referrals"),
        ("Interface\u00a0process \u2013 Homeless with no recourse to public funds?", "intf_nrpf"),
        (("Interface process - Home-based rehabilitation, reablement or recovery service"
         " arrangements still underway (Pathway 1)"), "intf_p1_reablement"),
        ("Capacity \u2014 Equipment and associated training not yet delivered (Pathway 1\u20133)",
         "cap_equipment"),
        ("Reason not recorded", "unknown"),
        ("Capacity \u2013 Awaiting patient transport services", None),  # of another group
        ("Awaiting something else", None),
        ("", None),
    ],
)  # fmt: skip
def test_labels_match_whatever_dashes_and_spaces_they_are_written_with(
    text: str, slug: str | None
) -> None:
    assert DELAY_REASONS.match_label(text) == slug


def test_every_label_matches_itself() -> None:
    for entry in DELAY_REASONS:
        assert DELAY_REASONS.match_label(entry.label) == entry.code


@pytest.mark.skipif(not PUBLISHED.exists(), reason=f"real data is absent: {PUBLISHED.name}")
def test_every_label_of_the_published_file_matches_its_own_reason() -> None:
    with PUBLISHED.open(encoding="utf-8-sig", newline="") as file:
        labels = list(dict.fromkeys(row["delay_reason"] for row in csv.DictReader(file)))
    matched = [DELAY_REASONS.match_label(label) for label in labels]
    official = [entry.code for entry in DELAY_REASONS if entry.code != "unknown"]
    assert matched == official, "the file's order is the official one"


def test_the_list_of_2022_is_mapped_whole() -> None:
    roman = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii"
    assert " ".join(DELAY_REASONS_2022) == roman
    assert set(DELAY_REASONS_2022.values()) <= DELAY_REASONS.codes
    assert DELAY_REASONS_2022["ix"] == "cap_p2_bed"
    assert DELAY_REASONS_2022["i"] == "unknown"


def test_the_delayed_transfers_map_is_that_of_domain_md() -> None:
    assert DTOC_REASONS == {
        "A": "hub_confirm_needs_pathway",
        "B": "hub_funding",
        "C": "cap_p2_bed",
        "Di": "cap_p3_care_home",
        "Dii": "cap_p3_care_home",
        "E": "cap_p1_social_care",
        "F": "cap_equipment",
        "G": "intf_choice",
        "H": "well_readiness_concern",
        "I": "cap_housing",
        "O": "unknown",
    }


def test_the_maps_cannot_be_changed() -> None:
    assert set(OLDER_LISTS) == {"delay_reasons_2022", "dtoc_reasons"}
    with pytest.raises(TypeError):
        DTOC_REASONS["A"] = "unknown"  # type: ignore[index]
