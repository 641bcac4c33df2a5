"""Lists of people that the asker made: noting, showing and forgetting them."""

from collections.abc import Sequence

from bot.groups import Group, Member, TooManyInGroup, bare_name, called, find, key_of
from bot.tools.arguments import ListGroups, SetGroup
from bot.tools.guests import mailbox_of, people_named
from bot.tools.noting import NoteAction
from bot.tools.tool import (
    ProposeContext,
    ToolContext,
    ToolMisused,
    ToolRefused,
    ToolResult,
    note,
    notes,
    reads,
)
from bot.wording import say_line, say_names

HOW = 'Say, for example: "the design team is Ana, Bo and Kim".'


@notes
async def set_group(ctx: ProposeContext, args: SetGroup) -> ToolResult:
    """Make, change or forget one of the asker's own lists of people."""
    name = bare_name(args.name)
    if not key_of(name):
        raise ToolMisused("Give the list a name.")
    kept = find(await ctx.world.groups.of(ctx.person), name)
    if args.forget:
        return await note(ctx, _forgotten(_there(kept, name)), tool="set_group")
    if args.members is not None and (args.add or args.remove):
        raise ToolMisused('Say "members" for everybody on it, or "add" and "remove" for some.')
    if args.members:
        there = await _members(ctx, args.members)
        body = {"members": _kept(there)}
        now, added = there, there
    elif args.add or args.remove:
        was = _there(kept, name)
        added, gone = await _members(ctx, args.add), await _members(ctx, args.remove)
        body = {"add": _kept(added), "remove": _kept(gone)}
        now = _after(was, added, gone)
    else:
        raise ToolRefused(f"Who is on it? {HOW}")
    if not now:
        return await note(ctx, _forgotten(_there(kept, name)), tool="set_group")
    shown = called(kept.name if kept else name)
    action = NoteAction(
        kind="group",
        body={"name": name, **body},
        done=f"Noted: {shown} is {_named(now)}.{_unknown(added)}",
        question=f"Note who {shown} is?",
        fields={"people": _named(now)},
    )
    try:
        return await note(ctx, action, tool="set_group")
    except TooManyInGroup as err:
        raise ToolRefused(str(err)) from err


def _there(kept: Group | None, name: str) -> Group:
    if kept is None:
        raise ToolRefused(f'You have no list "{say_line(name)}". {HOW}')
    return kept


def _forgotten(group: Group) -> NoteAction:
    return NoteAction(
        kind="group",
        body={"name": group.name, "members": []},
        done=f"Forgotten: who {group.called} is. Events stay as they are.",
        question=f"Forget who {group.called} is?",
        fields={"people": _named(group.members)},
    )


async def _members(ctx: ToolContext, names: Sequence[str]) -> tuple[Member, ...]:
    """Who is meant today; people known here are kept by who they are. Raises ToolRefused."""
    return tuple(
        Member(said=one.said, person=one.person.id if one.person else None)
        for one in await people_named(ctx, names)
    )


def _after(group: Group, added: Sequence[Member], gone: Sequence[Member]) -> tuple[Member, ...]:
    """Who stands on it then; whoever is taken off must be there."""
    there = {one.person or one.said.casefold(): one for one in group.members}
    for one in gone:
        if there.pop(one.person or one.said.casefold(), None) is None:
            raise ToolRefused(f"{say_line(one.said)} is not in {group.called}.")
    return tuple((there | {one.person or one.said.casefold(): one for one in added}).values())


def _kept(members: Sequence[Member]) -> list[list[str]]:
    return [[one.said, one.person or ""] for one in members]


def _named(members: Sequence[Member]) -> str:
    return say_names([say_line(one.said) for one in members])


def _unknown(members: Sequence[Member]) -> str:
    names = [
        say_line(one.said) for one in members if one.person is None and not mailbox_of(one.said)[0]
    ]
    if not names:
        return ""
    return f" I don't know {say_names(names)} here: say a mail address to have them invited."


@reads
async def list_groups(ctx: ToolContext, args: ListGroups) -> ToolResult:
    """Who is on the asker's lists."""
    groups = await ctx.world.groups.of(ctx.person)
    if args.name:
        groups = (_there(find(groups, args.name), bare_name(args.name)),)
    lines = [f"{_capital(one.called)} is {_named(one.members)}." for one in groups]
    return ToolResult(
        text="\n".join(lines) or f"You have no lists of people yet. {HOW}",
        facts={"groups": [{"name": one.name, "people": _said(one)} for one in groups]},
    )


def _said(group: Group) -> list[str]:
    return [one.said for one in group.members]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
