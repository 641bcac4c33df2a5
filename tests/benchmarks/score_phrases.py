"""How well time phrases are understood: percent right per set and category, over CONVENE_CASES.

Answers are compared leniently, at the grain that a case expects; a case that is right only in one
of our alternatives is counted apart. Run `python -m tests.benchmarks.score_phrases [--misses]`.
"""

import argparse
import contextlib
import io
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.commands.when import run

Case = dict[str, Any]
Answer = dict[str, Any]

MINUTES = frozenset(("second", "minute", "hour"))


def cases(folder: Path, name: str) -> list[Case]:
    """The cases of one file."""
    with (folder / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def answers(asked: list[Case], *, within: bool) -> list[Answer]:
    """What `convene when --batch` prints for the cases."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "batch.jsonl"
        keys = ("text", "reference")
        lines = [json.dumps({**{k: c[k] for k in keys}, "tz": "UTC"}) + "\n" for c in asked]
        path.write_text("".join(lines), encoding="utf-8")
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            run(None, at=None, tz="UTC", as_json=True, within=within, batch=str(path))
    return [json.loads(line) for line in printed.getvalue().splitlines()]


def is_right(case: Case, answer: Answer) -> bool:
    """Whether the main reading is one of the expected ones."""
    if case["category"] == "negative":
        return answer["understood"] is False
    if not answer["understood"]:
        return False
    return any(_matches(expected, answer) for expected in case["expected"])


def is_offered(case: Case, answer: Answer) -> bool:
    """Whether one of our other readings is an expected one."""
    if case["category"] == "negative":
        return False
    return any(is_right(case, {"understood": True, **o}) for o in answer.get("alternatives", []))


def _matches(expected: Case, answer: Answer) -> bool:
    if "seconds" in expected:
        return _seconds(answer.get("length") or "") == float(expected["seconds"])
    if "rrule" in expected:
        return _rule(expected["rrule"]) == _rule(answer.get("rule") or "")
    if "start" in expected and not _same(expected, answer, "start"):
        return False
    return "end" not in expected or _same_end(expected, answer)


def _same_end(expected: Case, answer: Answer) -> bool:
    """Whether the ends agree; a day's last minute in a corpus is its midnight here (exclusive)."""
    if expected.get("grain") == "day":
        return _near(expected["end"], answer.get("end"))
    ends = [expected["end"], *filter(None, [expected.get("end_minus_grain")])]
    last = _naive(expected["end"])
    if (last.hour, last.minute) == (23, 59):
        ends.append((last.replace(minute=59, second=0) + timedelta(minutes=1)).isoformat())
    return any(_same({**expected, "end": end}, answer, "end") for end in ends)


def _near(expected: str, got: str | None) -> bool:
    """Ends of day ranges vary by a day between the corpora."""
    if got is None:
        return False
    apart = _naive(expected).date() - _naive(got).date()
    return abs(apart) <= timedelta(days=1)


def _naive(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=None)


def _same(expected: Case, answer: Answer, key: str) -> bool:
    """Whether two moments are the same at the expected grain."""
    if answer.get(key) is None:
        return False
    want, got, grain = _naive(expected[key]), _naive(answer[key]), expected.get("grain", "day")
    if expected.get("time_only"):
        return want.time() == got.time()
    if grain not in MINUTES:
        return want.date() == got.date()
    return want.replace(second=0) == got.replace(second=0, microsecond=0)


def _rule(text: str) -> dict[str, str]:
    """An RRULE's parts that tell how it repeats, in one spelling."""
    parts = dict(piece.split("=", 1) for piece in text.split(";") if "=" in piece)
    parts.pop("UNTIL", None)
    parts.setdefault("INTERVAL", "1")
    return {k: ",".join(sorted(v.split(","))) for k, v in parts.items() if k != "BYMINUTE"}


def _seconds(text: str) -> float:
    """An ISO 8601 duration in seconds, months as 30 and years as 365 days."""
    total, number, timed = 0.0, "", False
    sizes = {"Y": 365 * 86400, "W": 7 * 86400, "D": 86400, "H": 3600, "S": 1}
    for letter in text.lstrip("-P"):
        if letter == "T":
            timed = True
        elif letter.isalpha():
            month = 60 if timed else 30 * 86400
            total += float(number or 0) * (month if letter == "M" else sizes[letter])
            number = ""
        else:
            number += letter
    return total


def family(case: Case) -> str:
    """The corpus that a case is from."""
    return str(case["id"]).split("-")[0]


def scored(folder: Path) -> Iterator[tuple[str, Case, Answer]]:
    """Every case with our answer and the name of its set."""
    phrases = cases(folder, "phrases_dev.jsonl")
    negatives = [c for c in phrases if c["category"] == "negative"]
    for case, answer in zip(phrases, answers(phrases, within=False), strict=True):
        name = "recurrence" if case["category"] == "recurrence" else family(case)
        yield ("negatives whole" if case in negatives else name), case, answer
    for case, answer in zip(negatives, answers(negatives, within=True), strict=True):
        yield "negatives within", case, answer
    sentences = cases(folder, "sentences_dev.jsonl")
    for case, answer in zip(sentences, answers(sentences, within=True), strict=True):
        yield "sentences", case, answer


def totals(results: Iterable[tuple[str, Case, Answer]]) -> dict[tuple[str, str], Counter[str]]:
    """Counts of right, offered and all per set, and per set and category."""
    table: dict[tuple[str, str], Counter[str]] = {}
    for name, case, answer in results:
        right = is_right(case, answer)
        keys = [(name, "all"), (name, str(case["category"]))]
        if not case.get("convention"):
            keys.append((name, "without house policy"))
        for key in keys:
            counts = table.setdefault(key, Counter())
            counts["n"] += 1
            counts["right"] += right
            counts["offered"] += not right and is_offered(case, answer)
    return table


def main() -> int:
    """Print one JSON line per set and category, and with --misses every miss."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true")
    asked = parser.parse_args()
    folder = os.environ.get("CONVENE_CASES")
    if not folder:
        print("Set CONVENE_CASES to the folder with the cases.", file=sys.stderr)
        return 1
    results = list(scored(Path(folder)))
    for (name, category), counts in sorted(totals(results).items()):
        n = counts["n"]
        print(
            json.dumps(
                {
                    "set": name,
                    "category": category,
                    "n": n,
                    "percent": round(100 * counts["right"] / n, 1),
                    "only_offered": round(100 * counts["offered"] / n, 1),
                }
            )
        )
    for name, case, answer in results if asked.misses else ():
        if not is_right(case, answer):
            print(
                json.dumps(
                    {
                        "miss": name,
                        "text": case["text"],
                        "reference": case["reference"],
                        "offered": is_offered(case, answer),
                        "answer": answer,
                        "expected": case["expected"],
                    }
                )
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
