"""SQLite beside the event loop: one trip to its thread a statement, where aiosqlite makes four, or
one for a whole unit of work.

A trip costs more than most statements: two threads wake each other. So a statement, its rows and
its end come in one, the beginning of a transaction travels with the first statement, and the end of
one that only read is not waited for. What every message asks goes in one trip as a whole
(`Threads`), with all that waits at the same time (`together`). Which pragmas hold is `database`.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, nullcontext
from functools import partial
from typing import Any, TypeVar

import aiosqlite
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import QueuePool

from calendar_core.together import Together, Work

T = TypeVar("T")

READ = "BEGIN"
"""Sees one state; locks nobody out."""
WRITE = "BEGIN IMMEDIATE"
"""Holds the one write lock."""


class SqliteConnection(aiosqlite.Connection):
    """A connection as SQLAlchemy's adapter uses it. Rows are always fetched whole: there are no
    server-side cursors."""

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connector, iter_chunk_size=64)
        # a process that ends does not wait for it, as SQLAlchemy has it for aiosqlite's own
        self._thread.daemon = True
        self._beginning = ""
        self._only_reads = False
        self._is_open = False

    def begin(self, how: str) -> None:
        """Begin a transaction with the next statement: READ or WRITE. Nothing is locked or seen
        before it in either case."""
        self._beginning = how
        self._only_reads = how == READ

    def cursor(self) -> Any:
        """A cursor, without a trip."""
        return _Cursor(self)

    async def commit(self) -> None:
        """Commit; one that only read just ends."""
        if self._only_reads:
            await self.rollback()
        elif self._is_begun():
            await super().commit()
            self._is_open = False

    async def rollback(self) -> None:
        """Roll back. What only read is let go without waiting: later statements of this connection
        come after it in any case. What ended is not rolled back once more, as pools ask."""
        if not self._is_begun():
            return
        if self._only_reads:
            self._tx.put_nowait((None, self._conn.rollback))
        else:
            await super().rollback()
        self._is_open = False

    def _is_begun(self) -> bool:
        """Whether something was asked since `begin`, and has not ended: else nothing is to end."""
        self._beginning = ""
        return self._is_open

    async def trip(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do something on the connection's thread, in a transaction that was to begin."""
        beginning, self._beginning = self._beginning, ""
        self._is_open = self._is_open or bool(beginning)
        trip = partial(_in_transaction, self._conn, beginning, work)
        done: T = await self._execute(trip)  # type: ignore[no-untyped-call]
        return done


READERS = 2
"""Trips at a time that read: a long one holds up few others."""


class Threads:
    """Does units of work whole, several in one transaction, each trip on a thread and a connection
    that no other uses meanwhile."""

    def __init__(
        self,
        file: str,
        pragmas: Sequence[str],
        busy: float,
        turn: Callable[[], AbstractAsyncContextManager[None]],
    ) -> None:
        """`turn` is held by whoever writes."""
        self._engine = create_engine(
            f"sqlite:///{file}",
            poolclass=QueuePool,
            pool_size=READERS + 1,
            max_overflow=0,
            pool_reset_on_return=None,  # every unit of work ends its own transaction
            connect_args={"timeout": busy, "isolation_level": None, "check_same_thread": False},
        )
        event.listen(self._engine, "connect", partial(_set, pragmas))
        event.listen(self._engine, "begin", _begin)
        self._writing = self._engine.execution_options(**{WRITE: True})
        self._pool = ThreadPoolExecutor(READERS + 1, thread_name_prefix="sqlite")
        self.reads = Together(self._trip(self._read), nullcontext, trips=READERS)
        """Reads from one state."""
        self.writes = Together(self._trip(self._write), turn)
        """Writes under the one write lock, all or nothing."""

    def _trip(
        self, do: Callable[[Sequence[Work]], list[Any]]
    ) -> Callable[[Sequence[Work]], "asyncio.Future[list[Any]]"]:
        return lambda works: asyncio.get_running_loop().run_in_executor(self._pool, do, works)

    def _read(self, works: Sequence[Work]) -> list[Any]:
        with self._engine.connect() as connection:
            return [work(connection) for work in works]

    def _write(self, works: Sequence[Work]) -> list[Any]:
        with self._writing.begin() as connection:
            return [work(connection) for work in works]

    def close(self) -> None:
        """Wait for what runs, and close all."""
        self._pool.shutdown()
        self._engine.dispose()


def _set(pragmas: Sequence[str], connection: sqlite3.Connection, record: Any) -> None:
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    raw: Any = connection.connection.driver_connection
    raw.execute(WRITE if WRITE in connection.get_execution_options() else READ)


def connect(database: str, **options: Any) -> SqliteConnection:
    """To be awaited; `options` are those of `sqlite3.connect`."""
    return SqliteConnection(partial(sqlite3.connect, database, **options))


def _in_transaction(
    connection: sqlite3.Connection, beginning: str, work: Callable[[sqlite3.Connection], T]
) -> T:
    if beginning:
        connection.execute(beginning)
    return work(connection)


class _Cursor:
    """A statement's outcome, held whole."""

    arraysize = 1

    def __init__(self, connection: SqliteConnection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Sequence[Any] | None = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> "_Cursor":
        return self

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> "_Cursor":
        """Run a statement and fetch what it returns."""
        await self._connection.trip(lambda raw: self._take(raw.execute(statement, parameters)))
        return self

    async def executemany(self, statement: str, each: Iterable[Sequence[Any]]) -> "_Cursor":
        """Run a statement once for each set of parameters."""
        await self._connection.trip(lambda raw: self._take(raw.executemany(statement, each)))
        return self

    def _take(self, cursor: sqlite3.Cursor) -> None:
        self.description, self.lastrowid = cursor.description, cursor.lastrowid
        self._rows = cursor.fetchall() if cursor.description else []
        self.rowcount = cursor.rowcount
        cursor.close()

    async def fetchall(self) -> list[Any]:
        """What the statement returned; once."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Nothing is open any more."""
