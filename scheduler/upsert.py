"""Keep a row, or replace the one with the same key: one statement, which the two dialects spell
alike.
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
