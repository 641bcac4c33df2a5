"""Menus, forms, pages and completion, through the whole house."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

import pytest

from bot.chat.cards import Card, plain, plain_text
from bot.chat.messages import (
    ButtonPress,
    FormAnswer,
    IncomingMessage,
    Opened,
    Page,
    Place,
    Quoted,
    Sender,
    Shortcut,
    ShortcutKind,
    Typing,
    Wanted,
)
from bot.chat.platform import Prompt
from calendar_core.changes.change import ChangeStatus
from calendar_core.database import Database
from tests.bot.house import TEAM, House, a_sender, direct
from tests.builders import BERLIN, NOW
from tests.fakes.platform import FakePlatform

_numbers = count(1)


class PagedPlatform(FakePlatform):
    """A platform with a page per person."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: dict[str, list[Card]] = {}
        self.offered: list[Prompt] = []

    async def show_page(self, sender: Sender, cards: Sequence[Card]) -> None:
        self.pages[sender.user] = list(cards)

    async def offer(self, place: Place, sender: Sender, prompts: Sequence[Prompt]) -> None:
        self.offered += prompts

    def page(self, user: str) -> str:
        return "\n".join(plain_text(card) for card in self.pages[user])


@pytest.fixture
async def paged(database: Database) -> House:
    house = House(database, platform=PagedPlatform())
    await house.welcome("Ana")
    return house


def platform_of(house: House) -> PagedPlatform:
    assert isinstance(house.platform, PagedPlatform)
    return house.platform


def shortcut(kind: ShortcutKind, place: Place | None = None, **details: object) -> Shortcut:
    return Shortcut(
        id=f"s{next(_numbers)}",
        kind=kind,
        place=place or direct("Ana"),
        sender=a_sender("Ana"),
        at=NOW,
        trigger="t1",
        **details,  # type: ignore[arg-type]
    )


def quoted(text: str, at: datetime = NOW) -> Quoted:
    return Quoted(text=text, author="Bo", at=at, url="https://chat.example/m/1")


async def opened(house: House, page: Page) -> None:
    await house.engine.on_open(
        Opened(
            id=f"o{next(_numbers)}", page=page, place=direct("Ana"), sender=a_sender("Ana"), at=NOW
        )
    )


async def test_a_form_makes_the_card_of_a_new_event(house: House) -> None:
    await house.engine.on_shortcut(shortcut(ShortcutKind.NEW_EVENT))
    (card,) = await house.fill(title="Lunch", when="tomorrow 12:30 for 45 minutes", place="Joe's")
    assert card.text.startswith('Create "Lunch"?\nwhen: Wed 11 March 12:30–13:15')
    await house.press("Confirm", said=card)
    assert await house.titles() == ["Lunch"]


async def test_what_a_form_can_not_hold_is_said_field_by_field(house: House) -> None:
    await house.engine.on_shortcut(shortcut(ShortcutKind.NEW_EVENT))
    asked = house.platform.asked[-1]
    answer = FormAnswer(
        id="f1",
        place=asked.place,
        sender=a_sender("Ana"),
        value=asked.form.value,
        at=NOW,
        fields={"title": " ", "when": "blue", "guests": ""},
    )
    wrong = await house.engine.check_form(answer)
    assert set(wrong) == {"title", "when"}
    assert wrong["when"].startswith("I can't read that as a time.")
    assert house.platform.said == []


async def test_settings_are_noted_with_undo(house: House) -> None:
    await house.engine.on_press(a_press("settings:me"))
    (said,) = await house.fill(digest_at="7:30", reminder_leads="5 minutes, 1 hour")
    assert said.text == "Noted: reminders 5 minutes and 1 hour before and daily digest at 07:30."
    kept = (await house.welcome("Ana")).preferences
    assert kept.leads == (timedelta(minutes=5), timedelta(hours=1))
    await house.press("Undo", said=said)
    assert (await house.welcome("Ana")).preferences.digest_at is None


async def test_a_zone_from_the_settings_is_a_card(house: House) -> None:
    await house.engine.on_press(a_press("settings:me"))
    (card,) = await house.fill(zone="Tokyo")
    assert card.text.startswith("Change your zone to Asia/Tokyo?")
    assert (await house.welcome("Ana")).zone == BERLIN


async def test_settings_left_as_they_are_change_nothing(house: House) -> None:
    await house.engine.on_press(a_press("settings:me"))
    (said,) = await house.fill()
    assert said.text == "Nothing was changed."


async def test_wrong_settings_are_said_and_change_nothing(house: House) -> None:
    await house.engine.on_press(a_press("settings:me"))
    (said,) = await house.fill(zone="Atlantis", digest_at="7:30")
    assert said.text.endswith("Nothing was changed.")
    assert (await house.welcome("Ana")).preferences.digest_at is None


async def test_a_message_becomes_a_card_that_says_whose_words_it_holds(house: House) -> None:
    message = quoted("Let's have a release retro tomorrow at 15:00", NOW - timedelta(days=1))
    await house.engine.on_shortcut(
        shortcut(ShortcutKind.EVENT_OF_MESSAGE, place=TEAM, message=message)
    )
    said = house.platform.last
    assert said.text.startswith('Create "Release retro"?\nwhen: Tue 10 March 15:00–16:00')
    assert said.seen_by is not None
    (change,) = await house.changes()
    event = change.glimpses[0].after
    assert event is not None
    assert event.guests == ()
    assert event.description.startswith("Bo wrote:\nLet's have a release retro")
    assert event.description.endswith("https://chat.example/m/1")
    assert change.status is ChangeStatus.PROPOSED


async def test_a_message_without_a_time_is_asked_about(house: House) -> None:
    await house.engine.on_shortcut(
        shortcut(ShortcutKind.EVENT_OF_MESSAGE, message=quoted("We need a retro"))
    )
    (asked,) = house.platform.asked
    stood = {field.name: field.value for field in asked.form.fields}
    assert "retro" in stood["title"].casefold()
    assert stood["when"] == ""
    assert stood["notes"].startswith("Bo wrote:")


async def test_a_message_without_words_is_named_as_such(house: House) -> None:
    """A picture, or a file."""
    await house.engine.on_shortcut(shortcut(ShortcutKind.EVENT_OF_MESSAGE, message=quoted("")))
    (asked,) = house.platform.asked
    stood = {field.name: field.value for field in asked.form.fields}
    assert stood["notes"].splitlines()[0] == "From a message of Bo:"


async def test_a_time_with_somebody_new_is_found_and_unknown_is_not_free(house: House) -> None:
    asked = shortcut(ShortcutKind.TIME_WITH, place=TEAM, other=a_sender("Zoe"))
    await house.engine.on_shortcut(asked)
    said = house.platform.last
    assert said.seen_by is not None
    assert said.text.startswith("Two of you, 30 minutes")
    unsure = "Zoe has not talked with me yet, so I know nothing of their time."
    assert unsure in said.text
    [answer] = await house.say("is @zoe free tomorrow at 3pm?", place=TEAM)
    assert answer.text.startswith("I can't say for Wed 11 March 15:00")
    assert unsure in answer.text
    assert "On the others" not in answer.text
    await house.say("hello", by="Zoe")
    await house.engine.on_shortcut(replace(asked, id="another"))
    assert unsure not in house.platform.last.text


async def test_the_page_shows_what_waits_and_is_redrawn_by_its_presses(paged: House) -> None:
    (card,) = await paged.say("lunch tomorrow at 12:30")
    await opened(paged, Page.HOME)
    page = platform_of(paged).page("ana")
    assert "1 change waiting for you" in page
    assert 'Create "Lunch"?' in page
    value = next(b.value for b in card.card.buttons if b.label == "Confirm")
    await paged.engine.on_press(replace(a_press(value), on_page=True))
    page = platform_of(paged).page("ana")
    assert "waiting for you" not in page
    assert "12:30–13:30 Lunch" in page
    assert card.text.startswith("✓ Created")


async def test_the_page_says_each_day_once_and_facts_as_fields(paged: House) -> None:
    await paged.say("lunch tomorrow at 12:30")
    await paged.press("Confirm")
    await opened(paged, Page.HOME)
    page = platform_of(paged).page("ana")
    assert page.count("Wednesday 11 March") == 1
    (settings,) = [
        card for card in platform_of(paged).pages["ana"] if "How I serve you" in plain_text(card)
    ]
    assert settings.body == ()
    told = {field.name: plain(field.value) for field in settings.fields}
    assert told["working hours"] == "Mon–Fri 09:00–17:00"
    assert "  " not in page


async def test_an_empty_conversation_offers_something_to_begin_with(paged: House) -> None:
    await opened(paged, Page.TALK)
    assert 1 <= len(platform_of(paged).offered) <= 4
    for prompt in platform_of(paged).offered:
        (said,) = await paged.say(prompt.words)
        assert "did not understand" not in said.text


async def test_without_pages_nothing_is_drawn(house: House) -> None:
    await opened(house, Page.HOME)
    await opened(house, Page.TALK)
    assert house.platform.said == []


@pytest.mark.parametrize(
    ("wanted", "text", "first"),
    [
        (Wanted.CALENDAR, "pers", "Personal"),
        (Wanted.EVENT, "lu", "Lunch"),
        (Wanted.TIME, "fri", "fri · Fri 13 March"),
        (Wanted.TIME, "", "today"),
    ],
)
async def test_completion(house: House, wanted: Wanted, text: str, first: str) -> None:
    await house.welcome("Ana")
    await house.say("lunch tomorrow at 12:30")
    await house.press("Confirm")
    typing = Typing(wanted=wanted, text=text, place=direct("Ana"), sender=a_sender("Ana"))
    options = await house.engine.suggest(typing)
    assert options[0].label.startswith(first.split(" · ")[0])
    assert len(options) <= 25


async def test_completion_shows_nobody_elses_events(house: House) -> None:
    await house.say("therapy tomorrow at 12:30", by="Bo")
    await house.press("Confirm", by="Bo")
    typing = Typing(wanted=Wanted.EVENT, text="", place=TEAM, sender=a_sender("Ana"))
    assert [option.label for option in await house.engine.suggest(typing)] == []


async def test_words_in_a_thread_are_heard_where_one_talks_already(house: House) -> None:
    thread = replace(TEAM, thread="1")

    def words(text: str, *, is_addressed: bool) -> IncomingMessage:
        return IncomingMessage(
            id=f"u{next(_numbers)}",
            place=thread,
            sender=a_sender("Ana"),
            text=text,
            at=NOW,
            is_addressed=is_addressed,
        )

    await house.engine.on_message(words("what's on today?", is_addressed=False))
    assert house.platform.said == []
    await house.engine.on_message(words("what's on today?", is_addressed=True))
    assert len(house.platform.said) == 1
    await house.engine.on_message(words("and tomorrow?", is_addressed=False))
    assert len(house.platform.said) == 2
    bo = replace(words("lunch at noon?", is_addressed=False), sender=a_sender("Bo"))
    await house.engine.on_message(bo)
    assert len(house.platform.said) == 2


async def test_who_is_mentioned_can_be_invited(house: House) -> None:
    await house.welcome("Ana")
    message = IncomingMessage(
        id="m-mention",
        place=TEAM,
        sender=a_sender("Ana"),
        text="book a meeting with @Zoe Lind tomorrow at 10:00",
        at=NOW,
        mentioned=(replace(a_sender("Zoe"), name="Zoe Lind"),),
    )
    await house.engine.on_message(message)
    (change,) = await house.changes()
    after = change.glimpses[0].after
    assert after is not None
    assert [guest.name for guest in after.guests] == ["Zoe Lind"]


def a_press(value: str) -> ButtonPress:
    return ButtonPress(
        id=f"b{next(_numbers)}",
        place=direct("Ana"),
        sender=a_sender("Ana"),
        value=value,
        at=NOW,
        trigger="t1",
    )


async def test_a_long_agenda_is_told_page_by_page(house: House) -> None:
    await house.welcome("Ana")
    await house.say("stretch every day from 8:00 to 8:15")
    await house.press("Confirm")
    (first,) = await house.say("what's on from 11 March to 20 April?")
    assert first.text.splitlines()[-1].startswith("…and more from ")
    (second,) = await house.press("More", said=first)
    told = [line for line in (first.text + "\n" + second.text).splitlines() if "Stretch" in line]
    assert len(told) == 41
    assert not second.card.buttons
    (refused,) = await house.press("More", by="Bo", said=first)
    assert "somebody else" in refused.text
