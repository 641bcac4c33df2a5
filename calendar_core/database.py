"""The database: one engine, short units of work, one schema. SQLite beside the data, or PostgreSQL.

Tables stand beside their owners (`calendar_core.tables`, `bot.tables`, …) on the one `Base`; their
migrations are numbered files in `calendar_core/migrations/versions`. Rows never leave the module
that stores them. Opening and bringing the schema up to date is `opening`; one process a folder is
`folder`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, DateTime, Dialect, MetaData, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from calendar_core.errors import DatabaseUnusable

if TYPE_CHECKING:
    from calendar_core.sqlite import Threads

T = TypeVar("T")
_BUSY_MS = 10_000
_READING = "convene_reading"
_WRITERS = 7
"""Writers at a time on a server: each may read besides, and a pool has fifteen connections."""
_TOO_LONG = 30.0
"""Seconds that a writer waits for its turn on a server."""
_CONNECTS_WITHIN = 10
_PATIENCE = {
    "connect_timeout": _CONNECTS_WITHIN,
    "tcp_user_timeout": 30_000,
    "options": "-c lock_timeout=20s -c statement_timeout=60s",
}
"""How long a server is waited for: to be reached, to acknowledge, to unlock, to answer."""


class Base(DeclarativeBase):
    """What every table of the house derives from."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware on both sides, UTC at rest (SQLite would drop the zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("only aware instants are stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        assert isinstance(value, datetime)
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Database:
    """Hands out units of work. A session is opened late, closed soon, and never shared between
    tasks."""

    def __init__(self, url: str) -> None:
        self.url = url
        if self.is_sqlite or "options=" in url:
            self._engine = make_engine(url)
        else:
            self._engine = make_engine(url, connect_args=_PATIENCE)
        self._writers = asyncio.Semaphore(1 if self.is_sqlite else _WRITERS)
        self._readers = self._engine.execution_options(**{_READING: True})
        self._writing = async_sessionmaker(self._engine, expire_on_commit=False)
        self._reading = async_sessionmaker(self._readers, expire_on_commit=False)

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file of ours, and not a server."""
        return self.url.startswith("sqlite")

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """A unit of work that writes: committed at the end, rolled back on any error.

        On SQLite it holds the one write lock from its start, so nothing that it read can be
        outdated when it writes. Raises DatabaseUnusable when the database is locked, full or not
        writable.
        """
        with said_plainly():
            async with self._turn(), self._writing() as session, session.begin():
                yield session

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A unit of work that only reads, from one consistent state."""
        with said_plainly():
            async with self._reading() as session:
                yield session

    async def read(self, work: Callable[[Connection], T]) -> T:
        """A unit of work that only reads, in one go: `work` asks one consistent state, and waits
        for nothing else. For what every message asks: it costs a fraction of a session."""
        with said_plainly():
            if self.is_sqlite:
                return await self._threads.reads.add(work)
            async with self._readers.connect() as connection:
                return await connection.run_sync(work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """A unit of work that writes, in one go: committed when `work` returns, rolled back when it
        raises. Whoever is broken off while it runs leaves it done or undone, never half. Raises
        as `session`."""
        with said_plainly():
            if self.is_sqlite:
                return await self._threads.writes.add(work)
            async with self._turn(), self._engine.begin() as connection:
                return await connection.run_sync(work)

    @cached_property
    def _threads(self) -> "Threads":
        from calendar_core.sqlite import Threads

        file = self._engine.url.database
        assert file is not None, "a database of SQLite is a file"
        return Threads(file, _pragmas(foreign_keys=True), _BUSY_MS / 1000, self._turn)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """Let one writer of this process at a time come to SQLite's one write lock, and on a server
        not more than leave connections over: those who wait hold none, which one who writes may
        need to read something else."""
        try:
            async with asyncio.timeout(_BUSY_MS / 1000 if self.is_sqlite else _TOO_LONG):
                await self._writers.acquire()
        except TimeoutError as err:
            raise DatabaseUnusable(_SENTENCES["locked" if self.is_sqlite else "timeout"]) from err
        try:
            yield
        finally:
            self._writers.release()

    async def dispose(self) -> None:
        """Close all connections."""
        threads: Threads | None = self.__dict__.pop("_threads", None)
        if threads is not None:
            await asyncio.to_thread(threads.close)
        await self._engine.dispose()


@contextmanager
def said_plainly() -> Iterator[None]:
    """Turn what a person can mend about a database into DatabaseUnusable with a sentence."""
    try:
        yield
    except DBAPIError as err:
        text = str(err.orig).lower()
        for sign, sentence in _SENTENCES.items():
            if sign in text:
                raise DatabaseUnusable(sentence) from err
        raise


_TOO_BUSY = "The database server is too busy. Try again in a little while."
_NO_ANSWER = "The database server does not answer. Check CONVENE_DATABASE_URL and that it runs."
_NO_SERVER = "The database server was not found. Check CONVENE_DATABASE_URL."
_NO_ENTRY = "The database server refused the password. Check CONVENE_DATABASE_URL."
_DAMAGED = "The database file is damaged or not a database. Move it away, or restore a copy."
_NO_FTS5 = (
    "This Python's SQLite has no FTS5, with which the database was made. "
    "Use a Python whose SQLite has it."
)
_SENTENCES = {
    "not a database": _DAMAGED,
    "malformed": _DAMAGED,
    "no such module: fts5": _NO_FTS5,
    "locked": "The database is in use by another program. Close that, then try again.",
    "readonly": "The database may not be written. Check the rights of its file and folder.",
    "unable to open": "The database file cannot be opened. Check the folder and its rights.",
    "disk is full": "The disk is full. Make room, then try again.",
    "disk i/o error": "The disk did not answer as it should. Check it, then try again.",
    "lock timeout": _TOO_BUSY,
    "statement timeout": _TOO_BUSY,
    "connection timeout": _NO_ANSWER,
    "timeout": _TOO_BUSY,
    "connection refused": _NO_ANSWER,
    "closed the connection": _NO_ANSWER,
    "terminating connection": _NO_ANSWER,
    "connection is lost": _NO_ANSWER,
    "connection failed": _NO_ANSWER,
    "failed to resolve host": _NO_SERVER,
    "could not translate host": _NO_SERVER,
    "password authentication": _NO_ENTRY,
}


def make_engine(url: str, *, foreign_keys: bool = True, **options: Any) -> AsyncEngine:
    """An engine whose transactions are real ones on SQLite too."""
    if not url.startswith("sqlite"):
        # A server may have gone away and come back between two units of work.
        options.setdefault("connect_args", {"connect_timeout": _CONNECTS_WITHIN})
        return create_async_engine(url, pool_pre_ping=True, **options)
    # Late: neither a server nor the first prompt needs it.
    from calendar_core import sqlite

    connecting = {"timeout": _BUSY_MS / 1000, "async_creator_fn": sqlite.connect}
    engine = create_async_engine(url, connect_args=connecting, **options)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite(foreign_keys))
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _pragmas(*, foreign_keys: bool) -> tuple[str, ...]:
    return (
        f"busy_timeout = {_BUSY_MS}",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        f"foreign_keys = {'ON' if foreign_keys else 'OFF'}",
    )


def _prepare_sqlite(foreign_keys: bool) -> Callable[[Any, Any], None]:
    pragmas = _pragmas(foreign_keys=foreign_keys)

    def prepare(connection: Any, record: Any) -> None:
        # Python's own transaction handling would begin too late (after SELECT and DDL): it is
        # switched off, and `_begin_sqlite` begins instead.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return prepare


def _begin_sqlite(connection: Any) -> None:
    reading = connection.get_execution_options().get(_READING, False)
    connection.connection.driver_connection.begin("BEGIN" if reading else "BEGIN IMMEDIATE")
