"""`convene link` and `convene unlink`: accounts of calendars, linked from a command line. Both act
as the terminal's person, or as the one of an id that a chat told.

A password is asked without showing it, or read from standard input; never from the arguments. A
vendor's page comes back to this machine (RFC 8252 §7.3), or shows a code.
"""

import asyncio
import sys
import webbrowser
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.commands.running import run_to_end
from bot.commands.syncing import read_account
from bot.commands.zones import machine_zone
from calendar_core.errors import NotAllowed, NotFound, TryLater
from calendar_core.people import PersonId

if TYPE_CHECKING:  # the database's libraries are loaded when a folder is opened
    from bot.app.core import Core
    from bot.linker import Kept, Linker
    from bot.linking_cards import Setup
    from bot.linking_words import Kind
    from calendar_core.linking import Account, Begun, Linked

PATIENCE = timedelta(minutes=10)
"""How long a vendor's page may take."""
STEP = timedelta(seconds=5)
"""Between two looks whether a code was typed, where nobody says."""
APP_PASSWORD = (
    "iCloud wants a password made for Convene alone: sign in at https://account.apple.com, open\n"
    "Sign-In and Security, then App-Specific Passwords, and make one."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was typed behind `convene link`."""

    kind: str
    server: str | None = None
    user: str | None = None
    free_busy_only: bool | None = None
    """None keeps what holds for an account that is linked already."""
    by_code: bool = False
    person: str | None = None


def run_link(asked: Asked, *, data: Path) -> int:
    """Link an account, and read it; the exit code."""
    return _run(_link(asked, data))


def run_unlink(account: str, *, data: Path, person: str | None, yes: bool) -> int:
    """Unlink an account; the exit code."""
    return _run(_unlink(account, data, person, yes=yes))


def _run(work: Coroutine[Any, Any, int]) -> int:
    return run_to_end(work, stopped="Stopped; nothing was linked or unlinked.")


async def _link(asked: Asked, data: Path) -> int:
    from bot.linking_words import KINDS

    async with _house(data) as (core, linker, setup):
        kind = KINDS[asked.kind]
        owner = await _owner(core, asked.person)
        linked = await (_by_form if kind.has_form else _on_page)(linker, setup, kind, owner, asked)
        kept = await linker.keep(owner, linked, free_busy_only=asked.free_busy_only)
        print("\n".join(_told(kept)))
        return 1 if await read_account(core, kept.account) else 0


def _told(kept: "Kept") -> list[str]:
    from bot.linking_words import named

    lines = [f"Linked {named(kept.account)}. Its calendars:"]
    for one in kept.calendars:
        marks = ", read only" if one.read_only else ""
        lines.append(f"  {one.name}{marks}")
    return [*lines, "Reading them now; it goes on by itself while convene serve or chat runs."]


async def _by_form(
    linker: "Linker", setup: "Setup", kind: "Kind", owner: PersonId, asked: Asked
) -> "Linked":
    """CalDAV, iCloud and feeds: all that is not given is asked."""
    from bot.linking_form import wish_of, wrong_link_fields
    from bot.linking_words import FEED, ICLOUD

    fields: dict[str, str] = {}
    if kind is ICLOUD:
        fields["user"] = asked.user or asked.server or _ask("Apple Account (its mail address): ")
        if sys.stdin.isatty():
            print(APP_PASSWORD)
    else:
        question = "Address of the feed: " if kind is FEED else "Server or mail address: "
        fields["server"] = asked.server or _ask(question)
    if kind is not FEED and kind is not ICLOUD:
        fields["user"] = asked.user or ("" if "@" in fields["server"] else _ask("User name: "))
    wrong = wrong_link_fields(kind, fields)
    if wrong:
        raise NotAllowed(" ".join(wrong.values()))
    if kind is not FEED:
        fields["password"] = _password()
    begun = await linker.begin(kind, wish_of(kind, owner, fields))
    assert begun.linked is not None, "what is linked by a form is linked at once"
    return begun.linked


def _ask(question: str) -> str:
    """A line from the keyboard. Raises NotAllowed where nobody can be asked."""
    if not sys.stdin.isatty():
        raise NotAllowed(f"{question.rstrip(': ')} is missing. See convene link --help.")
    return input(question).strip()


def _password() -> str:
    """From the keyboard without showing it, or the first line of standard input."""
    if sys.stdin.isatty():
        return getpass("Password (it is not shown): ")
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise NotAllowed("The password is read from standard input, and there was none.")
    return password


async def _on_page(
    linker: "Linker", setup: "Setup", kind: "Kind", owner: PersonId, asked: Asked
) -> "Linked":
    """Google and Microsoft: on their page, which comes back to this machine or takes a code."""
    from bot.linking_cards import not_set_up
    from calendar_core.linking import Wish

    missing = setup.missing.get(kind.provider, ())
    if missing or kind.provider not in linker.known:
        raise NotAllowed(not_set_up(kind, missing))
    wish = Wish(owner=owner, user=asked.user or "", free_busy_only=bool(asked.free_busy_only))
    can_code = kind.provider in setup.by_code
    if asked.by_code and not can_code:
        raise NotAllowed(f"{kind.title} calendars can't be linked by a code. Leave --device out.")
    if can_code and (asked.by_code or kind.provider not in setup.in_browser):
        begun = await linker.begin(kind, wish)
        print(f"Open {begun.page} and type this code there: {begun.code}", flush=True)
        return await _typed(linker, kind, begun)
    async with _loopback(kind.provider) as (address, came_back):
        begun = await linker.begin(kind, replace(wish, return_to=address))
        print(f"Sign in here, in a browser on this machine:\n{begun.page}", flush=True)
        await asyncio.to_thread(webbrowser.open, begun.page)
        answer = await came_back(begun)
        return await linker.finish(kind, begun, answer)


async def _typed(linker: "Linker", kind: "Kind", begun: "Begun") -> "Linked":
    """Wait until the code was typed on the vendor's page. Raises TryLater when it never is."""
    try:
        async with asyncio.timeout(PATIENCE.total_seconds()):
            while True:
                try:
                    return await linker.finish(kind, begun, {})
                except TryLater as err:
                    await asyncio.sleep((err.after or STEP).total_seconds())
    except TimeoutError as err:
        raise TryLater("Nobody typed the code in time; nothing was linked.") from err


@asynccontextmanager
async def _loopback(provider: str) -> AsyncIterator[tuple[str, Any]]:
    """A page on this machine, at a port of its own, that a browser comes back to once; its address,
    and what waits for the browser."""
    from adapters.web.linking import LoopbackPage

    page = LoopbackPage("localhost" if provider == "microsoft" else "127.0.0.1")
    await page.start()

    async def came_back(begun: "Begun") -> Mapping[str, str]:
        from bot.linking_states import state_of

        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                return await page.answer(state_of(begun))
        except TimeoutError as err:
            raise TryLater("No browser came back in time; nothing was linked.") from err

    try:
        yield page.address, came_back
    finally:
        await page.stop()


async def _unlink(wanted: str, data: Path, person: str | None, *, yes: bool) -> int:
    from bot.linking_words import named

    async with _house(data) as (core, linker, _):
        owner = await _owner(core, person)
        account = _meant(await core.linked.of(owner), wanted)
        if not yes and not _sure(account):
            print("Left as it was.")
            return 1
        done = await linker.unlink(account.id, owner)
    print(f"Unlinked {named(done.account)}; everything of it is erased here.")
    if not done.is_revoked:
        print(f"{done.account.provider} could not be told. Withdraw Convene's access there.")
    return 0


def _meant(accounts: "tuple[Account, ...]", wanted: str) -> "Account":
    from bot.linking_words import meant, named

    found = [one for one in accounts if one.id == wanted] or meant(accounts, wanted)
    if not accounts:
        raise NotFound("No account is linked.")
    if len(found) != 1:
        listed = "; ".join(f"{named(one)} ({one.id})" for one in accounts)
        fits = "fits none" if not found else "fits several"
        raise NotFound(f"{wanted!r} {fits} of these accounts: {listed}")
    return found[0]


def _sure(account: "Account") -> bool:
    """Ask, where somebody can be asked; a script says --yes."""
    from bot.linking_words import named

    if not sys.stdin.isatty():
        raise NotAllowed("To unlink without being asked, say --yes.")
    question = (
        f"Unlink {named(account)}? Its calendars, the copies of their events, and reminders before "
        "them are erased here; nothing changes there. [y/N] "
    )
    return input(question).strip().casefold() in ("y", "yes")


async def _owner(core: "Core", person: str | None) -> PersonId:
    """The terminal's person, or the one of this id. Raises NotFound."""
    if person is not None:
        return (await core.people.person(PersonId(person))).id
    from bot.welcome import ConsoleWelcome

    welcome = ConsoleWelcome(core.people, core.mirror, core.desk, core.clock, machine_zone())
    return (await welcome.acting()).id


@asynccontextmanager
async def _house(data: Path) -> AsyncIterator[tuple["Core", "Linker", "Setup"]]:
    from bot.app.linking import setup_of
    from bot.commands.syncing import open_house
    from bot.linker import Linker
    from bot.settings import read_settings

    async with open_house(data) as core:
        linker = Linker(core.linked, core.providers, core.syncing, core.watching)
        yield core, linker, setup_of(read_settings(), serves=False)
