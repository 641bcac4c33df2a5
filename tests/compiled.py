"""Statements compiled once a run: engines of one kind share what SQLAlchemy made of a statement.

Each test has an engine of its own, and each engine would compile every statement anew: that took a
quarter of the time. SQLAlchemy keeps what it compiled by dialect; here, dialects of one kind and
version count as one.
"""

from typing import Any

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg, PGDialectAsync_psycopg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.engine import URL, Engine
from sqlalchemy.util import LRUCache

_COMPILED: LRUCache[Any, Any] = LRUCache(3000)


class _Alike:
    """Equal to every other of its kind that speaks to the same version of a server."""

    server_version_info: Any = None

    def __eq__(self, other: object) -> bool:
        return (
            type(other) is type(self)
            and isinstance(other, _Alike)
            and other.server_version_info == self.server_version_info
        )

    def __hash__(self) -> int:
        return hash(type(self))

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        """Have it look where the others look."""
        engine.update_execution_options(compiled_cache=_COMPILED)


class AlikeSqlite(_Alike, SQLiteDialect_aiosqlite):
    """SQLite's."""

    supports_statement_cache = True


class AlikePostgres(_Alike, PGDialectAsync_psycopg):
    """PostgreSQL's."""

    supports_statement_cache = True


class _Chosen(PGDialect_psycopg):
    """Leads to PostgreSQL's: it is asked for by the name of the one that does not await."""

    supports_statement_cache = True

    @classmethod
    def get_async_dialect_cls(cls, url: URL) -> type[AlikePostgres]:
        return AlikePostgres


def share_compiled() -> None:
    """From now on, for every engine that is made."""
    registry.register("sqlite.aiosqlite", __name__, AlikeSqlite.__name__)
    registry.register("postgresql.psycopg", __name__, _Chosen.__name__)
