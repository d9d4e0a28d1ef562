"""The code lists hold what the official ones hold, and say where it comes from."""

from datetime import date

import pytest

from flow.events import codes
from flow.events.codes import CODE_LISTS, OLDER_LISTS, CodeList, CodeListError
from flow.events.codes import code_list as code_list_module

EVERY_LIST = [*CODE_LISTS.values(), *OLDER_LISTS.values()]


@pytest.mark.parametrize("code_list", EVERY_LIST, ids=lambda each: each.name)
def test_every_list_tells_its_provenance(code_list: CodeList) -> None:
    assert code_list.title
    assert code_list.version
    assert code_list.source
    assert isinstance(code_list.valid_from, date)
    assert code_list.mark in {"A", "B", "C", "U", "own"}
    assert len(code_list) == len(code_list.codes) > 0
    assert all(code_list.label(code) for code in code_list.codes)


@pytest.mark.parametrize(
    ("code_list", "expected"),
    [
        (codes.ADMISSION_METHODS, "11 12 13 21 22 23 24 25 28 2A 2B 2C 2D 31 32 81 82 83 98 99"),
        (codes.SOURCES_OF_ADMISSION, "19 29 39 49 51 52 53 54 65 66 79 85 87 88 98 99"),
        (codes.DISCHARGE_METHODS, "1 3 4 5 6 7 8 9"),
        (
            codes.DISCHARGE_DESTINATIONS,
            "19 29 30 37 38 48 49 50 51 52 53 54 65 66 79 84 85 87 88 98 99",
        ),
        (codes.CRITERIA_TO_RESIDE, "01 02 03 04 05 06 07 08 09 10 11 12"),
        (codes.PATHWAYS, "P0 P1 P2 P3"),
        (
            codes.DESTINATIONS,
            (
                "p0_home p0_care_home_return p1_home_reablement p1_home_other_support"
                " p1_care_home_return_more p2_bed p3_care_home_new p3_care_home_eol"
            ),
        ),
        (codes.PACKAGE_KINDS, "new increased restart"),
        (
            codes.REFERRAL_KINDS,
            (
                "care_transfer_hub reablement home_care community_health rehabilitation_bed"
                " care_home fast_track_chc urgent_community_response equipment housing other"
                " palliative_care hospice_bed disability_support mental_health_community"
                " mental_health_bed health_visiting early_years"
            ),
        ),
        (
            codes.TASKS,
            (
                "long_stay_review delay_reason_review family_informed transport_arranged"
                " medicines_arranged equipment_delivered housing_ready destination_checked other"
            ),
        ),
    ],
    ids=lambda each: each.name if isinstance(each, CodeList) else "",
)
def test_the_codes_are_those_of_domain_md(code_list: CodeList, expected: str) -> None:
    assert code_list.codes == set(expected.split())


def test_a_situation_report_destination_belongs_to_the_pathway_in_its_name() -> None:
    for entry in codes.DESTINATIONS:
        assert entry.attributes["pathway"] == entry.code[:2].upper()


@pytest.mark.parametrize(
    "places", [codes.DESTINATIONS, codes.DISCHARGE_DESTINATIONS], ids=lambda places: places.name
)
def test_each_place_that_people_leave_for_has_short_words_for_a_sentence(places: CodeList) -> None:
    said = places.saying("words")
    assert said.keys() == places.codes
    assert all(len(words) <= 66 and ";" not in words for words in said.values())


def test_a_label_is_asked_by_code() -> None:
    assert codes.DISCHARGE_METHODS.label("4") == "Patient died"
    assert "85" in codes.DISCHARGE_DESTINATIONS
    with pytest.raises(KeyError):
        codes.DISCHARGE_METHODS.label("2")


@pytest.mark.parametrize(
    "entries",
    [
        [{"code": "a", "label": "one"}, {"code": "a", "label": "two"}],
        [{"code": "a"}],
        [{"code": "", "label": "nothing"}],
    ],
)
def test_a_wrong_data_file_is_found_at_import(
    entries: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = {
        "title": "Colours",
        "version": "1",
        "valid_from": date(2026, 1, 1),
        "source": "made up",
        "mark": "own",
        "codes": entries,
    }
    monkeypatch.setattr(code_list_module, "read_data", lambda _name: raw)
    with pytest.raises(CodeListError, match="colours"):
        code_list_module.load("colours")
