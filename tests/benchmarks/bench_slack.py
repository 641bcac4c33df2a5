"""Slack: messages a second, and how soon they are acked and answered, beside a bare Bolt echo.

Fifty people write to the bot in direct conversations; server and people are in one process, the
app in another, the real slack-bolt between them. Each person's messages are asked on their own
conversation, so answers are matched in order. `flood` sends all at once; `steady` a hundred a
second. Aims: 0.7 of the bare echo's messages a second; p95 of the ack under 100 ms when steady.
"""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median

import yaml

from tests.servers.slack import Member, SlackServer
from tests.servers.slack.world import Message

PEOPLE = 50
MESSAGES = 500
RATE = 100
"""Messages a second when steady."""
PATIENCE = 120.0
WORDS = "what's on today?"
MANIFEST = Path(__file__).parents[2] / "app_manifest.yml"
Row = dict[str, object]


def run() -> Iterator[Row]:
    """A row an app and a load, and one that compares."""
    yield from asyncio.run(_rows())


async def _rows() -> list[Row]:
    rows: list[Row] = []
    floods: dict[str, float] = {}
    for app in ("bare", "house"):
        with tempfile.TemporaryDirectory() as folder:
            async with _running(app, folder) as (slack, people):
                await _said(slack, people, PEOPLE, RATE)
                flood = await _row(slack, people, app, "flood", None)
                steady = await _row(slack, people, app, "steady", RATE)
        floods[app] = float(str(flood["messages_per_second"]))
        rows += [flood, steady]
    ratio = round(floods["house"] / floods["bare"], 2)
    return [*rows, {"benchmark": "slack door", "house_of_bare": ratio, "aim": 0.7}]


@asynccontextmanager
async def _running(app: str, folder: str) -> AsyncIterator[tuple[SlackServer, list[Member]]]:
    manifest = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    async with SlackServer(manifest, ack_within=PATIENCE) as slack:
        acme = slack.workspace()
        people = [acme.user(f"Person {n}", email=f"p{n}@acme.test") for n in range(PEOPLE)]
        arguments = (app, slack.api_url, slack.app_token, acme.bot_token, folder)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "tests.benchmarks._slack_apps", *arguments),
            stdin=asyncio.subprocess.PIPE,
        )
        try:
            await slack.until(
                lambda: process.returncode is not None or slack.sockets.opened > 0, PATIENCE
            )
            assert slack.sockets.opened, f"the {app} app never connected"
            yield slack, people
        finally:
            if process.stdin is not None:
                process.stdin.close()
            await asyncio.wait_for(process.wait(), PATIENCE)


async def _row(
    slack: SlackServer, people: list[Member], app: str, load: str, rate: int | None
) -> Row:
    first = len(slack.deliveries)
    seen = {one.id: len(_answers(one)) for one in people}
    asked = await _said(slack, people, MESSAGES, rate)
    acks = [one.acked_after for one in slack.deliveries[first:] if _is_words(one.payload)]
    waits, last = [], 0.0
    for person in people:
        answers = _answers(person)[seen[person.id] :]
        for question, answer in zip(asked[person.id], answers, strict=True):
            waits.append(float(answer.ts) - float(question.ts))
            last = max(last, float(answer.ts))
    begin = min(float(one[0].ts) for one in asked.values())
    ms = sorted((one if one is not None else PATIENCE) * 1000 for one in acks)
    return {
        "benchmark": "slack door",
        "app": app,
        "load": load,
        "messages": MESSAGES,
        "messages_per_second": round(MESSAGES / (last - begin), 1),
        "ack_ms_median": round(median(ms), 1),
        "ack_ms_p95": round(ms[int(len(ms) * 0.95)], 1),
        "answer_ms_median": round(median(waits) * 1000, 1),
        "answer_ms_p95": round(sorted(waits)[int(len(waits) * 0.95)] * 1000, 1),
    }


async def _said(
    slack: SlackServer, people: list[Member], messages: int, rate: int | None
) -> dict[str, list[Message]]:
    """Let people write in turn, and wait until all is answered; who asked what."""
    wanted = sum(len(_answers(one)) for one in people) + messages
    loop = asyncio.get_running_loop()
    begin, writing = loop.time(), []
    for n in range(messages):
        if rate is not None:
            await asyncio.sleep(max(0.0, begin + n / rate - loop.time()))
        writing.append(asyncio.create_task(people[n % len(people)].dms(WORDS)))
    said = await asyncio.gather(*writing)
    answered = lambda: sum(len(_answers(one)) for one in people) >= wanted  # noqa: E731
    assert await slack.until(answered, PATIENCE), "not everything was answered"
    asked: dict[str, list[Message]] = {}
    for one in said:
        asked.setdefault(one.user, []).append(one)
    return asked


def _answers(person: Member) -> list[Message]:
    return [one for one in person.dm.messages.values() if one.bot_id is not None]


def _is_words(payload: dict[str, object]) -> bool:
    """Whether it is a person's words, and not the bot's own that Slack tells as well."""
    event = payload.get("event")
    return isinstance(event, dict) and event["type"] == "message" and "bot_id" not in event
