"""Presses: their cards are edited, they are answered, and they outlive restarts."""

import asyncio

import discord
import pytest

from bot.chat.forms import Form, FormField
from bot.chat.messages import ButtonPress, Command, MessageRef
from bot.chat.platform import PlaceGone
from tests.adapters.discord.conftest import Town
from tests.adapters.discord.house import Heard
from tests.adapters.discord.seen import words
from tests.adapters.discord.test_listening import person, team
from tests.adapters.discord.test_speaking import CARD, DONE, posted


async def test_a_press_edits_its_card_and_is_answered(town: Town) -> None:
    async def act(heard: Heard) -> None:
        if isinstance(heard, ButtonPress):
            assert heard.message is not None
            await town.platform.update(heard.message, DONE, reply=heard.reply)

    ref = await town.platform.post(team(town), CARD)
    town.talk.does = act
    shown = next(one for one in town.team.history() if str(one.id) == ref.id)
    result = await town.bo.click(shown, label="Confirm")
    press = town.talk.last
    assert isinstance(press, ButtonPress)
    assert (press.value, press.message, press.reply) == ("confirm:1", ref, None)
    assert (press.place, press.sender) == (team(town), person(town, "bo"))
    assert result.acknowledged
    assert posted(town) == ["### ✓ Moved."]


async def test_a_choice_is_a_press_of_its_value(town: Town) -> None:
    await town.platform.post(team(town), CARD)
    shown = town.team.last_message
    assert shown is not None
    result = await town.ana.select(shown, ["snooze:10"])
    assert town.talk.last.value == "snooze:10"
    assert result.acknowledged


async def test_buttons_live_through_a_restart(town: Town) -> None:
    await town.platform.post(team(town), CARD)
    await town.restart()
    shown = town.team.last_message
    assert shown is not None
    await town.ana.click(shown, label="Confirm")
    await town.ana.select(shown, ["snooze:10"])
    assert [one.value for one in town.talk.heard] == ["confirm:1", "snooze:10"]


async def test_a_hidden_card_is_edited_by_its_own_press(town: Town) -> None:
    async def act(heard: Heard) -> None:
        if isinstance(heard, ButtonPress):
            assert heard.reply is not None
            assert heard.message is not None
            await town.platform.update(heard.message, DONE, reply=heard.reply)
        else:
            await town.platform.post(heard.place, CARD, seen_by=heard.sender)

    town.talk.does = act
    result = await town.ana.slash(town.team, "cal ask", words="move lunch")
    assert result.response is not None
    await town.ana.click(result.response, label="Confirm")
    again = result.response
    assert words(again.content, again.components) == "### ✓ Moved."
    assert again.ephemeral


async def test_a_hidden_card_can_be_edited_by_what_showed_it_for_a_while(town: Town) -> None:
    shown: list[MessageRef] = []

    async def act(command: Command) -> None:
        shown.append(await town.platform.post(command.place, CARD, seen_by=command.sender))

    town.talk.does = act
    result = await town.ana.slash(town.team, "cal ask", words="move lunch")
    await town.platform.update(shown[0], DONE)
    assert result.response is not None
    assert words(result.response.content, result.response.components) == "### ✓ Moved."
    await town.env.advance_time(15 * 60)
    with pytest.raises(PlaceGone):
        await town.platform.update(shown[0], CARD)


async def test_a_slow_press_is_deferred_in_time_without_a_change(town: Town) -> None:
    late = asyncio.Event()

    async def slow(press: ButtonPress) -> None:
        await town.env.external_wait(late.wait(), reason="a slow calendar")

    await town.platform.post(team(town), CARD)
    shown = town.team.last_message
    assert shown is not None
    town.talk.does = slow
    result = await town.ana.click(shown, label="Confirm")
    await town.env.advance_time(2)
    assert result.acknowledged
    late.set()
    await town.env.settle()
    assert posted(town)[0].startswith("### Move")


async def test_a_press_that_nobody_knows_any_more_is_answered(town: Town) -> None:
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Old", custom_id="from an older version"))
    channel = town.door.client.get_partial_messageable(town.team.id)
    shown = await channel.send("Well?", view=view)
    town.door.client._connection._view_store._views.clear()
    result = await town.ana.click(shown, label="Old")
    assert result.acknowledged
    assert "Ask me again" in result.followups[0].content


async def test_edits_after_a_form_was_opened_go_another_way(town: Town) -> None:
    async def act(press: ButtonPress) -> None:
        form = Form(value="edit:1", title="Edit", fields=(FormField(name="t", label="Title"),))
        await town.platform.open_form(
            form, place=press.place, sender=press.sender, trigger=press.trigger
        )

    ref = await town.platform.post(team(town), CARD)
    town.talk.does = act
    shown = town.team.last_message
    assert shown is not None
    await town.ana.click(shown, label="Edit")
    await town.platform.update(ref, DONE)
    assert posted(town) == ["### ✓ Moved."]
