"""Lists of people that somebody made and named: "the design team" is Ana, Bo and Kim.

A list is its maker's own: nobody else sees it or invites by it. Whom its words mean today is
`tools.guests`; changing one is noted at once, with Undo (`notes`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.tables import GroupMemberRow
from calendar_core.database import Database
from calendar_core.errors import CalendarError
from calendar_core.folding import folded
from calendar_core.people import PersonId

MOST = 50
"""People of one list, and lists of one person."""
NOUNS = (
    r"(?:team|group|crew|squad|committee|board|circle|club|class|family|office|department|council"
    r"|panel|band|guild|list)"
)
"""Words for several people, with which the name of a list may end."""
_LED = re.compile(
    r"^(?:@|(?:(?:all|everyone|everybody) (?:of|in|on|from) )?(?:the |my |our )?)", re.I
)
_ENDS_SO = re.compile(rf"\b{NOUNS}$", re.I)


class TooManyInGroup(CalendarError):
    """A list, or somebody's lists, would grow beyond what is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody of a list."""

    said: str
    """Their name or mail address, as it was when they were put there."""
    person: PersonId | None = None
    """Who that was, for people known here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A list of people under a name."""

    name: str
    members: tuple[Member, ...]

    @property
    def called(self) -> str:
        """The name within a sentence: "the design team", but "Friends"."""
        return called(self.name)


def called(name: str) -> str:
    """A list's name within a sentence."""
    return f"the {name}" if _ENDS_SO.search(name) else f'"{name}"'


def bare_name(words: str) -> str:
    """The name in "the design team", "@design team", "everyone on our design team"."""
    return _LED.sub("", " ".join(words.split())).strip(" .,:;!?\"'")[:100]


def key_of(words: str) -> str:
    """By what a list is found, however it is written."""
    return folded(bare_name(words))[:100]


def find(groups: Sequence[Group], words: str) -> Group | None:
    """The list that words name; None when none does."""
    wanted = key_of(words)
    return next((one for one in groups if wanted and key_of(one.name) == wanted), None)


class Groups:
    """Keeps people's lists."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, owner: PersonId) -> tuple[Group, ...]:
        """Somebody's lists, by name."""
        async with self._database.reading() as reading:
            return _groups(await _rows(reading, owner))

    async def change(self, owner: PersonId, body: Mapping[str, Any]) -> dict[str, Any]:
        """Do what a note says: `members` are all that stand on the list from now on (nobody: it is
        forgotten), `add` and `remove` some of them. Returns the body that takes it back.

        Raises TooManyInGroup.
        """
        name = bare_name(body["name"])
        async with self._database.session() as session:
            rows = await _rows(session, owner)
            before = [row for row in rows if row.key == key_of(name)]
            kept = [_member(row) for row in before]
            if body.get("members") is not None:
                wanted = [_told(one) for one in body["members"]]
            else:
                gone = [_told(one) for one in body.get("remove", ())]
                added = [_told(one) for one in body.get("add", ())]
                wanted = [one for one in kept if not any(_same(one, each) for each in gone)]
                wanted += added
            wanted = _once(wanted)
            others = {row.key for row in rows} - {key_of(name)}
            if len(wanted) > MOST or (wanted and len(others) >= MOST):
                what = "people on a list" if len(wanted) > MOST else "lists"
                raise TooManyInGroup(f"I keep at most {MOST} {what}.")
            shown = before[0].name if before else name
            await _put(session, owner, shown, wanted)
        return {"name": shown, "members": [[one.said, one.person or ""] for one in kept]}


async def hand_over(session: AsyncSession, giver: PersonId, taker: PersonId) -> None:
    """Let somebody's lists be another's, in the caller's unit of work: two of one name become one;
    whoever names the giver names the taker."""
    await session.execute(
        update(GroupMemberRow).where(GroupMemberRow.person == giver).values(person=taker)
    )
    kept = {key_of(one.name): one for one in _groups(await _rows(session, taker))}
    for given in _groups(await _rows(session, giver)):
        there = kept.get(key_of(given.name), Group(name=given.name, members=()))
        members = _once([*there.members, *given.members])
        await _put(session, taker, there.name, members[:MOST])
    await session.execute(delete(GroupMemberRow).where(GroupMemberRow.owner == giver))


async def _rows(session: AsyncSession, owner: PersonId) -> Sequence[GroupMemberRow]:
    found = await session.scalars(
        select(GroupMemberRow)
        .where(GroupMemberRow.owner == owner)
        .order_by(GroupMemberRow.key, GroupMemberRow.place)
    )
    return found.all()


async def _put(
    session: AsyncSession, owner: PersonId, name: str, members: Sequence[Member]
) -> None:
    await session.execute(
        delete(GroupMemberRow).where(
            GroupMemberRow.owner == owner, GroupMemberRow.key == key_of(name)
        ),
        execution_options={"synchronize_session": False},
    )
    rows = [
        {
            "owner": owner,
            "key": key_of(name),
            "place": place,
            "name": name,
            "said": one.said[:320],
            "person": one.person or "",
        }
        for place, one in enumerate(members)
    ]
    if rows:
        await session.execute(insert(GroupMemberRow), rows)


def _groups(rows: Sequence[GroupMemberRow]) -> tuple[Group, ...]:
    keys = dict.fromkeys(row.key for row in rows)
    found = {key: [row for row in rows if row.key == key] for key in keys}
    return tuple(
        Group(name=of[0].name, members=tuple(_member(row) for row in of)) for of in found.values()
    )


def _member(row: GroupMemberRow) -> Member:
    return Member(said=row.said, person=PersonId(row.person) if row.person else None)


def _told(one: Sequence[str]) -> Member:
    said, person = one
    return Member(said=said, person=PersonId(person) if person else None)


def _same(one: Member, other: Member) -> bool:
    if one.person is not None and other.person is not None:
        return one.person == other.person
    return folded(one.said) == folded(other.said)


def _once(members: Sequence[Member]) -> list[Member]:
    found: list[Member] = []
    for one in members:
        if not any(_same(one, each) for each in found):
            found.append(one)
    return found
