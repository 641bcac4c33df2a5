"""A whole message through the house, but for its door: milliseconds, statements, and memory.

SQLite in a file, the offline model, a platform that only remembers the last answer; fifty people of
one workspace. `one by one` waits for each answer; `side by side` asks all at once. Aim: 7 ms of
processor time for a question. Then a thousand people talk, each in a conversation of their own: how
much the process grows while all of these are open. Last, the same question in a house that serves
a hundred communities of fifty: it should cost what it costs in a house of one.
"""

import asyncio
import gc
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import psutil
from sqlalchemy import Connection, insert

from bot.app.core import Core
from bot.app.house import make_engine
from bot.chat.cards import Card
from bot.chat.messages import IncomingMessage, MessageRef, Place, PlaceKind, Sender
from bot.engine import Engine
from bot.llm.offline.model import OfflineModel
from bot.tables import IdentityRow, MembershipRow, PersonRow
from calendar_core.clock import SystemClock
from calendar_core.opening import open_database
from tests.builders import BERLIN
from tests.fakes.platform import FakePlatform
from tests.statements import counted

PEOPLE = 50
MESSAGES = 200
CONVERSATIONS = 1_000
COMMUNITIES, GUESTS = 100, 5
"""How many fifties a large house serves; how many of each were seen in the next one as well."""
QUESTION = "what's on today?"
PROPOSAL = "lunch with Bo tomorrow at noon"
_numbers = count()


def run() -> Iterator[dict[str, object]]:
    """A row a kind of message and way of asking, and one for memory."""
    yield from asyncio.run(_rows())


async def _rows() -> list[dict[str, object]]:
    rows = []
    async with _house() as engine:
        for words in (QUESTION, PROPOSAL):
            await asyncio.gather(*(engine.on_message(_said(n, words)) for n in range(PEOPLE)))
            rows += [await _one_by_one(engine, words), await _side_by_side(engine, words)]
    async with _house() as engine:
        rows.append(await _memory(engine))
    return [*rows, *(await _among_many())]


class _Forgetful(FakePlatform):
    """Remembers the last answer alone: memory is the house's own."""

    async def post(
        self, place: Place, card: Card, *, seen_by: Sender | None = None, key: str | None = None
    ) -> MessageRef:
        self.said.clear()
        self.streamed.clear()
        self.statuses.clear()
        return await super().post(place, card, seen_by=seen_by, key=key)


@asynccontextmanager
async def _house(communities: int = 1) -> AsyncIterator[Engine]:
    with tempfile.TemporaryDirectory() as folder:
        database = await open_database(Path(folder))
        await database.write(lambda connection: _fill(connection, communities))
        core = Core(database, SystemClock(), BERLIN)
        yield make_engine(core, {"fake": _Forgetful()}, OfflineModel(), BERLIN)
        await database.dispose()


def _said(person: int, words: str) -> IncomingMessage:
    user = f"u{person}"
    return IncomingMessage(
        id=f"m{next(_numbers)}",
        place=Place(platform="fake", workspace="w", channel=f"@{user}", kind=PlaceKind.DIRECT),
        sender=Sender(platform="fake", workspace="w", user=user, name=f"Person {person}"),
        text=words,
        at=SystemClock().now(),
    )


async def _one_by_one(engine: Engine, words: str) -> dict[str, object]:
    with counted() as statements:
        await engine.on_message(_said(0, words))
    taken = []
    begin = process_time()
    for n in range(MESSAGES):
        at = perf_counter()
        await engine.on_message(_said(n % PEOPLE, words))
        taken.append((perf_counter() - at) * 1000)
    used = (process_time() - begin) * 1000 / MESSAGES
    return {
        "benchmark": "whole message",
        "words": words,
        "load": "one by one",
        "statements": len(statements),
        "cpu_ms": round(used, 2),
        "ms_median": round(median(taken), 2),
        "ms_p95": round(sorted(taken)[int(MESSAGES * 0.95)], 2),
        "aim_ms": 7,
    }


async def _side_by_side(engine: Engine, words: str) -> dict[str, object]:
    begin, used = perf_counter(), process_time()
    await asyncio.gather(*(engine.on_message(_said(n % PEOPLE, words)) for n in range(MESSAGES)))
    return {
        "benchmark": "whole message",
        "words": words,
        "load": "side by side",
        "cpu_ms": round((process_time() - used) * 1000 / MESSAGES, 2),
        "ms_each": round((perf_counter() - begin) * 1000 / MESSAGES, 2),
    }


async def _memory(engine: Engine) -> dict[str, object]:
    """Memory before anybody talked, with all conversations under way at once, and after them."""
    for n in range(PEOPLE):
        await engine.on_message(_said(n, QUESTION))
    process = psutil.Process()
    gc.collect()
    before = process.memory_info().rss
    asking = [
        asyncio.create_task(engine.on_message(_said(n, QUESTION))) for n in range(CONVERSATIONS)
    ]
    most = before
    while not all(one.done() for one in asking):
        await asyncio.sleep(0.05)
        most = max(most, process.memory_info().rss)
    await asyncio.gather(*asking)
    gc.collect()
    return {
        "benchmark": "open conversations",
        "conversations": CONVERSATIONS,
        "mb_before": _mb(before),
        "mb_most_more": _mb(most - before),
        "kb_each_at_most": round((most - before) / 1024 / CONVERSATIONS, 1),
        "mb_after_more": _mb(process.memory_info().rss - before),
    }


async def _among_many() -> list[dict[str, object]]:
    """A question in a house of one community, and in one of many; how much more it costs."""
    rows, costs = [], []
    for communities in (1, COMMUNITIES):
        async with _house(communities) as engine:
            await asyncio.gather(*(engine.on_message(_said(n, QUESTION)) for n in range(PEOPLE)))
            row = await _one_by_one(engine, QUESTION)
        costs.append(float(str(row["cpu_ms"])))
        rows.append(row | {"communities": communities})
    return [*rows, {"benchmark": "whole message", "many_of_one": round(costs[1] / costs[0], 2)}]


def _fill(connection: Connection, communities: int) -> None:
    """People of the other communities, who have nothing to do with who asks."""
    now = SystemClock().now()
    others = [(w, p) for w in range(1, communities) for p in range(PEOPLE)]
    people = [
        {"id": f"p{w}-{p}", "name": f"Somebody {w} {p}", "zone": "UTC", "created_at": now}
        for w, p in others
    ]
    accounts = [
        {"platform": "fake", "workspace": f"w{w}", "user": f"u{w}-{p}", "person_id": f"p{w}-{p}"}
        for w, p in others
    ]
    guests = [
        {"platform": "fake", "community": f"w{w % (communities - 1) + 1}", "user": f"u{w}-{p}"}
        for w, p in others
        if p < GUESTS
    ]
    if others:
        connection.execute(insert(PersonRow), people)
        connection.execute(insert(IdentityRow), accounts)
        connection.execute(insert(MembershipRow), guests)


def _mb(size: int) -> float:
    return round(size / 1024 / 1024, 1)
