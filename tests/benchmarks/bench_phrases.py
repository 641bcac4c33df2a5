"""Time phrases a second: resolving them alone, finding them in sentences, and the longest input."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from statistics import median
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

from calendar_core.phrases import find_main, resolve

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 10, 8, tzinfo=ZONE)
PHRASES = (
    "tomorrow",
    "next Tuesday 2-3:30",
    "every other Friday at 9",
    "in two and a half hours",
    "the first Monday of next month at noon",
    "from 3 to 7 May",
    "half past two",
    "every weekday at 9:30 for 15 minutes until Easter",
    "2026-03-11T14:00",
    "this weekend",
)
SENTENCES = (
    "move lunch to Friday at one",
    "could you please book 45 minutes with Ana on Thursday afternoon",
    "remind me to send the report in two hours",
    "what do I have next week",
)
LONGEST = 2000
ROUNDS = 200


def run() -> Iterator[dict[str, Any]]:
    """One line a measure."""
    yield _rate("resolve", PHRASES, lambda text: resolve(text, now=NOW, zone=ZONE))
    yield _rate("find", SENTENCES, lambda text: find_main(text, now=NOW, zone=ZONE))
    long = ("every monday at 3 and 4 pm or " * LONGEST)[:LONGEST]
    start = perf_counter()
    resolve(long, now=NOW, zone=ZONE)
    find_main(long, now=NOW, zone=ZONE)
    spent = perf_counter() - start
    yield {"benchmark": "phrases", "name": "2,000 characters", "ms": round(spent * 1000, 2)}


def _rate(name: str, texts: tuple[str, ...], read: Callable[[str], object]) -> dict[str, Any]:
    spent = []
    for _ in range(ROUNDS):
        for text in texts:
            start = perf_counter()
            read(text)
            spent.append(perf_counter() - start)
    return {
        "benchmark": "phrases",
        "name": name,
        "a_second": round(len(spent) / sum(spent)),
        "median_ms": round(median(spent) * 1000, 3),
    }


if __name__ == "__main__":
    for line in run():
        print(json.dumps(line))
