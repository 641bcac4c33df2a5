"""Opening the database: the folder, the schema's version, the migrations when they are due.

One SELECT decides whether the schema is current; Alembic is imported only when it is not.
"""

from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.pool import NullPool

from calendar_core.database import Database, make_engine, said_plainly
from calendar_core.errors import DatabaseUnusable
from calendar_core.folder import make_folder

MIGRATIONS = Path(__file__).parent / "migrations"
DATABASE_FILE = "convene.db"
_KNOWN = ("sqlite+aiosqlite://", "postgresql+psycopg://")
_NO_ADDRESS = (
    "CONVENE_DATABASE_URL is not a database's address. "
    "Use postgresql+psycopg://user:password@host/name."
)
_ONE_MIGRATES = 0x436F6E76
"""Key of the PostgreSQL advisory lock under which one process migrates."""


async def open_database(where: str | Path) -> Database:
    """Open a database by URL, or the one in a data folder, and bring its schema up to date.

    Raises DatabaseUnusable with a sentence that says what to do.
    """
    database = database_at(where)
    try:
        await bring_up_to_date(database)
    except BaseException:
        await database.dispose()
        raise
    return database


async def bring_up_to_date(database: Database) -> None:
    """Migrate when the schema is older than this program. Raises DatabaseUnusable."""
    known = known_versions()
    version = await schema_version(database)
    if version == known[-1]:
        return
    if version is not None and version not in known:
        raise DatabaseUnusable(
            "The database was made by a newer Convene. "
            "Update Convene, or choose another folder with --data."
        )
    await _migrate(database)


def known_versions() -> list[str]:
    """The versions that this program knows, oldest first: the numbers of the migration files."""
    return sorted(file.name[:4] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def database_at(where: str | Path) -> Database:
    """A database by URL, or the one in a data folder, as it stands: nothing is migrated. Raises
    DatabaseUnusable."""
    url = str(where)
    if "://" not in url:
        url = f"sqlite+aiosqlite:///{make_folder(Path(where)) / DATABASE_FILE}"
    url = _with_driver(url)
    if not url.startswith(_KNOWN):
        raise DatabaseUnusable(_NO_ADDRESS)
    try:
        return Database(url)
    except (ArgumentError, ValueError) as err:
        raise DatabaseUnusable(_NO_ADDRESS) from err


def _with_driver(url: str) -> str:
    for plain, full in (
        ("postgres://", "postgresql+psycopg://"),
        ("postgresql://", "postgresql+psycopg://"),
        ("sqlite://", "sqlite+aiosqlite://"),
    ):
        if url.startswith(plain):
            return full + url.removeprefix(plain)
    return url


async def schema_version(database: Database) -> str | None:
    """The schema's version; None for an empty database. Raises DatabaseUnusable."""
    try:
        async with database.reading() as session:
            found: str | None = await session.scalar(
                text("SELECT version_num FROM alembic_version")
            )
            return found
    except DBAPIError as err:
        if _is_missing_table(err):
            return None
        raise


def _is_missing_table(err: DBAPIError) -> bool:
    words = str(err.orig).lower()
    return "alembic_version" in words and ("no such table" in words or "does not exist" in words)


async def _migrate(database: Database) -> None:
    # An engine of its own: no pooled connection has seen the schema half made, and tables may be
    # rebuilt without foreign keys deleting what hangs on them.
    engine = make_engine(database.url, foreign_keys=False, poolclass=NullPool)
    try:
        with said_plainly():
            async with engine.begin() as connection:
                await _take_turn(connection)
                await connection.run_sync(upgrade)
    finally:
        await engine.dispose()


async def _take_turn(connection: AsyncConnection) -> None:
    """Let one process migrate; the next finds the work done."""
    if connection.dialect.name == "postgresql":
        await connection.execute(
            text("SELECT pg_advisory_xact_lock(:key)").bindparams(key=_ONE_MIGRATES)
        )
    else:
        await connection.execute(text("SELECT 1"))  # the write lock comes with any statement


def upgrade(connection: Connection) -> None:
    """Run the migrations that are due on an open connection."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
