"""Times and days on the wire: RFC 3339 in, UTC inside; a time without an offset is refused."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

YEAR_MIN = 1900
YEAR_MAX = 2199
"""Years outside are mistakes, and would overflow when a target is added or the zone is changed."""

_DAY = r"(?:19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}"
_TIME = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?"
DAY_PATTERN = f"^{_DAY}$"
INSTANT_PATTERN = f"^{_DAY}T{_TIME}(?:Z|[+-][0-9]{{2}}:[0-9]{{2}})$"

# A time without an offset passes here, so that it can get an error of its own below.
_INSTANT_OR_NAIVE = f"^{_DAY}(?:T{_TIME}(?:Z|[+-][0-9]{{2}}:[0-9]{{2}})|(?:[T ][0-9][0-9:.]*)?)$"

_day = re.compile(DAY_PATTERN)
_instant_or_naive = re.compile(_INSTANT_OR_NAIVE)
_datetime_fromisoformat = datetime.fromisoformat
_date_fromisoformat = date.fromisoformat


def _instant_from_text(text: str) -> datetime:
    # Twice on the way of every event: half the time of pydantic's own datetime and astimezone,
    # and stricter, for pydantic reads "202401151030" as milliseconds since 1970.
    try:
        moment = _datetime_fromisoformat(text)
    except ValueError:
        raise PydanticCustomError("instant", "no such time or day") from None
    zone = moment.tzinfo
    if zone is UTC:
        return moment
    if zone is None:
        raise PydanticCustomError("naive_time", "the time has no offset from UTC")
    return moment.astimezone(UTC)


def _instant_from_python(value: object) -> datetime:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise PydanticCustomError("naive_time", "the time has no offset from UTC")
        moment = value.astimezone(UTC)
        if YEAR_MIN <= moment.year <= YEAR_MAX:
            return moment
    elif isinstance(value, str) and _instant_or_naive.fullmatch(value) is not None:
        return _instant_from_text(value)
    raise PydanticCustomError("instant", "not an RFC 3339 time of the years 1900 to 2199")


def _day_from_text(text: str) -> date:
    try:
        return _date_fromisoformat(text)
    except ValueError:
        raise PydanticCustomError("day", "no such day") from None


def _day_from_python(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        if YEAR_MIN <= value.year <= YEAR_MAX:
            return value
    elif isinstance(value, str) and _day.fullmatch(value) is not None:
        return _day_from_text(value)
    raise PydanticCustomError("day", "not a day, YYYY-MM-DD, of the years 1900 to 2199")


class InstantSchema:
    def __get_pydantic_core_schema__(
        self, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.json_or_python_schema(
            json_schema=core_schema.no_info_after_validator_function(
                _instant_from_text, core_schema.str_schema(pattern=_INSTANT_OR_NAIVE, strict=True)
            ),
            python_schema=core_schema.no_info_plain_validator_function(_instant_from_python),
            serialization=core_schema.simple_ser_schema("datetime"),
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {
            "type": "string",
            "format": "date-time",
            "pattern": INSTANT_PATTERN,
            "description": "RFC 3339 time with an offset from UTC",
        }


class DaySchema:
    def __get_pydantic_core_schema__(
        self, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.json_or_python_schema(
            json_schema=core_schema.no_info_after_validator_function(
                _day_from_text, core_schema.str_schema(pattern=DAY_PATTERN, strict=True)
            ),
            python_schema=core_schema.no_info_plain_validator_function(_day_from_python),
            serialization=core_schema.simple_ser_schema("date"),
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {
            "type": "string",
            "format": "date",
            "pattern": DAY_PATTERN,
            "description": "Calendar day in Europe/London",
        }


Instant = Annotated[datetime, InstantSchema()]
"""A moment with an offset on the wire; UTC once read, with `tzinfo` the object `datetime.UTC`."""

Day = Annotated[date, DaySchema()]
"""A calendar day of Europe/London, `YYYY-MM-DD`."""
