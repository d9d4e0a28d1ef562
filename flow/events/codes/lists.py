"""Every code list of `data/`, read once, and the `str` types that accept only their codes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from pydantic import Field

from flow.events.codes.code_list import CodeList, OneOf, load
from flow.events.codes.delay_reasons import DELAY_REASONS

ADMISSION_METHODS = load("admission_method")
SOURCES_OF_ADMISSION = load("source_of_admission")
DISCHARGE_METHODS = load("discharge_method")
DISCHARGE_DESTINATIONS = load("discharge_destination")
CRITERIA_TO_RESIDE = load("criteria_to_reside")
PATHWAYS = load("pathway")
DESTINATIONS = load("destination")
AGE_BANDS = load("age_band")
FUNDERS = load("funder")
ROLES = load("role")
REFERRAL_KINDS = load("referral_kind")
NEEDS = load("need")
REJECTION_REASONS = load("rejection_reason")
WITHDRAWAL_REASONS = load("withdrawal_reason")
SERVICE_KINDS = load("service_kind")
PACKAGE_KINDS = load("package_kind")
PACKAGE_END_REASONS = load("package_end_reason")
PAUSE_REASONS = load("pause_reason")
HAND_BACK_REASONS = load("hand_back_reason")
FOLLOW_UP_STATUSES = load("follow_up_status")
CENTRE_DESTINATIONS = load("centre_destination")
SNOOZE_REASONS = load("snooze_reason")
TASKS = load("task")
WAIT_PAUSE_REASONS = load("wait_pause_reason")
ERASURE_REASONS = load("erasure_reason")
LINK_REASONS = load("link_reason")

CODE_LISTS: Mapping[str, CodeList] = MappingProxyType(
    {
        code_list.name: code_list
        for code_list in (
            ADMISSION_METHODS,
            SOURCES_OF_ADMISSION,
            DISCHARGE_METHODS,
            DISCHARGE_DESTINATIONS,
            CRITERIA_TO_RESIDE,
            DELAY_REASONS,
            PATHWAYS,
            DESTINATIONS,
            AGE_BANDS,
            FUNDERS,
            ROLES,
            REFERRAL_KINDS,
            NEEDS,
            REJECTION_REASONS,
            WITHDRAWAL_REASONS,
            SERVICE_KINDS,
            PACKAGE_KINDS,
            PACKAGE_END_REASONS,
            PAUSE_REASONS,
            HAND_BACK_REASONS,
            FOLLOW_UP_STATUSES,
            CENTRE_DESTINATIONS,
            SNOOZE_REASONS,
            TASKS,
            WAIT_PAUSE_REASONS,
            ERASURE_REASONS,
            LINK_REASONS,
        )
    }
)
"""Every list that a field of an event is checked against, by name."""

AdmissionMethodCode = Annotated[str, OneOf(ADMISSION_METHODS)]
SourceOfAdmissionCode = Annotated[str, OneOf(SOURCES_OF_ADMISSION)]
DischargeMethodCode = Annotated[str, OneOf(DISCHARGE_METHODS)]
DischargeDestinationCode = Annotated[str, OneOf(DISCHARGE_DESTINATIONS)]
CriteriaToResideCode = Annotated[str, OneOf(CRITERIA_TO_RESIDE)]
DelayReasonSlug = Annotated[str, OneOf(DELAY_REASONS)]
Pathway = Annotated[str, OneOf(PATHWAYS)]
DestinationSlug = Annotated[str, OneOf(DESTINATIONS)]
AgeBand = Annotated[str, OneOf(AGE_BANDS)]
Funder = Annotated[str, OneOf(FUNDERS)]
Role = Annotated[str, OneOf(ROLES)]
ReferralKind = Annotated[str, OneOf(REFERRAL_KINDS)]
Need = Annotated[str, OneOf(NEEDS)]
RejectionReason = Annotated[str, OneOf(REJECTION_REASONS)]
WithdrawalReason = Annotated[str, OneOf(WITHDRAWAL_REASONS)]
ServiceKind = Annotated[str, OneOf(SERVICE_KINDS)]
PackageKind = Annotated[str, OneOf(PACKAGE_KINDS)]
PackageEndReason = Annotated[str, OneOf(PACKAGE_END_REASONS)]
FollowUpStatus = Annotated[str, OneOf(FOLLOW_UP_STATUSES)]
HandBackReason = Annotated[str, OneOf(HAND_BACK_REASONS)]
PauseReason = Annotated[str, OneOf(PAUSE_REASONS)]
CentreDestination = Annotated[str, OneOf(CENTRE_DESTINATIONS)]
SnoozeReason = Annotated[str, OneOf(SNOOZE_REASONS)]
Task = Annotated[str, OneOf(TASKS)]
WaitPauseReason = Annotated[str, OneOf(WAIT_PAUSE_REASONS)]
ErasureReason = Annotated[str, OneOf(ERASURE_REASONS)]
LinkReason = Annotated[str, OneOf(LINK_REASONS)]

OdsCode = Annotated[
    str,
    Field(
        pattern="^[A-Z0-9]+$",
        min_length=3,
        max_length=9,
        description="ODS code of an organisation or site: 3 to 9 capitals and digits",
        examples=["RR8"],
    ),
]
"""ODS code of an organisation or site (domain.md 4.4). The reference list is not in the code."""

Council = Annotated[
    str,
    Field(
        pattern="^[EWSN][0-9]{8}$",
        description="ONS code of the upper-tier council where the person lives",
        examples=["E08000035"],
    ),
]
"""ONS code of an upper-tier council (domain.md 4.4)."""

Locality = Annotated[
    str,
    Field(
        pattern="^[a-z][a-z0-9-]*$",  # a letter first: no number of a person fits
        max_length=40,
        description="The policy's name of a neighbourhood or district within the council",
        examples=["leeds-south"],
    ),
]
"""A place within a council, as the policy names it."""

ServiceReference = Annotated[
    str,
    Field(
        pattern="^[a-z0-9][a-z0-9._-]*$",
        max_length=64,
        description="The policy's name of a centre, a provider or another community service",
        examples=["south-leeds-independence-centre"],
    ),
]
"""A community service, as the policy names it; never a person."""
