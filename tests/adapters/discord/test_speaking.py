"""Where and how something is said on Discord."""

import asyncio
import re
from functools import partial

import aiohttp
import discord
import pytest
from discord.http import Route

from adapters.discord.calls import Again, bound, call
from adapters.discord.edits import Edits
from bot.chat.cards import Button, Card, CardKind, Choice, Field, Select, message
from bot.chat.messages import Command, IncomingMessage, Place, Sender
from bot.chat.platform import GroupsThere, PlaceGone, PlatformBusy, PlatformError, Right
from tests.adapters.discord.conftest import Town
from tests.adapters.discord.house import Heard
from tests.adapters.discord.seen import words
from tests.adapters.discord.test_listening import person, team

CARD = Card(
    kind=CardKind.CARD,
    title=('Move "Lunch"?',),
    fields=(Field(name="was", value=("Wed 12:30",)),),
    buttons=(
        Button(label="Confirm", value="confirm:1"),
        Button(label="Edit", value="edit:1"),
    ),
    selects=(Select(label="Snooze …", choices=(Choice("10 minutes", "snooze:10"),)),),
)
DONE = Card(kind=CardKind.CARD, title=("✓ Moved.",))


def posted(town: Town) -> list[str]:
    """What stands in the channel for all, oldest first."""
    backend = town.env.backend
    return [
        words(one.content, one.components)
        for one in backend.messages[town.team.id].values()
        if one.author_id == backend.bot_user.id and not one.is_ephemeral
    ]


def direct(town: Town, name: str = "ana") -> list[str]:
    """What stands in somebody's direct messages from us."""
    person = {"ana": town.ana, "bo": town.bo}[name]
    return [
        words(one.content, [part.to_dict() for part in one.components])  # type: ignore[misc]
        for one in town.dm(person).history()
        if one.author.id == town.bot
    ]


def saying(town: Town, card: Card, *, private: bool = True) -> None:
    """Whatever is heard is answered with this card, in the channel for the asker alone."""

    async def answer(heard: Heard) -> None:
        hidden = heard.sender if private and not heard.place.is_private else None
        await town.platform.post(heard.place, card, seen_by=hidden)

    town.talk.does = answer


async def test_a_commands_private_answer_is_seen_by_the_asker_alone(town: Town) -> None:
    saying(town, message("You are free."))
    result = await town.ana.slash(town.team, "cal free")
    assert result.response is not None
    assert (result.response.content, result.response.ephemeral) == ("You are free.", True)
    assert posted(town) == []
    assert not town.env.backend.messages[town.team.id][result.response.id].flags & 1 << 7


async def test_what_another_process_answers_is_left_to_it(town: Town) -> None:
    asked: list[str] = []

    async def is_first(interaction: str) -> bool:
        asked.append(interaction)
        return len(asked) > 1

    town.door.client.listeners.sole = is_first
    saying(town, message("You are free."))
    result = await town.ana.slash(town.team, "cal free")
    assert (result.response, result.deferred, town.talk.heard) == (None, False, [])
    result = await town.ana.slash(town.team, "cal free")
    assert result.response is not None
    assert result.response.content == "You are free."


async def test_more_answers_follow_the_first(town: Town) -> None:
    async def answer(command: Command) -> None:
        for text in ("one", "two", "three"):
            await town.platform.post(command.place, message(text), seen_by=command.sender)

    town.talk.does = answer
    result = await town.ana.slash(town.team, "cal week")
    assert result.response is not None
    assert [one.content for one in result.followups] == ["two", "three"]
    assert all(one.ephemeral for one in (result.response, *result.followups))


async def test_a_public_card_goes_to_the_channel_and_thinking_goes_away(town: Town) -> None:
    async def answer(command: Command) -> None:
        await asyncio.sleep(0.05)
        await town.platform.post(command.place, CARD)

    town.talk.does = answer
    result = await town.ana.slash(town.team, "cal new", title="Lunch")
    assert result.response is None
    assert result.deferred
    assert [text.splitlines()[0] for text in posted(town)] == ['### Move "Lunch"?']


async def test_a_mentions_private_answer_goes_to_direct_messages_with_one_line(
    town: Town,
) -> None:
    saying(town, message("The dentist is at 9."))
    await town.ana.send(town.team, f"<@{town.bot}> what's on?")
    await town.ana.send(town.team, f"<@{town.bot}> and tomorrow?")
    assert direct(town) == ["The dentist is at 9."] * 2
    assert posted(town) == ["ana, the answer is in your direct messages."]


async def test_closed_direct_messages_are_said_so_once(town: Town) -> None:
    saying(town, message("The dentist is at 9."))
    town.env.inject_error(
        "POST", "/users/@me/channels", status=403, code=50007, times=None, message="Cannot send"
    )
    refused: list[Exception] = []

    async def answer(heard: Heard) -> None:
        try:
            await town.platform.post(heard.place, message("secret"), seen_by=heard.sender)
        except PlaceGone as err:
            refused.append(err)

    town.talk.does = answer
    await town.ana.send(town.team, f"<@{town.bot}> what's on?")
    await town.ana.send(town.team, f"<@{town.bot}> what's on?")
    assert len(refused) == 2
    [line] = posted(town)
    assert line.startswith("ana, I can't send you direct messages.")
    assert "secret" not in line


async def test_who_asks_is_answered_where_we_may_not_speak(town: Town) -> None:
    town.env.inject_error("POST", "/channels/*/messages", status=403, code=50013, times=None)
    saying(town, message("I can show your day."), private=False)
    result = await town.ana.slash(town.team, "cal help")
    assert result.response is not None
    assert result.response.content == "I can show your day."
    await town.env.advance_time(15 * 60)
    with pytest.raises(PlaceGone):
        await town.platform.post(team(town), message("a digest"))


async def test_direct_messages_that_refuse_are_closed(town: Town) -> None:
    direct_place = await town.platform.reach(person(town, "ana"))
    town.env.inject_error(
        "POST", f"/channels/{direct_place.channel}/messages", status=403, code=50007, times=None
    )
    with pytest.raises(PlaceGone):
        await town.platform.post(direct_place, message("secret"))
    with pytest.raises(PlaceGone):
        await town.platform.post(team(town), message("secret"), seen_by=person(town, "ana"))
    [line] = posted(town)
    assert line.startswith("ana, I can't send you direct messages.")


async def test_where_we_may_not_look_back_we_say_it(town: Town) -> None:
    await town.memory.intend("reminder:7")
    town.env.inject_error("GET", "/channels/*/messages", status=403, code=50013, times=None)
    await town.platform.post(team(town), CARD, key="reminder:7")
    assert len(posted(town)) == 1


async def test_closed_direct_messages_do_not_matter_to_a_command(town: Town) -> None:
    town.env.inject_error("POST", "/users/@me/channels", status=403, code=50007, times=None)
    saying(town, message("You are free."))
    result = await town.ana.slash(town.team, "cal free")
    assert result.response is not None
    assert result.response.content == "You are free."


async def test_after_a_quarter_of_an_hour_answers_go_another_way(town: Town) -> None:
    saying(town, message("early"))
    await town.ana.slash(town.team, "cal ask", words="hello")
    await town.env.advance_time(15 * 60)
    await town.platform.post(team(town), message("late"), seen_by=person(town, "ana"))
    assert direct(town) == ["late"]
    assert posted(town) == ["ana, the answer is in your direct messages."]


async def test_a_slow_answer_is_deferred_in_time(town: Town) -> None:
    late = asyncio.Event()

    async def slow(command: Command) -> None:
        await town.env.external_wait(late.wait(), reason="a slow model")
        await town.platform.post(command.place, message("At last."), seen_by=command.sender)

    town.talk.does = slow
    result = await town.ana.slash(town.team, "cal ask", words="think")
    assert result.deferred
    assert result.ephemeral
    late.set()
    await town.env.settle()
    assert result.response is not None
    assert result.response.content == "At last."


async def test_an_interaction_that_is_too_late_is_answered_another_way(town: Town) -> None:
    town.env.inject_error("POST", "/interactions/*", status=404, code=10062, times=None)
    saying(town, message("The dentist is at 9."))
    await town.ana.slash(town.team, "cal today")
    assert direct(town) == ["The dentist is at 9."]


async def test_a_key_says_it_once_over_a_restart(town: Town) -> None:
    first = await town.platform.post(team(town), CARD, key="reminder:7")
    await town.restart()
    assert await town.platform.post(team(town), message("other"), key="reminder:7") == first
    assert len(posted(town)) == 1


async def test_a_crash_before_it_was_written_down_says_nothing_twice(town: Town) -> None:
    town.memory.loses = True
    first = await town.platform.post(team(town), CARD, key="reminder:7")
    plain = await town.platform.post(team(town), message("Standup"), key="reminder:8")
    await town.restart()
    town.memory.loses = False
    assert await town.platform.post(team(town), CARD, key="reminder:7") == first
    assert await town.platform.post(team(town), message("Standup"), key="reminder:8") == plain
    assert len(posted(town)) == 2


async def test_a_crash_before_it_was_sent_sends_it(town: Town) -> None:
    await town.memory.intend("reminder:7")
    await town.platform.post(team(town), CARD, key="reminder:7")
    assert len(posted(town)) == 1


async def test_what_one_person_alone_saw_is_said_again_after_a_crash(town: Town) -> None:
    """Nobody can look up what an interaction showed one person: twice is better than never."""

    async def answer(heard: Heard) -> None:
        await town.platform.post(heard.place, CARD, seen_by=heard.sender, key="news:1")

    town.talk.does = answer
    town.memory.loses = True
    await town.ana.slash(town.team, "cal today")
    town.memory.loses = False
    await town.ana.slash(town.team, "cal today")
    await town.ana.slash(town.team, "cal today")  # the same key once more, written down by now
    backend = town.env.backend
    hidden = [one for one in backend.messages[town.team.id].values() if one.is_ephemeral]
    assert len([one for one in hidden if "Lunch" in words(one.content, one.components)]) == 2
    assert posted(town) == []


async def test_every_send_carries_a_mark(town: Town) -> None:
    await town.platform.post(team(town), CARD)
    await town.platform.post(team(town), CARD, key="a key")
    sent = [one.json for one in town.env.http_requests if one.path.endswith("/messages")]
    assert all(isinstance(one, dict) and one["enforce_nonce"] for one in sent)
    marks = [one["nonce"] for one in sent if isinstance(one, dict)]
    assert len(set(marks)) == 2
    assert all(0 < len(mark) <= 25 for mark in marks)


FORGED = "@everyone <@{bo}> <@&1> <#2> <t:0:R> [win](https://evil.test) </cal ask:1> `x` ||y||"


async def test_forged_mentions_do_nothing(town: Town) -> None:
    forged = FORGED.format(bo=town.bo.id)
    card = Card(kind=CardKind.CARD, title=(forged,), fields=(Field(name=forged, value=(forged,)),))
    for one in (card, message(forged)):
        await town.platform.post(team(town), one)
        shown = town.team.last_message
        assert shown is not None
        assert not shown.mentions
        assert not shown.mention_everyone
        text = words(shown.content, [part.to_dict() for part in shown.components])  # type: ignore[misc]
        assert not re.search(r"@everyone|<[@#/:t][^\\>]*>|(?<!\\)\]\(|(?<!\\)[`|]", text)
        assert "https\\://evil.test" in text
    for sent in town.env.http_requests:
        if sent.path.endswith("/messages") and isinstance(sent.json, dict):
            assert sent.json["allowed_mentions"] == {"parse": []}


async def test_what_fails_at_discord_is_said_once_a_moment_later(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.discord.calls.OUTAGE", (0.0, 0.0))
    town.env.inject_error("POST", "/channels/*/messages", status=503, times=2)
    await town.platform.post(team(town), CARD)
    assert len(posted(town)) == 1


async def test_a_connection_that_breaks_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.discord.calls.OUTAGE", (0.0, 0.0))
    broken: list[Exception] = [ConnectionResetError(), aiohttp.ServerDisconnectedError()]

    async def doing() -> str:
        if broken:
            raise broken.pop()
        return "said"

    assert await call(doing) == "said"
    broken = [aiohttp.ServerDisconnectedError()]
    with pytest.raises(PlatformBusy):
        await call(doing, again=Again.NEVER)


async def test_what_is_broken_off_in_a_limit_of_all_keeps_no_other_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("adapters.discord.calls.LONGEST_WAIT", 0.0)
    client = discord.Client(intents=discord.Intents.none())
    over = client.http._global_over = asyncio.Event()  # as discord.py leaves it during a limit
    bound(client.http)
    waiting = asyncio.create_task(client.http.request(Route("GET", "/gateway")))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait({waiting})
    async with asyncio.timeout(1):
        await over.wait()


async def test_discords_trouble_is_told_in_our_words(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.discord.calls.OUTAGE", ())
    town.env.inject_error("POST", "/channels/*/messages", status=503, times=1)
    with pytest.raises(PlatformBusy):
        await town.platform.post(team(town), CARD)
    town.env.inject_error("POST", "/channels/*/messages", status=403, code=50013, times=1)
    with pytest.raises(PlaceGone):
        await town.platform.post(team(town), CARD)
    await town.platform.post(team(town), CARD)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers grow from their first word on."""
    monkeypatch.setattr("adapters.discord.streaming.HOLD", 0.0)


@pytest.mark.usefixtures("at_once")
async def test_direct_messages_grow_and_channels_do_not(town: Town) -> None:
    assert await town.platform.stream(team(town)) is None

    async def answer(heard: IncomingMessage) -> None:
        stream = await town.platform.stream(heard.place)
        assert stream is not None
        await stream.append("On *Wed")
        await stream.append("nesday")
        await stream.finish(CARD)

    town.talk.does = answer
    await town.ana.send_dm("when?")
    assert [text.splitlines()[0] for text in direct(town)] == ['### Move "Lunch"?']
    grown = [
        one.json["content"]
        for one in town.env.http_requests
        if isinstance(one.json, dict) and one.json.get("content")
    ]
    assert grown == ["On \\*Wed …"]


async def test_a_quick_answer_is_sent_once_and_words_stay_words(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def answer(heard: IncomingMessage) -> None:
        stream = await town.platform.stream(heard.place)
        assert stream is not None
        await stream.append("On Wed")
        await stream.finish(message("On Wednesday."))

    town.talk.does = answer
    for hold in (5.0, 0.0):
        monkeypatch.setattr("adapters.discord.streaming.HOLD", hold)
        await town.ana.send_dm("when?")
    said = [
        one.json["content"]
        for one in town.env.http_requests
        if isinstance(one.json, dict) and one.json.get("content")
    ]
    assert said == ["On Wednesday.", "On Wed …", "On Wednesday."]


@pytest.mark.usefixtures("at_once")
async def test_a_streamed_answer_takes_the_place_of_thinking(town: Town) -> None:
    async def answer(command: Command) -> None:
        await asyncio.sleep(0.05)
        stream = await town.platform.stream(command.place)
        assert stream is not None
        await stream.append("Well")
        await stream.finish(message("Well then."))

    await town.ana.send_dm("hi")
    town.talk.does = answer
    result = await town.ana.user.slash("cal ask", words="hello")
    assert result.response is not None
    shown = result.response
    assert words(shown.content, shown.components) == "Well then."
    assert direct(town) == ["Well then."]


async def test_of_many_edits_at_once_the_last_one_stands() -> None:
    edits, made, go = Edits(), list[int](), asyncio.Event()

    async def edit(number: int) -> None:
        await go.wait()
        made.append(number)

    async with asyncio.TaskGroup() as group:
        for number in range(20):
            group.create_task(edits.edit("m", partial(edit, number)))
        await asyncio.sleep(0)
        go.set()
    assert made == [0, 19]


async def test_typing_is_shown_for_a_while_only_once(town: Town) -> None:
    for status in ("Looking at Tuesday", "Looking at Wednesday", ""):
        await town.platform.working(team(town), person(town, "ana"), status)
    assert [one.path for one in town.env.http_requests if "typing" in one.path] == [
        f"/channels/{town.team.id}/typing"
    ]
    nowhere = Place(platform="discord", workspace="", channel="nowhere")
    await town.platform.working(nowhere, person(town, "ana"), "Looking")


async def test_managing_is_for_those_whom_discord_lets(town: Town) -> None:
    ana, bo = person(town, "ana"), person(town, "bo")
    admins = town.guild.create_role(
        "admins", permissions=discord.Permissions(manage_guild=True, view_channel=True)
    )
    cleo_handle = town.guild.add_member(town.env.create_user("cleo"), roles=[admins])
    cleo = Sender(platform="discord", workspace="", user=str(cleo_handle.id))
    hidden = town.guild.create_text_channel(
        "hidden",
        overwrites={town.guild.default_role: discord.PermissionOverwrite(view_channel=False)},
    )
    secret = Place(
        platform="discord",
        workspace=str(town.guild.id),
        channel=str(hidden.id),
        kind=team(town).kind,
    )
    assert await town.platform.may(ana, team(town), Right.SPEAK)
    assert not await town.platform.may(ana, team(town), Right.MANAGE)
    assert await town.platform.may(cleo, team(town), Right.MANAGE)
    assert not await town.platform.may(ana, team(town), Right.GOVERN)
    assert not await town.platform.may(cleo, await town.platform.reach(cleo), Right.GOVERN)
    assert not await town.platform.may(bo, secret, Right.SPEAK)
    town.guild.remove_member(cleo_handle)
    assert not await town.platform.may(cleo, team(town), Right.MANAGE)


async def test_a_direct_conversation_is_its_owners(town: Town) -> None:
    place = await town.platform.reach(person(town, "ana"))
    assert await town.platform.may(person(town, "ana"), place, Right.MANAGE)
    assert not await town.platform.may(person(town, "bo"), place, Right.SPEAK)


async def test_who_stops_us_is_told_by_us(town: Town) -> None:
    never = asyncio.Event()

    async def hang(heard: Heard) -> None:
        await town.env.external_wait(never.wait(), reason="a model that never answers")

    town.talk.does = hang
    await town.ana.send_dm("what's on?")
    stopping = asyncio.create_task(town.door._work.stop(0))
    assert [one.sender.user for one in await stopping] == [str(town.ana.id)]


async def test_who_has_a_role_cannot_be_told_and_that_is_said(town: Town) -> None:
    town.guild.create_role("design")
    assert isinstance(town.platform, GroupsThere)
    with pytest.raises(PlatformError, match="see who has the role @Design"):
        await town.platform.members_of(team(town), "@Design")
    assert await town.platform.members_of(team(town), "@nobody") is None
