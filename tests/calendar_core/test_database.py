"""Units of work side by side: nobody waits for what another waiter holds."""

import asyncio

import pytest
from sqlalchemy import Connection, delete, insert, select, text

from bot.tables import HeardRow
from calendar_core.database import Database
from tests.builders import NOW


async def test_writers_that_read_besides_do_not_starve_each_other(database: Database) -> None:
    async def write(number: int) -> int:
        async with database.session() as writing:
            await writing.execute(text("SELECT 1"))
            await asyncio.sleep(0)
            async with database.reading() as reading:
                found = await reading.scalar(text(f"SELECT {number}"))
        return int(found or 0)

    async with asyncio.timeout(15):
        done = await asyncio.gather(*map(write, range(40)))

    assert done == list(range(40))


async def test_a_server_is_not_waited_for_without_end(database: Database) -> None:
    async with database.reading() as session:
        if database.is_sqlite:
            assert await session.scalar(text("PRAGMA busy_timeout")) == 10_000
            return
        waits = [
            await session.scalar(text(f"SHOW {name}"))
            for name in ("lock_timeout", "statement_timeout")
        ]
    assert waits == ["20s", "1min"]


_THINGS = [{"platform": "slack", "id": "one", "at": NOW}]


def _heard(connection: Connection) -> list[str]:
    return list(connection.scalars(select(HeardRow.id).order_by(HeardRow.id)))


async def test_a_unit_in_one_go_is_kept_whole_or_not_at_all(database: Database) -> None:
    def fails(connection: Connection) -> None:
        connection.execute(insert(HeardRow), [{"platform": "slack", "id": "lost", "at": NOW}])
        raise LookupError

    await database.write(lambda connection: connection.execute(insert(HeardRow), _THINGS))
    with pytest.raises(LookupError):
        await database.write(fails)

    assert await database.read(_heard) == ["one"]
    async with database.reading() as session:
        assert await session.scalar(select(HeardRow.at)) == NOW


async def test_what_was_closed_opens_again_when_asked(database: Database) -> None:
    await database.write(lambda connection: connection.execute(insert(HeardRow), _THINGS))
    await database.dispose()
    assert await database.read(_heard) == ["one"]


async def test_whoever_is_broken_off_in_one_go_is_so_after_it(database: Database) -> None:
    task = asyncio.create_task(
        database.write(lambda connection: connection.execute(insert(HeardRow), _THINGS))
    )
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    async with asyncio.timeout(5):
        await database.write(lambda connection: connection.execute(delete(HeardRow)))
    assert await database.read(_heard) == []


async def test_units_in_one_go_and_sessions_write_side_by_side(database: Database) -> None:
    async def by_session(number: int) -> None:
        async with database.session() as session:
            session.add(HeardRow(platform="session", id=str(number), at=NOW))

    async def in_one_go(number: int) -> None:
        row = {"platform": "one go", "id": str(number), "at": NOW}
        await database.write(lambda connection: connection.execute(insert(HeardRow), [row]))

    async with asyncio.TaskGroup() as group:
        for number in range(20):
            group.create_task(by_session(number))
            group.create_task(in_one_go(number))
    assert len(await database.read(_heard)) == 40
