"""Keep a row, or replace or leave the one with the same key: one statement, which the two dialects
spell alike.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Executable
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from calendar_core.database import Base


def upsert(
    session: AsyncSession, table: type[Base], key: str, values: Mapping[str, Any]
) -> Executable:
    """The statement; `key` names the column that `values` hold the primary key in."""
    rest = {name: value for name, value in values.items() if name != key}
    # SQLAlchemy has no common form of it.
    if session.get_bind().dialect.name == "postgresql":
        kept = postgresql.insert(table).values(**values)
        return kept.on_conflict_do_update(index_elements=[key], set_=rest)
    row = sqlite.insert(table).values(**values)
    return row.on_conflict_do_update(index_elements=[key], set_=rest)


async def is_new(
    session: AsyncSession, table: type[Base], key: str, values: Mapping[str, Any]
) -> bool:
    """Keep a row unless its key is there; whether this was the one who did. `key` names one of the
    columns of the key."""
    statement = _keep_new(table, key, session.get_bind().dialect.name)
    return (await session.execute(statement, dict(values))).first() is not None


def keep_new(
    connection: Connection, table: type[Base], key: str, values: Mapping[str, Any]
) -> bool:
    """`is_new` in a unit of work that goes in one go."""
    statement = _keep_new(table, key, connection.dialect.name)
    return connection.execute(statement, dict(values)).first() is not None


@cache
def _keep_new(table: type[Base], key: str, dialect: str) -> Executable:
    """Built once: that costs more than running it. The table and not the class, for a class would
    be taken for many rows."""
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    columns: Any = table.__table__
    return make(columns).on_conflict_do_nothing().returning(columns.c[key])
