"""Keep a row, or replace or leave the one with the same key: one statement, which the two dialects
spell alike.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Executable
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
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = make(table).values(**values).on_conflict_do_nothing()
    kept = await session.execute(statement.returning(getattr(table, key)))
    return kept.first() is not None
