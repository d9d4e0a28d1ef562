"""The pseudonym that stands for a person in every topic key, metric store, log and address."""

import base64
import hashlib
import hmac
import re
from typing import Annotated

from pydantic import Field, StringConstraints

from flow.events.codes import nhs_number as nhs_numbers

REFERENCE_LENGTH_MIN = 8
REFERENCE_LENGTH_MAX = 80

# Either a letter occurs, or the number of digits is not ten. Written without look-ahead because
# the pattern runs in Rust, once for every event; length limits are apart for the same reason.
_PATTERN = (
    r"^(?:[0-9][0-9._~-]*[A-Za-z][A-Za-z0-9._~-]*"
    r"|[A-Za-z][A-Za-z0-9._~-]*"
    r"|[0-9](?:[._~-]*[0-9]){0,8}[._~-]*"
    r"|[0-9](?:[._~-]*[0-9]){10,}[._~-]*)$"
)

PersonReference = Annotated[
    str,
    StringConstraints(
        pattern=_PATTERN, min_length=REFERENCE_LENGTH_MIN, max_length=REFERENCE_LENGTH_MAX
    ),
    Field(
        description="An opaque reference to the person, made with a secret key; what is shaped"
        " like an NHS number is refused"
    ),
]
"""An opaque reference to one person: 8 to 80 of `A-Z a-z 0-9 . _ ~ -`, safe in an address.

What is shaped like an NHS number (ten digits, whatever stands between them) is refused.
"""

_REFERENCE = re.compile(
    f"[A-Za-z0-9][A-Za-z0-9._~-]{{{REFERENCE_LENGTH_MIN - 1},{REFERENCE_LENGTH_MAX - 1}}}"
)
_KEY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,15}")
_TEN_DIGITS = re.compile(r"(?:[\s._~-]*[0-9]){10}[\s._~-]*")
_PROVIDER = re.compile(r"[A-Z0-9]{3,9}")

SECRET_SIZE_BYTES_MIN = 32


def is_shaped_like_nhs_number(text: str) -> bool:
    """Ten digits with nothing but spaces, dots, dashes, tildes or underscores between them.

    The check digit does not matter: a mistyped NHS number identifies a person all the same.
    """
    return _TEN_DIGITS.fullmatch(text) is not None


def parse_reference(text: str) -> str:
    """Check a reference that a person typed; raises ValueError, never with the text in it."""
    if is_shaped_like_nhs_number(text):
        raise ValueError(
            "this is shaped like an NHS number, not a reference: make one with `flow ref`"
        )
    if _REFERENCE.fullmatch(text) is None:
        raise ValueError(
            "a reference has 8 to 80 letters, digits, dots, dashes, tildes or underscores"
        )
    return text


def make_reference(
    secret: bytes,
    key_id: str,
    *,
    nhs_number: str | None = None,
    provider: str | None = None,
    hospital_number: str | None = None,
) -> str:
    """Make the reference of a person: `key_id.` and 43 characters of HMAC-SHA-256.

    Give either `nhs_number`, or `provider` (ODS code) with `hospital_number` where the NHS
    number is not known yet. `key_id` names the secret, so that it can be rotated
    (design: "People and privacy"). Raises ValueError, never with the number in its text.
    """
    if len(secret) < SECRET_SIZE_BYTES_MIN:
        raise ValueError(
            f"the secret has {len(secret)} bytes, fewer than {SECRET_SIZE_BYTES_MIN}: "
            "make one with `openssl rand -out FILE 32`"
        )
    if _KEY_ID.fullmatch(key_id) is None:
        raise ValueError("key_id must be 1 to 16 letters, digits, dashes or underscores")
    message = _message(nhs_number, provider, hospital_number)
    digest = hmac.new(secret, message.encode(), hashlib.sha256).digest()
    return f"{key_id}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def _message(nhs_number: str | None, provider: str | None, hospital_number: str | None) -> str:
    # The prefixes keep the two kinds of number apart, so that neither can stand for the other.
    if nhs_number is not None:
        if provider is not None or hospital_number is not None:
            raise ValueError("give nhs_number, or provider with hospital_number, not both")
        return f"nhs:{nhs_numbers.parse(nhs_number)}"
    if provider is None or hospital_number is None:
        raise ValueError("give nhs_number, or provider with hospital_number")
    if _PROVIDER.fullmatch(provider) is None:
        raise ValueError("provider must be an ODS code: 3 to 9 capitals and digits")
    number = hospital_number.strip().upper()
    if not number:
        raise ValueError("hospital_number is empty")
    return f"hospital:{provider}:{number}"
