"""Saying things: whom it reaches, once, and how it grows."""

import asyncio
from dataclasses import replace

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.calls import call
from adapters.slack.methods import UPDATE
from adapters.slack.refusals import Away
from bot.chat.cards import Button, Card, CardKind, message
from bot.chat.forms import Form, FormField
from bot.chat.messages import ButtonPress, Command, MessageRef
from bot.chat.platform import (
    MailAddresses,
    PersonalPages,
    PlaceGone,
    PlatformError,
    Prompt,
    Right,
)
from tests.adapters.slack.house import AT_ONCE, House, open_house

CARD = Card(
    kind=CardKind.CARD,
    title=('Create "Lunch"?',),
    buttons=(Button(label="Confirm", value="confirm:1"),),
)
HELLO, OUTCOME = message("Hello."), message("✓ Created.")


async def test_a_card_has_words_for_notifications_and_shows_no_previews(house: House) -> None:
    await house.platform.post(house.place(), message("1 < 2, see https://x.test"))
    [call] = house.slack.calls("chat.postMessage")
    assert call.args["text"] == "1 &lt; 2, see https://x.test"
    assert (call.args["unfurl_links"], call.args["unfurl_media"]) == (False, False)
    assert house.slack.complaints == []


@pytest.mark.parametrize("alone", [False, True])
async def test_where_slack_takes_no_blocks_the_words_come_without(
    house: House, alone: bool
) -> None:
    method = "chat.postEphemeral" if alone else "chat.postMessage"
    house.slack.fault(method, error="invalid_blocks", times=1)
    seen_by = house.sender(house.ben) if alone else None
    await house.platform.post(house.place(), CARD, seen_by=seen_by)
    shown = await house.ben.sees('Create "Lunch"?', house.team)
    assert shown.blocks == []


async def test_a_whisper_in_a_thread_stands_in_the_thread(house: House) -> None:
    begun = await house.ana.says(house.team, "lunch?")
    await house.ben.mentions(house.team, "am I free?", thread=begun)
    await house.slack.until(lambda: bool(house.heard.messages))
    where = house.heard.messages[-1].place
    ref = await house.platform.post(where, HELLO, seen_by=house.sender(house.ben))
    shown = await house.ben.sees("Hello.", house.team)
    assert (shown.thread_ts, ref.place) == (begun.ts, where)
    assert not [one for one in house.ana.messages(house.team) if one.bot_id]


async def test_who_is_not_in_the_channel_is_told_directly(house: House) -> None:
    ref = await house.platform.post(house.place(), HELLO, seen_by=house.sender(house.eve))
    assert ref.place.channel == house.eve.dm.id
    await house.eve.sees("Hello.")


async def test_a_command_is_answered_where_the_bot_is_not(house: House) -> None:
    secret = house.acme.channel("secret", house.ben, private=True, bot=False)

    async def answer(command: Command) -> None:
        await house.platform.post(command.place, CARD, seen_by=command.sender)

    async def outcome(press: ButtonPress) -> None:
        assert press.message is not None
        await house.platform.update(press.message, OUTCOME, reply=press.reply)

    house.heard.answer_command, house.heard.answer_press = answer, outcome
    await house.ben.commands("/cal", "lunch", channel=secret)
    shown = await house.ben.sees("Lunch", secret)
    assert shown.seen_by == house.ben.id
    await house.ben.clicks(shown, "Confirm")
    await house.ben.sees("✓ Created.", secret)
    assert not [one for one in house.ben.messages(secret) if "Lunch" in one.text]


async def test_a_public_answer_to_a_command_is_seen_by_all_where_the_bot_is_not(
    house: House,
) -> None:
    lobby = house.acme.channel("lobby", house.ben, house.ana, bot=False)

    async def answer(command: Command) -> None:
        await house.platform.post(command.place, HELLO)

    house.heard.answer_command = answer
    await house.ben.commands("/cal", "today", channel=lobby)
    assert (await house.ana.sees("Hello.", lobby)).seen_by is None


async def test_a_public_card_is_edited_where_the_bot_is_not(house: House) -> None:
    lobby = house.acme.channel("lobby", house.ben, house.ana, bot=False)

    async def answer(command: Command) -> None:
        await house.platform.post(command.place, CARD)

    async def outcome(press: ButtonPress) -> None:
        assert press.message is not None
        await house.platform.update(press.message, OUTCOME, reply=press.reply)

    house.heard.answer_command, house.heard.answer_press = answer, outcome
    await house.ben.commands("/cal", "lunch", channel=lobby)
    await house.ana.clicks(await house.ana.sees("Lunch", lobby), "Confirm")
    shown = await house.ben.sees("✓ Created.", lobby)
    assert [one for one in house.ben.messages(lobby) if one.bot_id] == [shown]


async def test_a_card_that_slack_edits_no_more_is_edited_by_the_press_on_it(house: House) -> None:
    async def outcome(press: ButtonPress) -> None:
        assert press.message is not None
        await house.platform.update(press.message, OUTCOME, reply=press.reply)

    house.heard.answer_press = outcome
    ref = await house.platform.post(house.place(), CARD)
    house.slack.fault("chat.update", error="streaming_state_conflict", times=2)
    await house.ana.clicks(await house.ana.sees("Lunch", house.team), "Confirm")
    shown = await house.ben.sees("✓ Created.", house.team)
    assert shown.ts == ref.id
    with pytest.raises(PlaceGone):  # without a press on it: it is said anew
        await house.platform.update((await house.platform.post(house.place(), CARD)), OUTCOME)


async def test_a_long_key_is_a_key_too(house: House) -> None:
    key = "news:" + "x" * 500
    first = await house.platform.post(house.place(), HELLO, key=key)
    house.keys.standing.clear()
    assert await house.platform.post(house.place(), HELLO, key=key) == first
    assert max(len(key) for _, key in house.keys.begun) <= 200


async def test_used_up_addresses_lead_to_the_direct_conversation(house: House) -> None:
    secret = house.acme.channel("secret", house.ben, private=True, bot=False)
    await house.ben.commands("/cal", "lunch", channel=secret)
    await house.slack.until(lambda: bool(house.heard.commands))
    [command] = house.heard.commands
    refs = [
        await house.platform.post(command.place, HELLO, seen_by=command.sender) for _ in range(6)
    ]
    assert [ref.place.channel for ref in refs] == [secret.id] * 5 + [house.ben.dm.id]


async def test_what_one_person_saw_cannot_be_edited_without_a_press(house: House) -> None:
    ref = await house.platform.post(house.place(), CARD, seen_by=house.sender(house.ben))
    with pytest.raises(PlaceGone):
        await house.platform.update(ref, OUTCOME)


async def test_a_key_is_said_once_also_after_a_crash(house: House) -> None:
    first = await house.platform.post(house.place(), HELLO, key="reminder:1")
    house.keys.standing.clear()  # posted, and then the process died before it was written down
    assert await house.platform.post(house.place(), HELLO, key="reminder:1") == first
    assert len(house.slack.calls("chat.postMessage")) == 1
    thread = house.place(thread=first.id)
    second = await house.platform.post(thread, HELLO, key="reminder:2")
    house.keys.standing.clear()
    assert await house.platform.post(thread, HELLO, key="reminder:2") == second
    assert len(house.slack.calls("chat.postMessage")) == 2


async def test_what_one_person_alone_saw_is_said_again_after_a_crash(house: House) -> None:
    """Slack tells nobody whether it stands: twice is a nuisance to one, never is worse."""
    ben = house.sender(house.ben)
    first = await house.platform.post(house.place(), HELLO, seen_by=ben, key="news:1")
    assert await house.platform.post(house.place(), HELLO, seen_by=ben, key="news:1") == first
    assert len(house.slack.calls("chat.postEphemeral")) == 1
    house.keys.standing.clear()
    await house.platform.post(house.place(), HELLO, seen_by=ben, key="news:1")
    assert len(house.slack.calls("chat.postEphemeral")) == 2
    assert not [one for one in house.ana.messages(house.team) if one.bot_id]


async def test_what_went_to_them_directly_instead_is_found_after_a_crash(house: House) -> None:
    eve = house.sender(house.eve)  # she is not in the channel
    first = await house.platform.post(house.place(), HELLO, seen_by=eve, key="news:1")
    house.keys.standing.clear()
    assert (await house.platform.post(house.place(), HELLO, seen_by=eve, key="news:1")) == first
    assert len([one for one in house.eve.messages(house.eve.dm) if one.bot_id]) == 1


@pytest.mark.parametrize("key", ["reminder:1", None])
async def test_an_answer_of_slack_that_got_lost_says_nothing_twice(
    house: House, key: str | None
) -> None:
    house.slack.fault("chat.postMessage", lose_answer=True)
    ref = await house.platform.post(house.place(), HELLO, key=key)
    assert [one.ts for one in house.ana.messages(house.team) if one.bot_id] == [ref.id]


async def test_what_one_person_sees_is_said_after_trouble_at_slack(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.posting.OUTAGE_ALONE", (0.0,))
    house.slack.fault("chat.postEphemeral", status=502)
    await house.platform.post(house.place(), HELLO, seen_by=house.sender(house.ana))
    await house.ana.sees("Hello.", house.team)


async def test_an_answer_outlasts_an_outage_of_all_of_slack(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.calls.OUTAGE", ())
    monkeypatch.setattr("adapters.slack.posting.OUTAGE", (0.0, 0.0, 0.0))
    house.slack.fault("chat.postMessage", status=502, times=2)
    house.slack.fault("conversations.history", status=502)
    ref = await house.platform.post(house.place(), HELLO)
    assert [one.ts for one in house.ana.messages(house.team) if one.bot_id] == [ref.id]


async def test_a_silence_of_slack_leaves_open_what_it_did_and_is_not_waited_for_twice() -> None:
    asked: list[str] = []

    class Mute(AsyncWebClient):
        async def api_call(self, api_method: str, **_: object) -> AsyncSlackResponse:
            asked.append(api_method)
            raise TimeoutError

    with pytest.raises(Away):
        await call(Mute(), UPDATE, channel="C1", ts="1.1")
    assert asked == ["chat.update"]


async def test_two_at_once_under_one_key_say_it_once(house: House) -> None:
    post = house.platform.post
    first, second = await asyncio.gather(
        *(post(house.place(), HELLO, key="reminder:1") for _ in range(2))
    )
    assert first == second
    assert len(house.slack.calls("chat.postMessage")) == 1


async def test_an_answer_grows_in_its_thread_and_becomes_the_card(house: House) -> None:
    asked = await house.ana.dms("what's on?")
    direct = replace(await house.platform.reach(house.sender(house.ana)), thread=asked.ts)
    stream = await house.platform.stream(direct, seen_by=house.sender(house.ana))
    assert stream is not None
    await stream.append("You have ")
    await stream.append("a lunch")
    ref = await stream.finish(CARD)
    [shown] = [one for one in house.ana.messages(house.ana.dm) if one.bot_id]
    assert (shown.ts, shown.thread_ts, shown.text) == (ref.id, asked.ts, 'Create "Lunch"?')
    methods = ("chat.startStream", "chat.appendStream", "chat.stopStream", "chat.update")
    assert [len(house.slack.calls(method)) for method in methods] == [1, 1, 1, 1]


async def test_words_that_grew_to_their_end_stay_as_they_are(house: House) -> None:
    asked = await house.ana.dms("what's on?")
    direct = replace(await house.platform.reach(house.sender(house.ana)), thread=asked.ts)
    stream = await house.platform.stream(direct, seen_by=house.sender(house.ana))
    assert stream is not None
    await stream.append("Nothing ")
    await stream.append("today.")
    await stream.finish(message("Nothing today."))
    [shown] = [one for one in house.ana.messages(house.ana.dm) if one.bot_id]
    assert (shown.text, shown.is_streaming) == ("Nothing today.", False)
    assert house.slack.calls("chat.update") == []


@pytest.mark.parametrize("more", ["[your bank](https://evil.test)", "*all* free", "\n  9:00 gym"])
async def test_words_that_a_stream_would_style_are_shown_as_they_are(
    house: House, more: str
) -> None:
    """A stream takes Markdown; what stands in the end does not."""
    asked = await house.ana.dms("what's on?")
    direct = replace(await house.platform.reach(house.sender(house.ana)), thread=asked.ts)
    stream = await house.platform.stream(direct, seen_by=house.sender(house.ana))
    assert stream is not None
    for words in ("You have ", more, " then"):
        await stream.append(words)
    await stream.finish(message(f"You have {more} then"))
    [shown] = [one for one in house.ana.messages(house.ana.dm) if one.bot_id]
    assert shown.blocks
    grown = [one.args["markdown_text"] for one in house.slack.calls("chat.appendStream")]
    assert not any("](" in one or "*" in one for one in grown)


async def test_a_stream_that_died_is_finished_all_the_same(house: House) -> None:
    asked = await house.ana.dms("what's on?")
    direct = replace(await house.platform.reach(house.sender(house.ana)), thread=asked.ts)
    stream = await house.platform.stream(direct, seen_by=house.sender(house.ana))
    assert stream is not None
    await stream.append("You have ")
    house.slack.skip(600)
    await stream.append("a lunch")
    ref = await stream.finish(OUTCOME)
    [shown] = [one for one in house.ana.messages(house.ana.dm) if one.bot_id]
    assert (shown.ts, shown.text) == (ref.id, "✓ Created.")


async def test_where_no_stream_can_be_had_the_answer_comes_whole(house: House) -> None:
    asked = await house.ana.dms("what's on?")
    direct = replace(await house.platform.reach(house.sender(house.ana)), thread=asked.ts)
    house.slack.fault("chat.startStream", error="unknown_method", times=5)
    stream = await house.platform.stream(direct, seen_by=house.sender(house.ana))
    assert stream is not None
    await stream.append("You have ")
    await stream.append("a lunch")
    await stream.finish(OUTCOME)
    [shown] = [one for one in house.ana.messages(house.ana.dm) if one.bot_id]
    assert shown.text == "✓ Created."


async def test_a_quick_answer_is_posted_once() -> None:
    async with open_house(pace=replace(AT_ONCE, stream_after=60.0)) as house:
        direct = await house.platform.reach(house.sender(house.ana))
        stream = await house.platform.stream(direct)
        assert stream is not None
        await stream.append("You have a lunch")
        await stream.finish(OUTCOME)
        assert len(house.slack.calls("chat.postMessage")) == 1
        assert house.slack.calls("chat.update") == []


async def test_nothing_grows_where_others_read_along(house: House) -> None:
    assert await house.platform.stream(house.place()) is None


async def test_at_most_four_prompts_are_offered_without_a_thread(house: House) -> None:
    prompts = [Prompt(f"title {n}", f"words {n}") for n in range(6)]
    direct = await house.platform.reach(house.sender(house.ana))
    assert isinstance(house.platform, PersonalPages)
    await house.platform.offer(direct, house.sender(house.ana), prompts)
    [call] = house.slack.calls("assistant.threads.setSuggestedPrompts")
    assert [one["title"] for one in call.args["prompts"]] == [f"title {n}" for n in range(4)]
    assert "thread_ts" not in call.args
    house.slack.fault("assistant.threads.setSuggestedPrompts", error="missing_scope")
    await house.platform.offer(direct, house.sender(house.ana), prompts)


async def test_a_form_needs_a_press(house: House) -> None:
    form = Form(value="edit:1", title="Edit", fields=(FormField(name="t", label="T"),))
    with pytest.raises(PlatformError):
        await house.platform.open_form(
            form, place=house.place(), sender=house.sender(house.ana), trigger=None
        )


async def test_what_was_never_said_cannot_be_edited(house: House) -> None:
    with pytest.raises(PlaceGone):
        await house.platform.update(MessageRef(place=house.place(), id="1.1"), HELLO)


async def test_nobody_reads_anothers_direct_conversation(house: House) -> None:
    direct = await house.platform.reach(house.sender(house.ana))
    may = house.platform.may
    assert await may(house.sender(house.ana), direct, Right.SPEAK)
    assert not await may(house.sender(house.ben), direct, Right.SPEAK)
    other = replace(house.sender(house.ana), workspace="T9")
    assert not await may(other, direct, Right.SPEAK)


async def test_whom_slack_shows_an_address_of_is_known_by_it(house: House) -> None:
    assert isinstance(house.platform, MailAddresses)
    shown = house.ben.account.email
    assert shown
    assert await house.platform.mail_of(house.sender(house.ben)) == shown
    nobody = replace(house.sender(house.ben), user="U0GONE")
    assert await house.platform.mail_of(nobody) == ""


async def test_the_environment_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bolt would read it by itself: another token, an installation flow with files at home."""
    for name in ("SLACK_BOT_TOKEN", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_SCOPES"):
        monkeypatch.setenv(name, "xoxb-of-somebody-else")
    async with open_house() as house:
        await house.ana.dms("hello")
        await house.slack.until(lambda: bool(house.heard.messages))
        await house.platform.post(house.heard.messages[0].place, HELLO)
        await house.ana.sees("Hello.")


async def test_who_cannot_be_asked_about_is_asked_about_once(house: House) -> None:
    house.slack.fault("users.info", error="user_not_found", times=9)
    await house.ana.dms("one")
    await house.ana.dms("two")
    await house.slack.until(lambda: len(house.heard.messages) == 2)
    assert [one.sender.user for one in house.heard.messages] == [house.ana.id] * 2
    assert len(house.slack.calls("users.info")) == 1
