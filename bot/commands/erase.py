"""`convene erase PERSON`: everything of one person, after one more question. Works beside a running
`convene serve`; one that was broken off is gone on with by the same command."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.running import run_to_end
from bot.commands.syncing import open_house

if TYPE_CHECKING:  # the database's libraries are loaded when a folder is opened
    from bot.app.core import Core
    from bot.erasure import Erasure, Gone
    from bot.people import Person

KEPT = "Left as it was: nothing was erased."


def run(person: str, *, yes: bool, data: Path) -> int:
    """Erase; the exit code is 1 where it is not clear who is meant, or was not confirmed."""
    return run_to_end(
        _run(person, yes, data),
        stopped="Broken off. What was begun goes on when you run it again.",
    )


async def _run(words: str, yes: bool, data: Path) -> int:
    async with open_house(data) as core:
        begun = [one for one in await core.erasing.unfinished() if one.is_of(words)]
        for erasure in begun:
            print("Going on with what was begun before.")
            await _go_on(core, erasure)
        if begun:
            return 0
        found = await core.people.called(words)
        if len(found) != 1:
            print("\n".join(_not_one(words, found)), file=sys.stderr)
            return 1
        print("\n".join(await _told(core, found[0])))
        if not yes and not _asks(found[0].name):
            print(KEPT)
            return 1
        from bot.erasing import UNFINISHED

        await _go_on(core, await core.erasing.begin(found[0].id, after=UNFINISHED))
    return 0


async def _go_on(core: "Core", erasure: "Erasure") -> None:
    gone = await core.erasing.go_on(erasure)
    await core.erasing.finish(erasure)
    print("\n".join(_ended(gone)))


def _ended(gone: "Gone") -> list[str]:
    lines = ["Erased. Whoever they were is a stranger now."]
    return lines + [
        f"{one.provider} {one.address}: unlinked here, but access could not be given back there; "
        "its owner can take it back in that account's settings."
        for one in gone.unrevoked
    ]


def _not_one(words: str, found: Sequence["Person"]) -> list[str]:
    if not found:
        return [f"I know nobody called {words!r}. Give a name, a mail address or an id."]
    lines = [f"{words!r} may be several people. Say which by id:"]
    return lines + [
        f"  {one.id}  {one.name}{f', {one.email}' if one.email else ''}" for one in found
    ]


async def _told(core: "Core", person: "Person") -> list[str]:
    from bot.erase_asking import Looking
    from bot.erase_words import told_to_operator

    looking = Looking(core.accounts, core.linked, core.mirror, core.reminders)
    return told_to_operator(person.name, await looking.at(person))


def _asks(name: str) -> bool:
    """Whether the name is typed again."""
    print(f"Type the name to erase it all: {name}")
    try:
        return input("> ").strip() == name
    except EOFError:
        return False
