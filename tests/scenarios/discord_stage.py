"""Discord as a stage: simcord's server in memory, and the real door with the real discord.py."""

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import discord
import simcord
from simcord.actors import MemberActor, _dispatch_actor_interaction
from simcord.backend import serializers
from simcord.builders import ChannelHandle, UserHandle
from simcord.enums import InteractionType
from simcord.env import Env
from simcord.results import InteractionResult, to_discord_message

from adapters.discord.door import DiscordDoor
from adapters.discord.store import Store
from bot.app.core import Core
from bot.chat.messages import Sender
from bot.chat.platform import ChatPlatform
from bot.engine import Engine
from tests.scenarios.looks import Look, Piece, labels_of, lines_of, of_components, of_markdown
from tests.scenarios.script import Somebody
from tests.scenarios.stage import CHANNEL

_ALONE = ("today", "week", "free", "find", "new", "remind", "link", "settings", "help")
_OPTION = {"find": "event", "settings": "words"}
"""Words of `/cal` whose one option takes all that follows; free text goes to `ask`."""
_REOPENS = ("Correct …", "More …", "Fill in …")
_CLOSED_DM = 50007


class DiscordStage:
    """A server with a channel."""

    def __init__(self) -> None:
        self.people: dict[str, MemberActor] = {}
        self._stack = AsyncExitStack()
        self._env: Env | None = None
        self._next: DiscordDoor | None = None
        self._wanted: tuple[Sequence[Somebody], datetime] | None = None
        self._team: ChannelHandle | None = None
        self._aside: discord.Message | None = None
        self._said: tuple[int, int] | None = None
        self._modals: dict[str, InteractionResult] = {}
        self._stood: dict[tuple[str, str], Any] = {}
        """Messages as they last had a button: by message and label."""

    @property
    def env(self) -> Env:
        assert self._env is not None
        return self._env

    @property
    def team(self) -> ChannelHandle:
        assert self._team is not None
        return self._team

    async def set(self, people: Sequence[Somebody], now: datetime, zone: ZoneInfo) -> None:
        self._wanted = (people, now)

    def make_doors(self, core: Core, engine: Engine) -> tuple[ChatPlatform, ...]:
        store = Store(core.database, core.clock)
        self._next = DiscordDoor(
            "a token", engine, engine, posted=store, synced=store, clock=core.clock
        )
        return (self._next.platform,)

    async def open_doors(self) -> None:
        assert self._next is not None
        if self._env is not None:
            await self.env.restart_bot(self._next.client)
            return
        assert self._wanted is not None
        people, now = self._wanted
        run = simcord.run(self._next.client)
        # simcord's clock begins at a day of its own; a story has one, too
        run._env.backend.clock._epoch = now.astimezone(UTC)
        self._env = await self._stack.enter_async_context(run)
        guild = self.env.create_guild()
        self._team = guild.create_text_channel(CHANNEL[1:])
        runs = guild.create_role("Runs it", permissions=discord.Permissions(manage_guild=True))
        for one in people:
            user = self.env.create_user(one.name.lower(), global_name=one.name)
            self.people[one.name] = guild.add_member(user, roles=[runs] if one.runs_team else [])

    async def close(self) -> None:
        await self._stack.aclose()

    def sender(self, who: str) -> Sender:
        return Sender(platform="discord", workspace="", user=str(self.people[who].id), name=who)

    @property
    def _bot(self) -> int:
        return self.env.backend.bot_user.id

    async def says(self, who: str, place: str, words: str) -> None:
        actor = self.people[who]
        if place:
            said = await actor.send(self.team, self._marked(f"<@{self._bot}> {words}"))
        else:
            said = await actor.send_dm(words)
        self._said = (said.channel.id, said.id)

    async def goes_on(self, who: str, place: str, words: str) -> None:
        """With a mention: without one a bot hears nothing in a channel."""
        await self.says(who, place, words)

    async def says_aside(self, who: str, place: str, words: str) -> None:
        self._aside = await self.people[who].send(self.team, self._marked(words))

    def _marked(self, words: str) -> str:
        for name, actor in self.people.items():
            words = words.replace(f"@{name}", actor.mention)
        return words

    async def commands(self, who: str, place: str, words: str) -> None:
        word, _, rest = words.partition(" ")
        if word in _ALONE and not rest:
            name, options = f"cal {word}", {}
        elif word == "link" and rest:
            name, options = "cal link", {"code" if "-" in rest else "what": rest}
        elif word in _OPTION and rest:
            name, options = f"cal {word}", {_OPTION[word]: rest}
        else:
            name, options = "cal ask", {"words": words}
        actor = self.people[who]
        if place:
            result = await actor.slash(self.team, name, **options)
        else:
            result = await actor.user.slash(name, **options)
        self._keep(who, result)

    def _keep(self, who: str, result: InteractionResult) -> None:
        assert result.acknowledged, "not answered in time"
        if result.modal is not None:
            self._modals[who] = result

    async def presses(self, who: str, look: Look, label: str) -> None:
        stored = self._stored(look.id)
        custom_id, value = _pressable(stored.components, label)
        actor = self._actor(who, stored.channel_id)
        shown = to_discord_message(self.env, stored)
        if value is None:
            result = await actor.click(shown, custom_id=custom_id)
        else:
            result = await actor.select(shown, [value], custom_id=custom_id)
        self._keep(who, result)

    async def presses_again(self, who: str, id: str, label: str) -> None:
        stored = self._stood[id, label]
        custom_id, value = _pressable(stored.components, label)
        data: dict[str, Any] = {"custom_id": custom_id, "component_type": 2 if value is None else 3}
        if value is not None:
            data["values"] = [value]
        actor = self._actor(who, stored.channel_id)
        result = await _dispatch_actor_interaction(
            actor,
            InteractionType.MESSAGE_COMPONENT,
            self._room(actor, stored.channel_id),
            data,
            extra={"message": dict(serializers.message_payload(self.env.backend, stored))},
            source_message_id=stored.id,
        )
        self._keep(who, result)

    def _room(self, actor: Any, channel: int) -> ChannelHandle:
        guild = None if isinstance(actor, UserHandle) else actor.guild
        return ChannelHandle(self.env, guild, self.env.backend.get_channel(channel))

    def _stored(self, id: str) -> Any:
        channel, message = map(int, id.split("/"))
        return self.env.backend.get_message(channel, message)

    def _actor(self, who: str, channel: int) -> Any:
        actor = self.people[who]
        return actor if channel == self.team.id else actor.user

    async def fills(self, who: str, fields: Mapping[str, str]) -> None:
        left = dict(fields)
        while True:
            shown = self._modals.pop(who, None) or await self._reopen(who)
            filled = {one["custom_id"]: _entered(one) for one in _controls(shown.modal or {})}
            for label in _controls_by_label(shown.modal or {}):
                if label[0] in left:
                    wanted = _option(label[1], left.pop(label[0]))
                    filled[label[1]["custom_id"]] = wanted
            filled = {name: value for name, value in filled.items() if value not in ("", [])}
            actor = self._actor(who, shown._interaction.channel_id)
            self._keep(who, await actor.submit_modal(shown, filled))
            if not left:
                return

    async def _reopen(self, who: str) -> InteractionResult:
        """Through the newest card that offers it."""
        home = ZoneInfo("UTC")
        for look in reversed(self.looks(dict.fromkeys(self.people, home), home)):
            for label in _REOPENS:
                if label in look.pressable and look.only in ("", who):
                    await self.presses(who, look, label)
                    return self._modals.pop(who)
        raise AssertionError(f"{who} has no form open")

    async def chooses(self, who: str, place: str, entry: str) -> None:
        actor = self.people[who]
        name, _, other = entry.partition(" with ")
        if other:
            target: Any = self.people[other]
            result = await actor.context_menu(self.team, f"{name} with …", target)
        else:
            assert self._aside is not None, "nobody said anything"
            result = await actor.context_menu(self.team, entry, self._aside)
        self._keep(who, result)

    async def happens(self, what: str) -> None:
        match what.split():
            case ["delivered", "again"]:
                assert self._said is not None
                stored = self.env.backend.get_message(*self._said)
                payload = serializers.message_payload(self.env.backend, stored)
                self.env.backend.emit("MESSAGE_CREATE", payload)
                await self.env.settle()
            case [who, "closes", "direct", "messages"]:
                room = self.people[who].user.dm_channel.id
                self.env.inject_error(
                    "POST",
                    f"/channels/{room}/messages",
                    status=403,
                    code=_CLOSED_DM,
                    message="Cannot send messages to this user",
                    times=None,
                )
            case [_, "opens", "direct", "messages"]:
                self.env.backend.faults.clear()
            case _:
                raise ValueError(f"nothing on Discord is called {what!r}")

    async def passes(self, length: timedelta) -> None:
        await self.env.advance_time(length.total_seconds())

    async def settle(self) -> None:
        await self.env.settle()

    # Looking

    def looks(self, zone_of: Mapping[str, ZoneInfo], home: ZoneInfo) -> list[Look]:
        found = [self._look(one, "", home, zone_of) for one in self._of_bot(self.team.id)]
        for name, actor in self.people.items():
            room = actor.user.dm_channel.id
            found += [self._look(one, name, zone_of[name], zone_of) for one in self._of_bot(room)]
            if name in self._modals:
                found.append(_form(self._modals[name], name, zone_of[name]))
        return [one for one in found if one.lines]

    def _of_bot(self, channel: int) -> list[Any]:
        said = self.env.backend.messages.get(channel, {}).values()
        return [one for one in sorted(said, key=lambda one: one.id) if one.author_id == self._bot]

    def _look(self, one: Any, whose: str, zone: ZoneInfo, zone_of: Mapping[str, ZoneInfo]) -> Look:
        only = whose
        if one.is_ephemeral:
            only = next(name for name, who in self.people.items() if one.visible_to(who.id))
            zone = zone_of[only]
        pieces: list[Piece] = of_markdown(one.content, zone) if one.content else []
        pieces += of_components(one.components, zone)
        id, labels = f"{one.channel_id}/{one.id}", labels_of(pieces)
        if labels:
            self._stood |= dict.fromkeys(((id, label) for label in labels), deepcopy(one))
        return Look(
            id=id,
            where=CHANNEL if one.channel_id == self.team.id else "",
            only=only,
            lines=tuple(lines_of(pieces)),
            pressable=labels,
        )


def _form(shown: InteractionResult, only: str, zone: ZoneInfo) -> Look:
    modal = shown.modal or {}
    pieces = of_components(modal["components"], zone)
    lines = (modal["title"], *lines_of(pieces))
    id = f"form {shown._interaction.id}"
    return Look(id=id, where="", only=only, lines=lines, is_form=True)


def _labels(modal: Mapping[str, Any]) -> list[Any]:
    return [one for one in modal.get("components", ()) if int(one["type"]) == 18]


def _controls(modal: Mapping[str, Any]) -> list[Any]:
    return [one["component"] for one in _labels(modal)]


def _controls_by_label(modal: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(one["label"], one["component"]) for one in _labels(modal)]


def _entered(control: Mapping[str, Any]) -> Any:
    if "options" in control:
        return [one["value"] for one in control["options"] if one.get("default")]
    return control.get("value") or ""


def _option(control: Mapping[str, Any], wanted: str) -> Any:
    if "options" not in control:
        return wanted
    return [one["value"] for one in control["options"] if wanted in (one["label"], one["value"])]


def _pressable(components: Sequence[Any], label: str) -> tuple[str, str | None]:
    """The id of a button, or of a list with the value of its choice. Raises LookupError."""
    for one in components:
        if one.get("label") == label and one.get("custom_id"):
            return one["custom_id"], None
        for option in one.get("options", ()):
            if option["label"] == label:
                return one["custom_id"], option["value"]
        try:
            return _pressable(one.get("components", ()), label)
        except LookupError:
            continue
    raise LookupError(f"no button {label!r}")
