"""Other assistants: how many may ask, over which address, and whose token nobody uses any more."""

import asyncio
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from bot.assistant_tokens import PATH, Assistant, AssistantTokens
from bot.doctor.finding import AT_MOST, Findings, odd, well, wrong
from bot.settings import Settings
from bot.wording import say_count
from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.errors import CalendarError

PART = "other assistants"
UNUSED = timedelta(days=90)


async def check_assistants(settings: Settings, database: Database | None, clock: Clock) -> Findings:
    """Whoever has a token: the fewer there are, the fewer can be lost."""
    if database is None:
        return [well(PART, "none to be looked at yet")]
    try:
        async with asyncio.timeout(AT_MOST):
            there = await AssistantTokens(database, clock, settings.public_url).everyone()
    except (SQLAlchemyError, CalendarError, TimeoutError):
        return [wrong(PART, "can't be looked up", "Look at the database first.")]
    if not there:
        return [well(PART, "none connected")]
    told = f"{say_count(len(there), 'token')}, over HTTP at {_address(settings)}"
    unused = [one for one in there if clock.now() - (one.used_at or one.made_at) >= UNUSED]
    if not unused:
        return [well(PART, told)]
    return [
        odd(PART, f"{told}; {_named(unused)}", "Revoke what is lost: convene mcp token revoke.")
    ]


def _address(settings: Settings) -> str:
    if settings.public_url:
        return f"{settings.public_url}{PATH}"
    return f"http://{settings.web_host}:{settings.web_port}{PATH}, for this machine"


def _named(unused: list[Assistant]) -> str:
    """By their people's ids: names are nobody's business here."""
    people = ", ".join(sorted({one.person for one in unused}))
    return f"{len(unused)} not used for {UNUSED.days} days, of {people}"
