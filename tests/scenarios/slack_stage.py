"""Slack as a stage: the server of `tests.servers.slack`, and the real door over Socket Mode."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from adapters.slack.door import SlackDoor
from adapters.slack.store import EnterpriseStore, KeyStore
from bot.app.core import Core
from bot.chat.messages import Sender
from bot.chat.platform import ChatPlatform
from bot.engine import Engine
from tests.adapters.slack.house import AT_ONCE, MANIFEST
from tests.scenarios.looks import Look, labels_of, lines_of, of_blocks, of_mrkdwn
from tests.scenarios.script import Somebody
from tests.scenarios.stage import CHANNEL
from tests.servers.slack import Member, SlackServer, Workspace
from tests.servers.slack.delivery import EVENT, Delivery
from tests.servers.slack.looking import find_button, find_choice
from tests.servers.slack.world import Channel, Json, Message, View

Shown = Message | View


class SlackStage:
    """A workspace with a channel."""

    def __init__(self) -> None:
        self.slack = SlackServer(MANIFEST)
        self.acme: Workspace
        self.team: Channel
        self.people: dict[str, Member] = {}
        self._door: SlackDoor | None = None
        self._next: SlackDoor | None = None
        self._doors = 0
        self._thread: Message | None = None
        self._aside: Message | None = None
        self._stood: dict[tuple[str, str], list[Json]] = {}
        """The blocks that last had a button: by message and label."""
        self._pages: set[str] = set()
        self._typed: dict[str, dict[str, str]] = {}

    async def set(self, people: Sequence[Somebody], now: datetime, zone: ZoneInfo) -> None:
        await self.slack.__aenter__()
        self.slack.skip(now.timestamp() - time.time())
        self.acme = self.slack.workspace("acme")
        for one in people:
            self.people[one.name] = self.acme.user(
                one.name,
                tz=one.zone.key,
                email=f"{one.name.lower()}@acme.test",
                is_admin=one.runs_team,
            )
        self.team = self.acme.channel(CHANNEL[1:], *self.people.values())

    def make_doors(self, core: Core, engine: Engine) -> tuple[ChatPlatform, ...]:
        self._next = SlackDoor(
            clock=core.clock,
            keys=KeyStore(core.database),
            enterprises=EnterpriseStore(core.database),
            bot_token=self.acme.bot_token,
            app_token=self.slack.app_token,
            api_url=self.slack.api_url,
            pace=AT_ONCE,
        )
        self._next.open_to(engine, engine)
        return (self._next.platform,)

    async def open_doors(self) -> None:
        assert self._next is not None
        if self._door is not None:
            await self._door.stop()
        self._door = self._next
        await self._door.start()
        self._doors += 1
        await self.slack.connected(self._doors)

    async def close(self) -> None:
        if self._door is not None:
            await self._door.stop()
        await self.slack.__aexit__(None, None, None)
        assert self.slack.complaints == []

    def sender(self, who: str) -> Sender:
        member = self.people[who]
        return Sender(
            platform="slack",
            workspace=self.acme.id,
            user=member.id,
            name=who,
            zone=member.account.tz,
            email=member.account.email,
        )

    async def says(self, who: str, place: str, words: str) -> None:
        member = self.people[who]
        if place:
            self._thread = await member.mentions(self.team, self._marked(words))
        else:
            await member.dms(words)

    async def goes_on(self, who: str, place: str, words: str) -> None:
        await self.people[who].says(self.team, self._marked(words), thread=self._thread)

    async def says_aside(self, who: str, place: str, words: str) -> None:
        self._aside = await self.people[who].says(self.team, self._marked(words))

    def _marked(self, words: str) -> str:
        """With @Ben as a mention."""
        for name, member in self.people.items():
            words = words.replace(f"@{name}", f"<@{member.id}>")
        return words

    async def commands(self, who: str, place: str, words: str) -> None:
        channel = self.team if place else None
        text = self._marked(words)
        _acked(await self.people[who].commands("/cal", text, channel=channel))

    async def presses(self, who: str, look: Look, label: str) -> None:
        shown = self._find(look.id)
        await self._press(who, shown, shown, label)

    async def presses_again(self, who: str, id: str, label: str) -> None:
        shown = self._find(id)
        assert isinstance(shown, Message)
        await self._press(who, shown, replace(shown, blocks=self._stood[id, label]), label)

    async def _press(self, who: str, shown: Shown, as_seen: Shown, label: str) -> None:
        more: Json = {}
        try:
            block, element = find_button(as_seen, label)
        except LookupError:
            block, element, option = find_choice(as_seen, label)
            more = {"selected_option": option}
        _acked(await self.people[who]._acts(shown, block, element, more))

    def _find(self, id: str) -> Shown:
        found: list[Shown] = [*self.slack.backend.world.homes.values()]
        for channel in self.slack.backend.world.channels.values():
            found += channel.messages.values()
        return next(one for one in found if _id(one) == id)

    async def fills(self, who: str, fields: Mapping[str, str]) -> None:
        view = self.people[who].modal()
        assert view is not None, f"{who} has no form open"
        typed = self._typed.setdefault(view.id, {})  # it stays there while the form is open
        typed |= fields
        _acked((await self.people[who].submits(view, dict(typed))).delivery)

    async def chooses(self, who: str, place: str, entry: str) -> None:
        member = self.people[who]
        match entry:
            case "Home":
                self._pages.add(who)
                await member.opens_home()
            case "Messages":
                await member.opens_home("messages")
            case "New event":
                _acked(await member.uses_shortcut(entry))
            case _:
                _acked(await member.uses_shortcut(entry, on=self._aside))

    async def happens(self, what: str) -> None:
        match what.split():
            case ["delivered", "again"]:
                told = [one for one in self.slack.deliveries if one.kind == EVENT]
                await self.slack.post.again(told[-1])
            case _:
                raise ValueError(f"nothing on Slack is called {what!r}")

    async def passes(self, length: timedelta) -> None:
        self.slack.skip(length.total_seconds())

    async def settle(self) -> None:
        assert self._door is not None
        await self._door.settle()

    # Looking

    def looks(self, zone_of: Mapping[str, ZoneInfo], home: ZoneInfo) -> list[Look]:
        found = [self._look(one, "", home, zone_of) for one in _of_bot(self.team)]
        found += self._beneath(self.team, "", home)
        for name, member in self.people.items():
            found += [self._look(one, name, zone_of[name], zone_of) for one in _of_bot(member.dm)]
            found += self._beneath(member.dm, name, zone_of[name])
            prompts = self.slack.backend.world.prompts.get(member.dm.id, ())
            offered = tuple(f"suggested: {one['title']}" for one in prompts)
            found.append(Look(id=f"prompts {name}", where="", only=name, lines=offered))
            page = member.home()
            if page is not None and name in self._pages:
                found.append(_view(page, f"{name}'s page", name, zone_of[name]))
            modal = member.modal()
            if modal is not None:
                found.append(_view(modal, "", name, zone_of[name]))
        return [one for one in found if one.lines]

    def _beneath(self, channel: Channel, whose: str, zone: ZoneInfo) -> list[Look]:
        """What stands beneath what people said themselves."""
        where = CHANNEL if channel is self.team else ""
        return [
            Look(
                id=f"{_id(one)} {url}",
                where=f"{where}, beneath a message" if where else "beneath their message",
                only=whose,
                lines=tuple(lines_of(of_blocks(blocks, zone))),
            )
            for one in channel.messages.values()
            for url, blocks in one.unfurls.items()
        ]

    def _look(
        self, one: Message, whose: str, zone: ZoneInfo, zone_of: Mapping[str, ZoneInfo]
    ) -> Look:
        only = whose
        if one.seen_by is not None:
            only = next(name for name, member in self.people.items() if member.id == one.seen_by)
            zone = zone_of[only]
        where = "" if one.channel is not self.team else CHANNEL
        if where and one.thread_ts is not None:
            where = f"a thread of {CHANNEL}"
        pieces = of_blocks(one.blocks, zone) if one.blocks else [of_mrkdwn(one.text, zone)]
        labels = labels_of(pieces)
        self._stood |= {(_id(one), label): one.blocks for label in labels}
        return Look(
            id=_id(one),
            where=where,
            only=only,
            lines=tuple(lines_of(pieces)),
            pressable=labels,
        )


def _of_bot(channel: Channel) -> list[Message]:
    return [one for one in channel.messages.values() if one.bot_id is not None and one.is_shown]


def _id(one: Shown) -> str:
    return one.id if isinstance(one, View) else f"{one.channel.id}/{one.ts}"


def _view(view: View, where: str, only: str, zone: ZoneInfo) -> Look:
    """A form's own buttons are left out: Discord's are Discord's own words."""
    body = view.body
    pieces = of_blocks(body["blocks"], zone)
    lines = [body["title"]["text"]] if "title" in body else []
    lines += lines_of(pieces)
    labels = {one["block_id"]: one["label"]["text"] for one in body["blocks"] if "label" in one}
    lines += [f"! {labels.get(block, block)}: {text}" for block, text in view.errors.items()]
    return Look(
        id=view.id,
        where=where,
        only=only,
        lines=tuple(lines),
        pressable=labels_of(pieces),
        is_form=view.type == "modal",
    )


def _acked(delivery: Delivery) -> None:
    assert delivery.is_acked, f"not answered in time: {delivery.failures}"
