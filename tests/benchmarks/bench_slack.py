"""Slack: messages a second, and how soon they are acked and answered, beside a bare Bolt echo.

Fifty people write to the bot in direct conversations; server and people are in one process, the
app in another, the real slack-bolt between them. Each person's messages are asked on their own
conversation, so answers are matched in order. `flood` sends all at once to a server without limits;
`steady` a hundred a second; `as Slack allows` all at once to a server that keeps Slack's documented
limits of `chat.postMessage`: about one message a second and channel, some hundreds a minute and
workspace. Aims: 0.7 of the bare echo's messages a second; p95 of the ack under 100 ms when steady.
"""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil
import yaml

from tests.servers.slack import Member, SlackServer
from tests.servers.slack.world import Message

PEOPLE = 50
MESSAGES = 500
RATE = 100
"""Messages a second when steady."""
ALLOWED = 200
"""Messages where Slack's limits hold: fewer than a workspace may say at once."""
A_CHANNEL, A_WORKSPACE = (1, 1.0), (300, 60.0)
"""Messages, and the seconds within which no more are taken."""
PATIENCE = 120.0
WORDS = "what's on today?"
MANIFEST = Path(__file__).parents[2] / "app_manifest.yml"
Row = dict[str, object]


def run() -> Iterator[Row]:
    """A row an app and a load, and one that compares."""
    yield from asyncio.run(_rows())


async def _rows() -> list[Row]:
    rows: list[Row] = []
    speeds: dict[tuple[str, str], float] = {}
    for app in ("bare", "house"):
        with tempfile.TemporaryDirectory() as folder:
            async with _running(app, folder) as rig:
                await _said(rig, PEOPLE, RATE)
                made = [
                    await _row(rig, app, "flood", MESSAGES, None),
                    await _row(rig, app, "steady", MESSAGES, RATE),
                ]
                rig.slack.limit("chat.postMessage", *A_CHANNEL, by_channel=True)
                rig.slack.limit("chat.postMessage", *A_WORKSPACE)
                made.append(await _row(rig, app, "as Slack allows", ALLOWED, None))
        speeds |= {(app, str(one["load"])): float(str(one["messages_per_second"])) for one in made}
        rows += made
    return [
        *rows,
        {
            "benchmark": "slack door",
            "house_of_bare": {
                "unlimited": round(speeds["house", "flood"] / speeds["bare", "flood"], 2),
                "as Slack allows": round(
                    speeds["house", "as Slack allows"] / speeds["bare", "as Slack allows"], 2
                ),
            },
            "aim": 0.7,
        },
    ]


@dataclass(frozen=True)
class _Rig:
    """Who writes, where, and the process of the app that answers."""

    slack: SlackServer
    people: list[Member]
    app: psutil.Process

    def cpu(self) -> float:
        """Seconds that the app has worked."""
        times = self.app.cpu_times()
        return float(times.user + times.system)


@asynccontextmanager
async def _running(app: str, folder: str) -> AsyncIterator[_Rig]:
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
            yield _Rig(slack, people, psutil.Process(process.pid))
        finally:
            if process.stdin is not None:
                process.stdin.close()
            await asyncio.wait_for(process.wait(), PATIENCE)


async def _row(rig: _Rig, app: str, load: str, messages: int, rate: int | None) -> Row:
    slack, people = rig.slack, rig.people
    first, worked = len(slack.deliveries), rig.cpu()
    seen = {one.id: len(_answers(one)) for one in people}
    asked = await _said(rig, messages, rate)
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
        "messages": messages,
        "messages_per_second": round(messages / (last - begin), 1),
        "cpu_ms_each": round((rig.cpu() - worked) * 1000 / messages, 2),
        "ack_ms_median": round(median(ms), 1),
        "ack_ms_p95": round(ms[int(len(ms) * 0.95)], 1),
        "answer_ms_median": round(median(waits) * 1000, 1),
        "answer_ms_p95": round(sorted(waits)[int(len(waits) * 0.95)] * 1000, 1),
    }


async def _said(rig: _Rig, messages: int, rate: int | None) -> dict[str, list[Message]]:
    """Let people write in turn, and wait until all is answered; who asked what."""
    slack, people = rig.slack, rig.people
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
