"""The share of public first requests that are understood must not fall."""

import os
from pathlib import Path

import pytest

from tests.benchmarks.score_requests import cases, score

FOLDER = os.environ.get("CONVENE_CASES")


@pytest.mark.skipif(not FOLDER, reason="CONVENE_CASES is not set")
def test_public_requests_are_understood_as_well_as_before() -> None:
    scores, _ = score(cases(Path(FOLDER or "")))
    assert scores["intent"]["share"] >= 0.96
    assert scores["subject and start"]["share"] >= 0.915
