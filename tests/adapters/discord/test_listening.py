"""What is said and done on Discord arrives in the chat's words."""

import asyncio
from datetime import UTC

import discord
import pytest

from adapters.discord import listeners
from bot.chat.cards import message
from bot.chat.forms import Option
from bot.chat.messages import (
    Command,
    IncomingMessage,
    Place,
    PlaceKind,
    Sender,
    Shortcut,
    ShortcutKind,
    Wanted,
)
from tests.adapters.discord.conftest import Town


def person(town: Town, name: str) -> Sender:
    who = {"ana": town.ana, "bo": town.bo}[name]
    return Sender(platform="discord", workspace="", user=str(who.id), name=name)


def team(town: Town, thread: int | None = None) -> Place:
    return Place(
        platform="discord",
        workspace=str(town.guild.id),
        channel=str(town.team.id),
        thread=str(thread) if thread else None,
        kind=PlaceKind.CHANNEL,
        name="#team",
    )


async def test_a_direct_message_is_heard_and_answered_there(town: Town) -> None:
    async def answer(heard: IncomingMessage) -> None:
        await town.platform.post(heard.place, message("Nothing *is* on today."))

    town.talk.does = answer
    await town.ana.send_dm("what's on today?")
    heard = town.talk.last
    assert heard.text == "what's on today?"
    assert heard.sender == person(town, "ana")
    assert (heard.place.kind, heard.place.workspace) == (PlaceKind.DIRECT, "")
    assert heard.at.tzinfo is UTC
    shown = town.dm(town.ana).last_message
    assert shown is not None
    assert shown.content == "Nothing \\*is\\* on today."


async def test_a_mention_is_heard_without_the_bots_name(town: Town) -> None:
    await town.ana.send(
        town.team, f"<@{town.bot}> lunch with <@!{town.bo.id}> in <#{town.team.id}> <:yes:12>"
    )
    heard = town.talk.last
    assert heard.text == "lunch with @bo in #team :yes:"
    assert heard.mentioned == (person(town, "bo"),)
    assert heard.place == team(town)


async def test_a_timestamp_is_read_as_a_date(town: Town) -> None:
    await town.ana.send(town.team, f"<@{town.bot}> call at <t:1774526400:F>")
    assert town.talk.last.text == "call at 2026-03-26 12:00 UTC"


async def test_words_to_others_are_not_heard(town: Town) -> None:
    await town.ana.send(town.team, "lunch?")
    await town.ana.send(town.team, f"<@{town.bo.id}> lunch?")
    await town.ana.send(town.team, "@everyone lunch?")
    assert town.talk.heard == []


async def test_a_mention_in_a_thread_is_heard_in_the_thread(town: Town) -> None:
    said = await town.ana.send(town.team, "plans")
    channel = town.door.client.get_channel(town.team.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.create_thread(name="plans", message=discord.Object(said.id))
    [thread] = town.team.threads
    await town.ana.send(thread, f"<@{town.bot}> next week?")
    assert town.talk.last.place == team(town, thread.id)
    ref = await town.platform.post(town.talk.last.place, message("Tuesday."))
    assert [str(one.id) for one in thread.history() if one.content == "Tuesday."] == [ref.id]


async def test_a_redelivered_message_is_heard_once(town: Town) -> None:
    said = await town.ana.send_dm("hello")
    await town.door.client.on_message(said)
    assert len(town.talk.heard) == 1


@pytest.mark.parametrize(
    ("word", "options", "text"),
    [
        ("ask", {"words": "am I free\non friday?"}, "am I free\non friday?"),
        ("today", {}, ""),
        ("today", {"calendar": "Work"}, "on my Work calendar"),
        ("week", {"when": "next week"}, "next week"),
        ("free", {"when": "friday", "length": "45 minutes"}, "45 minutes on friday"),
        ("free", {"when": "tomorrow"}, "tomorrow"),
        ("find", {"event": "standup", "when": "next month"}, "standup next month"),
        (
            "new",
            {
                "title": "Lunch",
                "when": "friday 12:30",
                "length": "45 minutes",
                "where": "Mensa",
                "calendar": "Work",
            },
            "Lunch on friday 12:30 for 45 minutes at Mensa on my Work calendar",
        ),
        ("new", {"title": "Call", "when": "9:30"}, "Call at 9:30"),
        ("remind", {"what": "send the report", "when": "tomorrow at 9"}, None),
        ("remind", {"event": "standup"}, "10 minutes before standup"),
        ("link", {"what": "slack", "code": "ABC123"}, "slack ABC123"),
        ("feed", {}, ""),
        ("feed", {"what": "busy only", "calendar": "Work"}, "of Work busy only"),
        ("feed", {"what": "of this channel"}, "of this channel"),
        ("settings", {"words": "24 hour clock"}, "24 hour clock"),
        ("help", {}, ""),
    ],
)
async def test_a_command_says_its_options_in_words(
    town: Town, word: str, options: dict[str, str], text: str | None
) -> None:
    await town.ana.slash(town.team, f"cal {word}", **options)
    heard = town.talk.last
    assert isinstance(heard, Command)
    assert heard.name == ("" if word == "ask" else word)
    assert heard.text == (text if text is not None else "to send the report tomorrow at 9")
    assert (heard.place, heard.sender) == (team(town), person(town, "ana"))


async def test_the_command_ends_a_feed_in_words(town: Town) -> None:
    await town.ana.slash(town.team, "cal feed", what="stop the feed")
    assert (town.talk.last.name, town.talk.last.text) == ("", "stop the feed")


async def test_a_command_names_the_person_who_was_chosen(town: Town) -> None:
    await town.ana.slash(town.team, "cal free", when="friday", length="1h", **{"with": town.bo})
    assert town.talk.last.text == "1h on friday with @bo"
    assert town.talk.last.mentioned == (person(town, "bo"),)


async def test_the_name_of_an_event_that_was_chosen_stays_as_it_is(town: Town) -> None:
    await town.ana.slash(town.team, "cal find", event="**Bold** <@7> `x`", when="**friday**")
    assert town.talk.last.text == "**Bold** <@7> `x` friday"
    assert town.talk.last.mentioned == ()


async def test_a_command_names_the_people_whom_its_words_mention(town: Town) -> None:
    """Discord tells their ids alone; the bot's own says only who is spoken to."""
    words = f"<@{town.bot}> **lunch** with <@{town.bo.id}> in <#{town.team.id}>"
    await town.ana.slash(town.team, "cal ask", words=words)
    assert town.talk.last.text == "lunch with @bo in #team"
    assert town.talk.last.mentioned == (person(town, "bo"),)


async def test_commands_work_in_direct_messages(town: Town) -> None:
    async def answer(command: Command) -> None:
        await town.platform.post(command.place, message("Nothing."))

    town.talk.does = answer
    await town.ana.send_dm("hi")
    shown = await town.ana.user.slash("cal today")
    assert shown.response is not None
    assert shown.response.content == "Nothing."
    assert not shown.response.ephemeral
    assert town.talk.last.place.is_private


async def test_options_complete_what_is_typed(town: Town) -> None:
    town.talk.options = [Option("Standup, Wed 09:30", "standup"), Option("x" * 200, "y")] + [
        Option(f"Event {n}", f"e{n}") for n in range(40)
    ]
    choices = await town.ana.autocomplete(town.team, "cal find", "event", "sta")
    assert len(choices) == 25
    assert choices[0] == {"name": "Standup, Wed 09:30", "value": "standup"}
    assert len(choices[1]["name"]) == 100
    typed = town.talk.typed[-1]
    assert (typed.wanted, typed.text, typed.sender) == (Wanted.EVENT, "sta", person(town, "ana"))
    await town.ana.autocomplete(town.team, "cal new", "when", "fri")
    await town.ana.autocomplete(town.team, "cal today", "calendar", "")
    assert [one.wanted for one in town.talk.typed[1:]] == [Wanted.TIME, Wanted.CALENDAR]


async def test_options_that_take_too_long_are_none(town: Town) -> None:
    async def hang() -> None:
        await town.env.external_wait(asyncio.Event().wait(), reason="a slow calendar")

    town.talk.options = [Option("Standup", "standup")]
    town.talk.suggests = hang
    await town.ana.autocomplete(town.team, "cal find", "event", "sta")
    await town.env.advance_time(listeners.QUICK)
    told = town.env.http_requests[-1].json
    assert told == {"type": 8, "data": {"choices": []}}


async def test_a_message_becomes_a_shortcut(town: Town) -> None:
    said = await town.bo.send(town.team, f"dinner at mine on friday <@{town.ana.id}>?")
    await town.ana.context_menu(town.team, "Make an event of this", said)
    shortcut = town.talk.last
    assert isinstance(shortcut, Shortcut)
    assert shortcut.kind is ShortcutKind.EVENT_OF_MESSAGE
    assert (shortcut.place, shortcut.sender) == (team(town), person(town, "ana"))
    assert shortcut.message is not None
    assert shortcut.message.text == "dinner at mine on friday @ana?"
    assert (shortcut.message.author, shortcut.message.at) == ("bo", said.created_at)
    assert str(said.id) in shortcut.message.url


async def test_a_person_becomes_a_shortcut(town: Town) -> None:
    await town.ana.context_menu(town.team, "Find a time with …", town.bo)
    shortcut = town.talk.last
    assert (shortcut.kind, shortcut.other) == (ShortcutKind.TIME_WITH, person(town, "bo"))


async def test_an_app_has_no_calendar(town: Town) -> None:
    """Neither where a time with it is looked for, nor where it is named beside the bot."""
    app = town.guild.add_member(town.env.create_user("deploys", bot=True))
    asked = await town.ana.context_menu(town.team, "Find a time with …", app)
    assert asked.response is not None
    told = (asked.response.content, asked.response.ephemeral)
    assert told == ("deploys is an app and has no calendar. Choose a person.", True)
    assert town.talk.heard == []
    await town.ana.send(town.team, f"<@{town.bot}> lunch with <@{app.id}>")
    assert [(one.text, one.mentioned) for one in town.talk.heard] == [("lunch with @deploys", ())]


async def test_commands_can_be_used_by_anybody_anywhere(town: Town) -> None:
    for command in town.door.client.tree.get_commands():
        told = command.to_dict(town.door.client.tree)
        assert told["contexts"] == [0, 1, 2], told["name"]
        assert told["integration_types"] == [0, 1], told["name"]
    menus = town.door.client.tree.get_commands()
    assert {one.name for one in menus} == {"cal", "Make an event of this", "Find a time with …"}


async def test_commands_are_told_to_discord_only_when_they_changed(town: Town) -> None:
    assert town.memory.syncs == 1
    await town.restart()
    assert town.memory.syncs == 1
    town.memory.marks = dict.fromkeys(town.memory.marks, "an older mark")
    await town.restart()
    assert town.memory.syncs == 2
