"""Finding events: whether the database indexes their words, and who knows what they mean."""

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.app.meaning import make_embedder, server_of
from bot.doctor.finding import Finding, Findings, odd, well, wrong
from bot.doctor.outside import Outside, Unreachable
from bot.settings import BadSettings, Settings
from calendar_core.database import Database
from calendar_core.errors import CalendarError

_PART = "search"
_OPENAI = "https://api.openai.com/v1"


async def check_search(settings: Settings, outside: Outside, database: Database | None) -> Findings:
    """Search by words and by meaning. Nothing is asked that costs."""
    by_words = [] if await _has_index(database) else [_without_index()]
    return [*by_words, await _meaning(settings, outside)]


async def _has_index(database: Database | None) -> bool:
    """Whether words are indexed, or there is nothing yet to look at."""
    if database is None or not database.is_sqlite:
        return True
    try:
        async with database.reading() as session:
            wanted = "SELECT 1 FROM sqlite_master WHERE name = 'event_words'"
            return await session.scalar(text(wanted)) is not None
    except (SQLAlchemyError, CalendarError):
        return True


def _without_index() -> Finding:
    words = "this database has no index of words, so each search looks at every event"
    return odd(
        _PART, words, "Its SQLite had no FTS5: begin anew with a Python whose SQLite has it."
    )


async def _meaning(settings: Settings, outside: Outside) -> Finding:
    try:
        embedder = make_embedder(settings)
    except BadSettings as err:
        return wrong(_PART, "the model of meanings can't be used", str(err))
    if embedder is None:
        return well(_PART, "by words alone")
    if not embedder.is_outside:
        return well(_PART, f"by words, and by meaning on this machine ({embedder.name})")
    url, key = server_of(settings)
    if not url and not key:
        todo = "Set OPENAI_API_KEY or CONVENE_EMBEDDING_KEY; until then words alone are searched."
        return wrong(_PART, f"{embedder.name} has no key", todo)
    try:
        address = f"{(url or _OPENAI).rstrip('/')}/models"
        answer = await outside.ask("GET", address, authorization=f"Bearer {key}" if key else "")
    except Unreachable as err:
        todo = "Check CONVENE_EMBEDDING_URL and the network; until then words alone are searched."
        return wrong(_PART, f"{embedder.name}: {err}", todo)
    if answer.status in (401, 403):
        todo = "Set CONVENE_EMBEDDING_KEY to one that is good."
        return wrong(_PART, f"{embedder.name}: the key is refused", todo)
    return well(_PART, f"by words, and by meaning: {embedder.name} is reachable")
