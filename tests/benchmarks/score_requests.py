"""How well the offline model understands what people ask: public first turns.

    CONVENE_CASES=… python -m tests.benchmarks.score_requests [--misses]

Prints JSON lines: for each source and intent the share whose intent is right; then the share whose
subject and start are both right, of the cases that have both. The cases are described in their own
README; none are kept here.
"""

import argparse
import asyncio
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.commands.understand import understand
from bot.llm.offline.model import OfflineModel

INTENTS: Mapping[str, str] = {
    "create_event": "create",
    "book_meeting": "create",
    "set_reminder": "create",
    "get_schedule": "query",
    "search_events": "query",
    "find_free_time": "query",
    "check_availability": "query",
    "list_reminders": "query",
    "analyze_schedule": "query",
    "list_calendars": "query",
    "get_preferences": "query",
    "update_event": "update",
    "add_participants": "update",
    "respond_to_invitation": "update",
    "delete_event": "delete",
    "cancel_reminder": "delete",
}
SUBJECTS = ("title", "event", "query", "text", "reminder")
_SMALL = re.compile(r"\b(?:a|an|the|my|our|with|and|for|of|to|at|in|on)\b|[^\w\s]")


def cases(folder: Path) -> list[dict[str, Any]]:
    """The sample of public requests."""
    lines = (folder / "requests_dev.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def subject_is_right(case: Mapping[str, Any], arguments: Mapping[str, Any]) -> bool:
    """The same words, but for case, small words and the names of people and places beside them."""
    wanted = _words(str(case.get("subject") or case.get("target_subject") or ""))
    beside: set[str] = set()
    for name in ("attendees", "target_attendees"):
        beside |= {word for one in case.get(name, []) for word in _words(one)}
    beside |= set(_words(str(case.get("location", ""))))
    for name in SUBJECTS:
        got = _words(str(arguments.get(name) or ""))
        extra = [word for word in got if word not in wanted and word not in beside]
        if got and set(wanted) <= set(got) | beside and len(extra) <= 1:
            return True
    return False


def _words(text: str) -> list[str]:
    return _SMALL.sub(" ", text.casefold().replace("'s", "")).split()


def start_is_right(case: Mapping[str, Any], arguments: Mapping[str, Any]) -> bool:
    """The same start, as finely as the case says it."""
    wanted = str(case.get("start") or case.get("target_start"))
    for name in ("when", "event_when"):
        told = arguments.get(name)
        if not isinstance(told, Mapping):
            continue
        starts = [told.get("start"), *(one.get("start") for one in told.get("alternatives", []))]
        if any(_same(wanted, str(start), part_of_day=wanted[11:] in _PARTS) for start in starts):
            return True
    return False


_PARTS = ("06:00:00", "12:00:00", "18:00:00")


def _same(wanted: str, got: str, *, part_of_day: bool) -> bool:
    if len(wanted) <= 10 or part_of_day:
        return got[:10] == wanted[:10]
    return got[:16] == wanted[:16]


def score(rows: Iterable[dict[str, Any]]) -> tuple[dict[str, Any], list[str]]:
    """Shares by source and intent, and a line for each miss."""
    return asyncio.run(_score(list(rows)))


async def _score(rows: list[dict[str, Any]]) -> tuple[dict[str, Any], list[str]]:
    model, zone = OfflineModel(), ZoneInfo("UTC")
    counts: Counter[str] = Counter()
    right: Counter[str] = Counter()
    misses: list[str] = []
    for row in rows:
        now = datetime.fromisoformat(row.get("reference") or "2019-02-20T09:30:00").replace(
            tzinfo=zone
        )
        line = await understand(model, row["text"], now=now, zone=zone)
        got = INTENTS.get(line["tool"] or "", "none")
        for name in (
            "intent",
            f"intent {row['source']}",
            f"intent {row['source']} {row['intent']}",
        ):
            counts[name] += 1
            right[name] += got == row["intent"]
        if got != row["intent"]:
            misses.append(f"intent: {row['intent']} <- {line['tool']} | {row['text']}")
        target = row["intent"] != "create"
        if row.get("target_subject" if target else "subject") and row.get(
            "target_start" if target else "start"
        ):
            name = f"subject and start {row['intent']}"
            subject, start = (
                subject_is_right(row, line["arguments"]),
                start_is_right(row, line["arguments"]),
            )
            for key, good in (
                (name, subject and start),
                ("subject and start", subject and start),
                ("subject", subject),
                ("start", start),
            ):
                counts[key] += 1
                right[key] += good
            if not (subject and start):
                said = {
                    k: v.get("start", v) if isinstance(v, dict) else v
                    for k, v in line["arguments"].items()
                }
                wanted = (
                    row.get("subject") or row.get("target_subject"),
                    row.get("start") or row.get("target_start"),
                )
                misses.append(
                    f"{'' if subject else 'SUBJECT '}{'' if start else 'START '}"
                    f"| {row['text']} | {wanted} <- {said}"
                )
        counts["asks"] += 1
        right["asks"] += line["asks"] is not None
    shares = {name: round(right[name] / counts[name], 3) for name in sorted(counts)}
    return {name: {"share": shares[name], "of": counts[name]} for name in shares}, misses


def main() -> int:
    """Print the scores; with --misses what went wrong, too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true")
    wanted = parser.parse_args()
    folder = os.environ.get("CONVENE_CASES")
    if not folder:
        print("Set CONVENE_CASES to the folder with the cases.", file=sys.stderr)
        return 1
    scores, misses = score(cases(Path(folder)))
    if wanted.misses:
        print("\n".join(misses))
    for name, value in scores.items():
        print(json.dumps({"benchmark": "requests", "name": name, **value}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
