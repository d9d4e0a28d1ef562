"""Of whom the examples tell, and who tells it. All of it is made up."""

from typing import Any

Row = tuple[int, str, str, str, dict[str, Any]]
"""The number of the example, which it keeps; type, source, time, and data."""

SERVICE = "leeds-south-centre"
PERSON = "k1.NYzF4cZSpHk5mVV1qGbCgkzQ0jDLcS8nV2uY3bX7wRk"
HOSPITAL, HUB, COUNCIL, CENTRE, HOME_CARE, BOARD, WORKER = (
    "/rr8/pas",
    "/rr8/care-transfer-hub",
    "/e08000035/brokerage",
    "/leeds/south-centre",
    "/leeds/home-care",
    "/leeds/board",
    "/discharge-flow/worker",
)
SPELL = {"provider": "RR8", "spell_id": "S-2026-004711"}
PLACE = {"council": "E08000035", "locality": "leeds-south"}
REFERRAL = {"referral_id": "R-8821"}
PACKAGE = {"package_id": "P-3310"}
STAY = {"stay_id": "C-0907"}
HANDOVER = {"handover_id": "H-5102"}
ASSESSMENT = {"assessment_id": "A-2204"}
JOINT_SERVICE = {"service": "leeds-joint-assessment"}
CENTRE_SERVICE = {"service": "leeds-south-centre"}
HOME_SERVICE = {"service": "leeds-home-care"}
SERVICE_ALERT_ANSWER = {"alert": "place_free_with_someone_waiting", "by": "staff-0042"}
ALERT_ANSWER = {"wait": "drd_to_discharge", "about": "RR8:S-2026-004711", "by": "staff-0042"}
