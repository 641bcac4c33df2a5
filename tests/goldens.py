"""Goldens as files. To accept what is now: `UPDATE_GOLDENS=1 pytest …`, then read the diff."""

import os
from pathlib import Path

DATA = Path(__file__).parent / "data"


def matches_golden(name: str, found: str) -> bool:
    """Whether a text is the one kept under `tests/data/NAME`."""
    path = DATA / name
    if os.environ.get("UPDATE_GOLDENS"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found, encoding="utf-8")
    return path.is_file() and path.read_text(encoding="utf-8") == found
