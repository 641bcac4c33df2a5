"""`convene mcp`: the tools offered to another assistant that starts us as its process; assistants'
tokens.

It works beside `convene chat` and `convene serve`, as short commands do: due work stays with those.
Nothing is printed but what the protocol says; what goes wrong is told on standard error.
"""

import sys
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.commands.logs import log_to_stderr
from bot.commands.running import run_to_end
from bot.commands.syncing import open_house
from bot.commands.zones import machine_zone
from calendar_core.errors import NotAllowed, NotFound
from calendar_core.folder import is_held

if TYPE_CHECKING:  # the database's libraries are loaded when a folder is opened
    from bot.app.core import Core
    from bot.assistant_tokens import Assistant
    from bot.assistants import Assistants, Visit
    from bot.people import Person

REVOKED = "CONVENE_MCP_TOKEN is not valid, or was revoked. Make one with convene mcp token new."


def run(*, data: Path, person: str | None) -> int:
    """Answer an assistant on standard input and output until it closes them; the exit code."""
    log_to_stderr(verbose=False)
    return _run(_serve(data, person))


def run_new(*, data: Path, person: str | None, name: str | None, may_propose: bool) -> int:
    """Make a token and print it, this once; the exit code."""
    return _run(_new(data, person, name, may_propose))


def run_list(*, data: Path, person: str | None) -> int:
    """List somebody's assistants; the exit code."""
    return _run(_list(data, person))


def run_revoke(*, data: Path, person: str | None, name: str | None) -> int:
    """Let an assistant's token open nothing any more; the exit code."""
    return _run(_revoke(data, person, name))


def _run(work: Coroutine[Any, Any, int]) -> int:
    return run_to_end(work, stopped="Stopped.")


async def _serve(data: Path, person: str | None) -> int:
    from adapters.mcp.server import Context
    from adapters.mcp.stdio import serve_stdio
    from bot.app.mcp import make_assistants, our_version
    from bot.app.models import ways_of
    from bot.assistant_cards import served_beside
    from bot.settings import read_settings

    allowed = ways_of(read_settings()).allowed
    async with open_house(data) as core:
        assistants = make_assistants(core, served_beside(partial(is_held, data)), allowed=allowed)
        token = read_settings().mcp_token
        if token is not None and person is not None:
            raise NotAllowed("CONVENE_MCP_TOKEN says whose assistant it is. Leave --person out.")
        enter = await _entrance(core, assistants, token.get_secret_value() if token else "", person)

        async def who(context: Context) -> "Visit | None":
            return await enter()

        await serve_stdio(who, our_version())
    return 0


async def _entrance(
    core: "Core", assistants: "Assistants", token: str, person: str | None
) -> "Callable[[], Awaitable[Visit | None]]":
    """Who is let in at each request. With a token it is looked up every time: a revoked one opens
    nothing from then on. Raises NotAllowed, NotFound."""
    if not token:
        visit = assistants.local((await _person(core, person)).id)

        async def local() -> "Visit | None":
            return visit

        return local
    if await assistants.visitor(token) is None:
        raise NotAllowed(REVOKED)

    async def by_token() -> "Visit | None":
        return await assistants.visitor(token)

    return by_token


async def _new(data: Path, person: str | None, name: str | None, may_propose: bool) -> int:
    async with open_house(data) as core:
        owner = await _person(core, person)
        there = await core.assistants.of(owner.id)
        made, token = await core.assistants.let_in(
            owner.id, name or f"assistant {len(there) + 1}", may_propose=may_propose
        )
    print(token)
    may = "reads and proposes" if may_propose else "reads alone"
    print(
        f"The token of “{made.name}”, which {may} for {owner.name}. Whoever has it sees their "
        "calendars; it is shown this once.",
        file=sys.stderr,
    )
    return 0


async def _list(data: Path, person: str | None) -> int:
    from bot.assistant_words import NONE, told

    async with open_house(data) as core:
        owner = await _person(core, person)
        there = await core.assistants.of(owner.id)
        now = core.clock.now().astimezone(owner.zone)
        print("\n".join(told(one, now) for one in there) or NONE)
    return 0


async def _revoke(data: Path, person: str | None, name: str | None) -> int:
    from bot.app.house import make_notes

    async with open_house(data) as core:
        owner = await _person(core, person)
        one = _meant(await core.assistants.of(owner.id), name)
        await core.assistants.shut_out(one.id, owner.id)
        count = await core.assistant_cards.withdraw(one, make_notes(core))
    print(f"Revoked: the token of “{one.name}” opens nothing any more.")
    if count:
        print(f"What it had proposed is left undone: {count}.")
    return 0


def _meant(there: "tuple[Assistant, ...]", name: str | None) -> "Assistant":
    """The only one, or the one of this name. Raises NotFound."""
    from bot.assistant_words import NONE

    if not there:
        raise NotFound(NONE)
    found = [one for one in there if name is None or one.name.casefold() == name.casefold()]
    if len(found) != 1:
        names = ", ".join(f"“{one.name}”" for one in there)
        raise NotFound(f"Say which one with --name: {names}.")
    return found[0]


async def _person(core: "Core", words: str | None) -> "Person":
    """The terminal's person, or the one whom the words mean. Raises NotFound."""
    if words is None:
        from bot.welcome import ConsoleWelcome

        return await ConsoleWelcome(
            core.people, core.mirror, core.desk, core.clock, machine_zone()
        ).acting()
    found = await core.people.called(words)
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotFound(f"I know nobody called {words!r}. Give a name, a mail address or an id.")
    ids = ", ".join(f"{one.name} {one.id}" for one in found)
    raise NotFound(f"{words!r} may be several people. Say which by id: {ids}.")
