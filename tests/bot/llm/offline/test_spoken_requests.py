"""Requests as people speak and type them: lower case, polite, short, with slips; one call each.

A line of the file is one request; adding a case is adding a line.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.bot.llm.offline.transcripts import calls_of, reply_to, said

FILE = Path(__file__).parents[3] / "data" / "spoken_requests.jsonl"
SPOKEN: list[dict[str, Any]] = [
    json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize("wanted", SPOKEN, ids=lambda wanted: str(wanted["text"])[:60])
def test_a_spoken_request_becomes_its_call(wanted: dict[str, Any]) -> None:
    assert calls_of(reply_to([said(wanted["text"])])) == [(wanted["tool"], wanted["arguments"])]


def test_there_are_many() -> None:
    assert len(SPOKEN) > 300
