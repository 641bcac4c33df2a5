"""Units of work side by side: nobody waits for what another waiter holds."""

import asyncio

from sqlalchemy import text

from calendar_core.database import Database


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
