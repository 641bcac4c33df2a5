"""Slack keeps the promises of `ChatPlatform`: the real libraries, real sockets, the stand-in."""

from collections.abc import AsyncIterator

import pytest

from adapters.slack.platform import SlackPlatform
from adapters.slack.render import rendered
from bot.chat.cards import Card, message
from bot.chat.forms import Form, FormField
from bot.chat.messages import Place, Sender
from bot.chat.platform import Right
from tests.adapters.slack.house import House
from tests.contracts.chat_platform import (
    ASKING,
    OUTCOME,
    ChatPlatformContract,
    Visible,
)
from tests.servers.slack.blocks import checked_blocks
from tests.servers.slack.views import told
from tests.servers.slack.world import Message

SAID = (
    ASKING,
    OUTCOME,
    *map(message, ("other words", "something else", "hello", "On Wednesday.")),
)
"""The cards that the contract says; they are known again by what Slack shows."""


class SlackStage:
    """The team channel of a workspace, seen as its people see it."""

    def __init__(self, house: House) -> None:
        self.house = house

    @property
    def platform(self) -> SlackPlatform:
        return self.house.door.platform

    @property
    def ana(self) -> Sender:
        return self.house.sender(self.house.ana)

    @property
    def team(self) -> Place:
        return self.house.place()

    async def visible(self) -> list[Visible]:
        return [_visible(one) for one in self.house.team.messages.values() if one.is_shown]

    def forms(self) -> list[str]:
        views = self.house.slack.backend.world.views.values()
        opened = [told(self.house.slack.backend, one)["private_metadata"] for one in views]
        return [value for one in opened for value in ("edit:1",) if value in one]


def _visible(shown: Message) -> Visible:
    id_ = f"{shown.seen_by}~{shown.ts}" if shown.seen_by else shown.ts
    return Visible(id_, _card(shown), shown.seen_by)


def _card(shown: Message) -> Card:
    for card in SAID:
        drawn = rendered(card)
        if (shown.text, shown.blocks) == (drawn.text, checked_blocks(list(drawn.blocks))):
            return card
    raise AssertionError(f"not a card of the contract: {shown.text!r} {shown.blocks}")


@pytest.fixture
async def stage(house: House) -> AsyncIterator[SlackStage]:
    yield SlackStage(house)
    assert house.slack.complaints == []


class TestSlackPlatform(ChatPlatformContract):
    """What Slack allows in one way alone is asked in that way: whispers are edited by the press's
    own address, forms opened by a live trigger, answers grow in direct conversations."""

    async def test_what_one_person_sees_stays_so_after_an_edit(  # type: ignore[override]
        self, stage: SlackStage
    ) -> None:
        ref = await stage.platform.post(stage.team, ASKING, seen_by=stage.ana)
        (shown,) = stage.house.ana.messages(stage.house.team)
        assert stage.house.ben.messages(stage.house.team) == []
        await stage.house.ana.clicks(shown, "Confirm")
        await stage.house.door.settle()
        (press,) = stage.house.heard.presses
        assert press.message == ref
        await stage.platform.update(ref, OUTCOME, reply=press.reply)
        assert await stage.visible() == [Visible(ref.id, OUTCOME, stage.ana.user)]

    async def test_a_form_is_opened_for_who_asked(  # type: ignore[override]
        self, stage: SlackStage
    ) -> None:
        await stage.house.ana.uses_shortcut("new_event")
        await stage.house.door.settle()
        (shortcut,) = stage.house.heard.shortcuts
        form = Form(value="edit:1", title="Edit", fields=(FormField(name="t", label="Title"),))
        await stage.platform.open_form(
            form, place=stage.team, sender=stage.ana, trigger=shortcut.trigger
        )
        assert stage.forms() == ["edit:1"]
        assert stage.house.ana.modal() is not None
        assert stage.house.ben.modal() is None

    async def test_an_answer_that_grew_stands_once(  # type: ignore[override]
        self, stage: SlackStage
    ) -> None:
        asked = await stage.house.ana.dms("what is on?")
        for thread in (None, asked.ts):
            place = stage.house.place(stage.house.ana.dm, thread)
            stream = await stage.platform.stream(place, seen_by=stage.ana)
            assert stream is not None
            await stream.append("On Wed")
            await stream.append("nesday")
            ref = await stream.finish(OUTCOME)
            shown = stage.house.ana.messages(stage.house.ana.dm)[-1]
            assert _visible(shown) == Visible(ref.id, OUTCOME, None)
            assert shown.thread_ts == thread
        bots = [one for one in stage.house.ana.dm.messages.values() if one.bot_id]
        assert len(bots) == 2

    async def test_who_made_a_channel_or_runs_the_workspace_may_manage(
        self, stage: SlackStage
    ) -> None:
        house = stage.house
        boss, maker, guest = (
            house.acme.user("Bo Boss", is_owner=True),
            house.acme.user("Max Maker"),
            house.acme.user("Gil Guest", is_guest=True),
        )
        channel = house.acme.channel("made", maker, boss, guest)
        place, may = house.place(channel), stage.platform.may
        allowed = {
            one.account.name: await may(house.sender(one), place, Right.MANAGE)
            for one in (boss, maker, guest, house.eve)
        }
        speaks = {
            one.account.name: await may(house.sender(one), place, Right.SPEAK)
            for one in (guest, house.eve)
        }
        governs = {
            one.account.name: await may(house.sender(one), there, Right.GOVERN)
            for one in (boss, maker, guest, house.eve)
            for there in (place, house.place(one.dm))
        }
        assert governs == {
            "Bo Boss": True, "Max Maker": False, "Gil Guest": False, "Eve Elm": False
        }  # fmt: skip
        assert allowed == {
            "Bo Boss": True, "Max Maker": True, "Gil Guest": False, "Eve Elm": False
        }  # fmt: skip
        assert speaks == {"Gil Guest": True, "Eve Elm": False}

    async def test_a_key_is_looked_up_where_it_may_stand_already(self, stage: SlackStage) -> None:
        first = await stage.platform.post(stage.team, ASKING, key="k")
        stage.house.keys.standing.clear()
        assert await stage.platform.post(stage.team, ASKING, key="k") == first
        assert await stage.visible() == [Visible(first.id, ASKING, None)]
