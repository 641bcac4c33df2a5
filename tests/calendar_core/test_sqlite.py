"""SQLite's connection: how often it goes to its thread, and that transactions stay whole."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from calendar_core.database import Database
from calendar_core.sqlite import READ, WRITE, SqliteConnection


class Counted(SqliteConnection):
    """Counts the trips to its thread."""

    trips = 0

    async def _execute(self, fn, *args, **kwargs):  # type: ignore[no-untyped-def]
        self.trips += 1
        return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]


@pytest.fixture
async def file(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'one.db'}")
    async with database.session() as session:
        await session.execute(text("CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT)"))
    yield database
    await database.dispose()


async def _names(database: Database) -> list[str]:
    async with database.reading() as session:
        return list(await session.scalars(text("SELECT name FROM things ORDER BY id")))


async def test_a_statement_is_one_trip_and_its_transaction_begins_with_it(tmp_path: Path) -> None:
    connection = Counted(partial(sqlite3.connect, tmp_path / "two.db", isolation_level=None))
    await connection
    connection.begin(WRITE)
    made = await connection.cursor().execute("CREATE TABLE things (id INTEGER PRIMARY KEY)")
    added = await connection.cursor().executemany("INSERT INTO things VALUES (?)", [(1,), (2,)])
    await connection.commit()
    connection.begin(READ)
    found = await connection.cursor().execute("SELECT id FROM things")
    await connection.rollback()

    assert (made.description, added.rowcount) == (None, 2)
    assert await found.fetchall() == [(1,), (2,)]
    assert connection.trips == 4
    await connection.close()


async def test_a_transaction_in_which_nothing_was_asked_leaves_nothing_open(
    file: Database,
) -> None:
    async with file.session():
        pass
    async with file.reading():
        pass
    async with file.session() as session:
        await session.execute(text("INSERT INTO things (name) VALUES ('one')"))
    assert await _names(file) == ["one"]


async def test_what_ended_is_not_rolled_back_once_more(tmp_path: Path) -> None:
    connection = Counted(partial(sqlite3.connect, tmp_path / "two.db", isolation_level=None))
    await connection
    connection.begin(WRITE)
    await connection.cursor().execute("CREATE TABLE things (id INTEGER PRIMARY KEY)")
    await connection.commit()
    await connection.rollback()
    assert connection.trips == 2
    connection.begin(WRITE)
    await connection.cursor().execute("INSERT INTO things VALUES (1)")
    await connection.rollback()
    await connection.rollback()
    found = await connection.cursor().execute("SELECT id FROM things")
    assert await found.fetchall() == []
    assert connection.trips == 5
    await connection.close()


async def test_what_fails_is_rolled_back_and_the_connection_goes_on(file: Database) -> None:
    async def twice() -> None:
        async with file.session() as session:
            await session.execute(text("INSERT INTO things VALUES (1, 'one')"))
            await session.execute(text("INSERT INTO things VALUES (1, 'again')"))

    with pytest.raises(IntegrityError):
        await twice()
    with pytest.raises(OperationalError):
        async with file.reading() as session:
            await session.execute(text("SELECT nothing FROM nowhere"))
    async with file.session() as session:
        await session.execute(text("INSERT INTO things VALUES (1, 'two')"))
    assert await _names(file) == ["two"]


async def test_a_reader_sees_one_state_and_then_the_newest(file: Database) -> None:
    async with file.reading() as before:
        assert list(await before.scalars(text("SELECT name FROM things"))) == []
        async with file.session() as session:
            await session.execute(text("INSERT INTO things (name) VALUES ('one')"))
        assert list(await before.scalars(text("SELECT name FROM things"))) == []
    assert await _names(file) == ["one"]


async def test_a_writer_that_is_broken_off_leaves_no_lock(file: Database) -> None:
    began = asyncio.Event()

    async def write() -> None:
        async with file.session() as session:
            await session.execute(text("INSERT INTO things (name) VALUES ('lost')"))
            began.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(write())
    await began.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(5), file.session() as session:
        await session.execute(text("INSERT INTO things (name) VALUES ('kept')"))
    assert await _names(file) == ["kept"]


async def test_a_writer_holds_the_lock_from_its_first_statement(file: Database) -> None:
    second = Database(file.url)
    order = []

    async def late() -> None:
        async with second.session() as session:
            await session.execute(text("SELECT 1"))
            order.append("second")

    async with file.session() as session:
        await session.execute(text("SELECT 1"))
        waiting = asyncio.create_task(late())
        await asyncio.sleep(0.05)
        order.append("first")
    await waiting
    await second.dispose()
    assert order == ["first", "second"]
