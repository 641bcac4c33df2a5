"""What comes in from Slack, through the real Bolt over a real socket."""

from bot.chat.cards import Button, Card, CardKind, Field, Select, message
from bot.chat.cards import Choice as Entry
from bot.chat.forms import Form, FormField
from bot.chat.messages import (
    ButtonPress,
    IncomingMessage,
    Opened,
    Page,
    PlaceKind,
    ShortcutKind,
)
from tests.adapters.slack.house import House

CARD = Card(
    kind=CardKind.CARD,
    title=('Create "Lunch"?',),
    fields=(Field(name="when", value=("Wed 11 March 12:30–13:15",)),),
    buttons=(
        Button(label="Confirm", value="confirm:1"),
        Button(label="Join", value="join:1", url="https://meet.example/x"),
    ),
    selects=(Select(label="Snooze …", choices=(Entry("10 minutes", "snooze10:1"),)),),
)


async def test_a_mention_is_answered_in_its_thread(house: House) -> None:
    async def answer(heard: IncomingMessage) -> None:
        await house.platform.post(heard.place, message("Nothing until 15:00."))

    house.heard.answer = answer
    said = await house.ana.mentions(house.team, "what's on?")
    shown = await house.ana.sees("Nothing until 15:00.", house.team)
    assert shown.thread_ts == said.ts
    [heard] = house.heard.messages
    assert (heard.text, heard.is_addressed) == ("what's on?", True)
    assert heard.place == house.place(thread=said.ts)
    assert (heard.place.name, heard.place.kind) == ("#team", PlaceKind.CHANNEL)
    assert (heard.sender.name, heard.sender.zone) == ("Ana", "Europe/Berlin")
    assert heard.sender.email == "ana@acme.test"


async def test_words_in_a_thread_are_heard_and_others_in_a_channel_are_not(house: House) -> None:
    begun = await house.ana.says(house.team, "lunch?")
    await house.ben.says(house.team, "let me think", thread=begun)
    await house.slack.until(lambda: bool(house.heard.messages))
    [heard] = house.heard.messages
    assert (heard.text, heard.is_addressed) == ("let me think", False)
    assert heard.place == house.place(thread=begun.ts)


async def test_direct_messages_are_one_conversation(house: House) -> None:
    first = await house.ana.dms("what's on today?")
    await house.ana.dms("and tomorrow?")
    await house.ana.dms("in this thread", thread=first)
    await house.slack.until(lambda: len(house.heard.messages) == 3)
    assert [one.text for one in house.heard.messages] == [
        "what's on today?",
        "and tomorrow?",
        "in this thread",
    ]
    assert [one.place.thread for one in house.heard.messages] == [None, None, first.ts]
    assert all(one.place.is_private and one.is_addressed for one in house.heard.messages)


async def test_many_words_in_a_row_keep_their_order(house: House) -> None:
    for number in range(30):
        await house.ana.dms(f"number {number}")
    await house.slack.until(lambda: len(house.heard.messages) == 30)
    assert [one.text for one in house.heard.messages] == [f"number {n}" for n in range(30)]


async def test_people_are_mentioned_by_name_and_the_bot_is_left_out(house: House) -> None:
    await house.ana.mentions(house.team, f"lunch with <@{house.ben.id}> &amp; <mailto:x@y.z|x@y.z>")
    await house.slack.until(lambda: bool(house.heard.messages))
    [heard] = house.heard.messages
    assert heard.text == "lunch with @Ben & x@y.z"
    assert [(one.user, one.email) for one in heard.mentioned] == [(house.ben.id, "ben@acme.test")]


async def test_an_edit_and_a_deletion_say_nothing(house: House) -> None:
    said = await house.ana.dms("lunch")
    await house.ana.edits(said, "dinner")
    await house.ana.deletes(said)
    await house.ana.dms("breakfast")
    await house.slack.until(lambda: len(house.heard.messages) >= 2)
    assert [one.text for one in house.heard.messages] == ["lunch", "breakfast"]


async def test_what_is_delivered_again_is_heard_once(house: House) -> None:
    await house.ana.dms("lunch")
    await house.slack.post.again(house.slack.deliveries[-1])
    await house.ana.dms("and dinner")
    await house.slack.until(lambda: len(house.heard.messages) >= 2)
    assert [one.text for one in house.heard.messages] == ["lunch", "and dinner"]


async def test_a_command_is_about_its_first_word(house: House) -> None:
    await house.ana.commands("/cal", "today", channel=house.team)
    await house.ana.commands("/cal", f"lunch with <@{house.ben.id}> on Friday", channel=house.team)
    await house.ana.commands("/cal")
    await house.slack.until(lambda: len(house.heard.commands) == 3)
    word, words = [one for one in house.heard.commands if not one.place.is_private]
    # another conversation is heard side by side
    (nothing,) = [one for one in house.heard.commands if one.place.is_private]
    assert (word.name, word.text, word.place) == ("today", "", house.place())
    assert (words.name, words.text) == ("", "lunch with @Ben on Friday")
    assert [one.user for one in words.mentioned] == [house.ben.id]
    assert (nothing.name, nothing.text, nothing.place.is_private) == ("", "", True)
    assert len({one.id for one in house.heard.commands}) == 3


async def test_a_press_tells_what_stands_on_the_button(house: House) -> None:
    async def answer(pressed: ButtonPress) -> None:
        assert pressed.message is not None
        outcome = Card(kind=CardKind.CARD, title=("✓ Created.",))
        await house.platform.update(pressed.message, outcome, reply=pressed.reply)

    house.heard.answer_press = answer
    ref = await house.platform.post(house.place(), CARD)
    shown = await house.ana.sees("Lunch", house.team)
    delivery = await house.ana.clicks(shown, "Confirm")
    assert delivery.is_acked
    assert (await house.ana.sees("✓ Created.", house.team)).ts == ref.id
    [pressed] = house.heard.presses
    assert (pressed.value, pressed.message, pressed.reply) == ("confirm:1", ref, None)
    assert pressed.sender.name == "Ana"
    assert pressed.trigger


async def test_choosing_is_pressing_and_following_a_link_is_nothing(house: House) -> None:
    await house.platform.post(house.place(), CARD)
    shown = await house.ana.sees("Lunch", house.team)
    assert (await house.ana.clicks(shown, "Join")).is_acked
    await house.ana.chooses(shown, "10 minutes")
    await house.slack.until(lambda: bool(house.heard.presses))
    assert [one.value for one in house.heard.presses] == ["snooze10:1"]


async def test_what_one_person_sees_is_edited_by_the_press(house: House) -> None:
    async def answer(pressed: ButtonPress) -> None:
        assert pressed.message is not None
        await house.platform.update(pressed.message, message("✓ Created."), reply=pressed.reply)

    house.heard.answer_press = answer
    said = await house.ben.mentions(house.team, "lunch on Friday")
    await house.slack.until(lambda: bool(house.heard.messages))
    [heard] = house.heard.messages
    ref = await house.platform.post(heard.place, CARD, seen_by=heard.sender)
    shown = await house.ben.sees("Lunch", house.team)
    assert house.slack.complaints == []
    await house.ben.clicks(shown, "Confirm")
    await house.ben.sees("✓ Created.", house.team)
    [pressed] = house.heard.presses
    assert (pressed.place, pressed.message) == (house.place(thread=said.ts), ref)
    assert pressed.reply
    assert len(house.ana.messages(house.team)) == 1


async def test_a_form_is_filled_in_and_comes_back(house: House) -> None:
    form = Form(
        value="edit:1",
        title="Change the card",
        fields=(
            FormField(name="title", label="Title", value="Lunch", required=True),
            FormField(name="notes", label="Notes", multiline=True),
        ),
    )

    async def answer(pressed: ButtonPress) -> None:
        await house.platform.open_form(
            form, place=pressed.place, sender=pressed.sender, trigger=pressed.trigger
        )

    house.heard.answer_press = answer
    await house.platform.post(house.place(), CARD)
    await house.ana.clicks(await house.ana.sees("Lunch", house.team), "Confirm")
    await house.slack.until(lambda: house.ana.modal() is not None)
    modal = house.ana.modal()
    assert modal is not None
    house.heard.wrong = {"title": "An event needs another title."}
    first = await house.ana.submits(modal, {"field:title": "Lunch"})
    assert first.errors == {"field:title": "An event needs another title."}
    assert house.heard.forms == []
    house.heard.wrong = {}
    again = await house.ana.submits(modal, {"field:title": "Dinner"})
    assert (again.errors, again.view) == ({}, None)
    await house.slack.until(lambda: bool(house.heard.forms))
    [filled] = house.heard.forms
    assert (filled.value, dict(filled.fields)) == ("edit:1", {"title": "Dinner", "notes": ""})
    assert (filled.place, filled.sender.name) == (house.place(), "Ana")


async def test_a_message_becomes_an_event(house: House) -> None:
    said = await house.ben.says(house.team, "Offsite on 12 May, <https://x.test|here>")
    await house.ana.uses_shortcut("event_of_message", on=said)
    await house.ana.uses_shortcut("new_event")
    await house.slack.until(lambda: len(house.heard.shortcuts) == 2)
    of_message, new = sorted(house.heard.shortcuts, key=lambda one: one.kind)
    assert (of_message.kind, new.kind) == (ShortcutKind.EVENT_OF_MESSAGE, ShortcutKind.NEW_EVENT)
    assert of_message.message is not None
    assert of_message.message.text == "Offsite on 12 May, here (https://x.test)"
    assert of_message.message.author == "Ben"
    assert of_message.message.url.endswith(f"/p{said.ts.replace('.', '')}")
    assert of_message.place == house.place(thread=said.ts)
    assert (new.place.is_private, bool(new.trigger)) == (True, True)


async def test_opening_the_app_opens_its_page_or_the_talk(house: House) -> None:
    await house.ana.opens_home()
    await house.ana.opens_home("messages")
    await house.ana.opens_home("about")
    await house.slack.until(lambda: len(house.heard.opened) == 2)
    opened: list[Opened] = sorted(house.heard.opened, key=lambda one: one.page)
    assert [one.page for one in opened] == [Page.HOME, Page.TALK]
    assert all(one.place.channel == house.ana.dm.id for one in opened)


async def test_a_press_on_the_page_is_in_the_direct_conversation(house: House) -> None:
    await house.platform.show_page(house.sender(house.ana), (CARD, CARD))
    home = house.ana.home()
    assert home is not None
    await house.ana.clicks(home, "Confirm")
    await house.slack.until(lambda: bool(house.heard.presses))
    [pressed] = house.heard.presses
    assert (pressed.on_page, pressed.message) == (True, None)
    assert pressed.place.channel == house.ana.dm.id
