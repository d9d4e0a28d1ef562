"""What may be logged of an exception that is not one of ours."""

import traceback
from pathlib import Path


def where_raised(error: BaseException) -> str:
    """File and line: a message could hold content of an event, or a person's reference."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return "unknown"
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}"
