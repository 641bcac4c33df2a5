"""Events on calendars of Google's and Microsoft's: what only they can have, from the sentence to
the outcome."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.bringing import Bringing
from bot.chat.cards import Button
from bot.chat.messages import Sender
from calendar_core.calendars import Calendars, new_calendar
from calendar_core.database import Database
from calendar_core.events import Answer, Calendar, Event, Guest, Repeat
from calendar_core.ics.reading import master_of
from calendar_core.ics.writing import new_resource
from tests.bot.drawn import drawn
from tests.bot.house import House, a_sender
from tests.builders import BERLIN, NOW, a_guest, a_span, an_event
from tests.fakes.calendars import FakeProvider
from tests.fakes.models import ScriptedModel, calls, says
from tests.fakes.vendor import VendorWriter, maker_of

ME = Guest(address="mailto:ana@work.example", name="Ana", answer=Answer.ACCEPTED)
BO = a_guest("Bo Lindt")
PAGE = "https://calendar.example/e?eid=1"
VIDEO = "https://meet.example/made"
MAKERS = ("google", "microsoft", "caldav")


class Office:
    """Ana with one calendar, at a vendor."""

    def __init__(self, database: Database) -> None:
        self.held = FakeProvider()
        self.writer = VendorWriter(self.held)
        makers = {name: maker_of(name, self.writer, self.held) for name in MAKERS}
        self.house = House(database, makers=makers)
        self.work: Calendar

    async def opens(self, provider: str, *events: Event) -> "Office":
        """The calendar is linked, with what stands there."""
        me = await self.house.people.welcome(a_sender("Ana"), BERLIN)
        await self.house.people.save(replace(me, email="ana@example.org"))
        bare = new_calendar(me.id, "Work", provider, account="Work", address=ME.address)
        calendars = Calendars(self.house.database, self.house.clock)
        self.work = await calendars.add(replace(bare, account_id="account"))
        for event in events:
            self.held.put(self.work.id, event.uid, new_resource(event, at=NOW).ics)
        await self.house.mirror.absorb(self.work.id, list(self.held.of(self.work.id).values()))
        return self

    async def card(self, words: str) -> str:
        """What is shown for a sentence."""
        return drawn((await self.house.say(words))[-1].card)

    async def confirmed(self) -> str:
        """The outcome of the last card."""
        card = self.house.card_with("Confirm")
        await self.house.press("Confirm", said=card)
        return drawn(card.card)

    def buttons(self) -> list[Button]:
        """Those that lead somewhere, of the newest message."""
        return [one for one in self.house.platform.last.card.buttons if one.url]

    def written(self) -> str:
        """What stands at the vendor after the last write."""
        write = self.writer.told[-1].writes[-1]
        return self.held.held[write.calendar_id, write.uid].ics

    def planned(self) -> Event:
        """What the vendor was told to write last."""
        after = self.writer.told[-1].writes[-1].after
        assert after is not None
        return master_of(after)


@pytest.fixture
def office(database: Database) -> Office:
    """Not opened yet."""
    return Office(database)


async def test_a_meeting_at_google_has_a_link_mails_its_guests_and_is_opened_there(
    office: Office,
) -> None:
    await office.opens("google")
    said = "book a meeting with bo@example.org friday at 10 called Sync with a video link"
    assert await office.card(said) == (
        'Create "Sync"?\n'
        "when: Fri 13 March 10:00–11:00 (your usual hour)\n"
        "video: a Google Meet link\n"
        "reminders: 10 minutes before on screen and 1 day before by mail, by Google Calendar\n"
        "guests: bo@example.org\n"
        "calendar: Work · bo@example.org will be mailed\n"
        "note: I remind you here 10 minutes before\n"
        "[Confirm] [Edit] [Not now]\n"
        "~ asking"
    )
    assert await office.confirmed() == (
        '✓ Created "Sync", Fri 13 March 10:00–11:00. bo@example.org was mailed.\n'
        "[Join] [Open in Google Calendar] [Undo]\n"
        "~ done"
    )
    assert [(one.label, one.url) for one in office.buttons()] == [
        ("Join", VIDEO),
        ("Open in Google Calendar", PAGE),
    ]
    planned = office.planned()
    assert planned.video_wanted
    assert planned.organizer == replace(ME, answer=Answer.OPEN)
    assert (planned.alarms, planned.mail_alarms) == (
        (timedelta(minutes=10),),
        (timedelta(days=1),),
    )


async def test_outlook_keeps_one_reminder_and_the_day_before_is_told_here(office: Office) -> None:
    await office.opens("microsoft")
    card = await office.card("book a meeting with bo@example.org friday at 10 called Sync")
    assert "reminders: 10 minutes before, by Outlook\n" in card
    assert "note: I remind you here 1 day and 10 minutes before\n" in card
    assert "[Open in Outlook]" in await office.confirmed()
    assert (office.planned().alarms, office.planned().mail_alarms) == ((timedelta(minutes=10),), ())


async def test_other_servers_are_told_nothing_of_reminders_and_may_mail(office: Office) -> None:
    await office.opens("caldav")
    card = await office.card("book a meeting with bo@example.org friday at 10 called Sync")
    assert "reminders:" not in card
    assert "calendar: Work · its server may mail bo@example.org\n" in card
    assert await office.confirmed() == (
        '✓ Created "Sync", Fri 13 March 10:00–11:00.\n[Undo]\n~ done'
    )
    assert (office.planned().alarms, office.planned().mail_alarms) == ((), ())


async def test_a_link_that_is_still_being_made_is_missed_aloud(office: Office) -> None:
    office.writer.makes_video = False
    await office.opens("google")
    await office.card("create Sync friday at 10 with a video link")
    assert "Its video link is not there yet." in await office.confirmed()


async def test_a_link_is_put_onto_an_event_that_has_none(office: Office) -> None:
    await office.opens("google", an_event("Review", a_span(13, "10:00")))
    assert await office.card("add a video link to the review") == (
        'Change "Review"?\n'
        "when: Fri 13 March 10:00–11:00\n"
        "video was: none\n"
        "video will be: a Google Meet link\n"
        "calendar: Work\n"
        "[Confirm] [Edit] [Not now]\n"
        "~ asking"
    )
    await office.confirmed()
    assert office.buttons()[0].url == VIDEO


async def test_a_link_of_teams_stays_and_that_is_said(office: Office) -> None:
    await office.opens("microsoft", an_event("Review", a_span(13, "10:00"), video_url=VIDEO))
    said = await office.card("remove the video link from the review")
    assert said.startswith('The Teams link of "Review" can\'t be taken off again.')
    assert office.writer.told == []


async def test_who_is_mailed_is_said_when_a_meeting_moves(office: Office) -> None:
    guests = (ME, BO, a_guest("Kim Park"))
    await office.opens(
        "google", an_event("Review", a_span(13, "10:00"), organizer=ME, guests=guests)
    )
    card = await office.card("move the review to 11")
    assert "calendar: Work · Bo Lindt and Kim Park will both be mailed\n" in card
    assert "Bo Lindt and Kim Park were both mailed." in await office.confirmed()


async def test_what_somebody_else_organizes_is_answered_not_changed(office: Office) -> None:
    theirs = an_event("Review", a_span(13, "10:00"), organizer=BO, guests=(BO, ME))
    await office.opens("google", theirs)
    said = await office.card("move the review to 11")
    assert said.startswith('"Review" is Bo Lindt\'s event.')
    assert "calendar: Work · Bo Lindt will be mailed" in await office.card("decline the review")


async def test_whom_the_vendor_can_not_write_to_is_not_invited(office: Office) -> None:
    await office.opens("google")
    await office.house.welcome("Kim")
    card = await office.card("book a meeting with kim and bo@example.org friday at 10")
    assert "guests: bo@example.org\n" in card
    assert "note: I don't know Kim's mail address, so only the words name them\n" in card


async def test_who_is_known_here_is_mailed_where_the_platform_shows_how(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def mail_of(sender: Sender) -> str:
        return f"{sender.user}@Team.example"

    monkeypatch.setattr(office.house.platform, "mail_of", mail_of, raising=False)
    await office.opens("google")
    await office.house.welcome("Kim")
    card = await office.card("book a meeting with kim and bo@example.org friday at 10")
    assert "guests: bo@example.org and Kim <kim@team.example>\n" in card
    assert "bo@example.org and Kim will both be mailed" in card


async def test_an_address_that_is_no_web_page_is_no_button(office: Office) -> None:
    evil = an_event("Review", a_span(13, "10:00"), link="javascript:alert(1)")
    text = new_resource(evil, at=NOW).ics.replace(
        "END:VEVENT", "X-CONVENE-LINK:javascript:alert(1)\r\nEND:VEVENT"
    )
    await office.opens("google")
    office.held.put(office.work.id, "review", text)
    await office.house.mirror.absorb(office.work.id, list(office.held.of(office.work.id).values()))
    await office.card("move the review to 11")
    await office.confirmed()
    assert office.buttons() == []


async def test_an_event_that_was_asked_about_is_joined_and_opened_by_its_owner_alone(
    office: Office,
) -> None:
    review = an_event("Review", a_span(13, "10:00"), video_url=VIDEO)
    await office.opens("microsoft", review)
    text = new_resource(review, at=NOW).ics
    office.held.put(
        office.work.id, "review", text.replace("END:VEVENT", f"X-CONVENE-LINK:{PAGE}\r\nEND:VEVENT")
    )
    await office.house.mirror.absorb(office.work.id, list(office.held.of(office.work.id).values()))
    await office.house.say("when is the review")
    assert [(one.label, one.url) for one in office.buttons()] == [
        ("Join", VIDEO),
        ("Open in Outlook", PAGE),
    ]
    await office.house.welcome("Bo")
    await office.house.say("when is the review", by="Bo")
    assert office.buttons() == []


async def test_an_agenda_leads_into_the_meeting_that_is_about_to_begin(office: Office) -> None:
    soon = an_event("Standup", a_span(10, "08:30", 15), video_url=VIDEO)
    later = an_event("Review", a_span(10, "14:00"), video_url=f"{VIDEO}/later")
    await office.opens("google", soon, later)
    await office.house.say("what's on today")
    assert [(one.label, one.url) for one in office.buttons()] == [('Join "Standup"', VIDEO)]


@pytest.mark.parametrize(
    ("show_as", "transparency", "claim"),
    [
        ("out of office", "OPAQUE", "OOF"),
        ("working elsewhere", "TRANSPARENT", "WORKINGELSEWHERE"),
        ("free", "TRANSPARENT", "FREE"),
    ],
)
async def test_how_one_is_shown_is_told_to_the_vendor(
    office: Office, show_as: str, transparency: str, claim: str
) -> None:
    await office.opens("microsoft")
    office.house.plays(
        ScriptedModel(
            calls(("create_event", {"title": "Away", "when": "Friday", "show_as": show_as}))
        )
    )
    card = await office.card("go")
    assert f"shown as: {show_as}\n" in card or show_as == "free"
    await office.confirmed()
    after = office.writer.told[-1].writes[-1].after
    assert after is not None
    assert f"TRANSP:{transparency}\r\n" in after
    assert f"X-MICROSOFT-CDO-BUSYSTATUS:{claim}\r\n" in after


async def test_a_link_that_outlook_keeps_stays_when_the_rest_is_undone(office: Office) -> None:
    await office.opens("microsoft", an_event("Review", a_span(13, "10:00")))
    await office.card("add a video link to the review")
    await office.confirmed()
    assert "there is nothing to undo" in (await office.house.press("Undo"))[-1].text
    [change] = await office.house.statuses()
    assert change == "applied"
    await office.house.say("rename the review to Retro")
    await office.confirmed()
    await office.house.press("Undo")
    assert master_of(office.written()).video_url == VIDEO


async def test_what_came_with_a_link_is_taken_back_without_it(office: Office) -> None:
    await office.opens("microsoft", an_event("Review", a_span(13, "10:00")))
    wish = {"event": "review", "title": "Retro", "video": True}
    office.house.plays(ScriptedModel(calls(("update_event", wish)), says("")))
    await office.house.say("go")
    await office.confirmed()
    await office.house.press("Undo")
    assert "Its video link stays: it can't be taken off again." in office.house.platform.last.text
    after = master_of(office.written())
    assert (after.title, after.video_url) == ("Review", VIDEO)


async def test_a_rule_that_outlook_has_no_pattern_for_is_refused_before_a_card(
    office: Office,
) -> None:
    await office.opens("microsoft")
    assert await office.card("rent on the 1st and 15th of every month at 9") == (
        "Outlook can't repeat an event like that: it happens on several days of a month. "
        "Make a series for each of them, or choose another calendar.\n~ plain"
    )


async def test_a_series_that_outlook_could_not_keep_as_wished_is_refused_before_a_card(
    office: Office,
) -> None:
    await office.opens("microsoft", an_event("Standup", repeat=Repeat(rule="FREQ=WEEKLY")))
    wish = {"event": "standup", "repeat": "every month on the 31st", "scope": "all"}
    model = ScriptedModel(calls(("update_event", wish)), says("So be it."))
    office.house.plays(model)
    await office.house.say("go")
    assert "where a month has no day 31, Outlook takes its last one" in str(model.requests[-1])
    assert await office.house.desk.open_of(office.work.owner) == ()


async def test_an_import_leaves_out_what_outlook_has_no_place_for_and_says_so(
    office: Office, tmp_path: Path
) -> None:
    await office.opens("microsoft")
    person = await office.house.people.welcome(a_sender("Ana"), BERLIN)
    house = office.house
    events = (
        an_event("Choir", repeat=Repeat(rule="FREQ=MONTHLY;BYMONTHDAY=3,17")),
        an_event("Dinner", color="tomato"),
    )
    file = tmp_path / "two.ics"
    file.write_text("".join(new_resource(one, at=NOW).ics for one in events))
    brought = await Bringing(house.mirror, house.desk, house.clock).bring_file(
        person, file, calendar="Work"
    )
    assert brought.lines("two.ics")[-2:] == [
        "1 event can't be kept in Work:",
        "  choir: Outlook can't repeat an event like that: it happens on several days of a month. "
        "Make a series for each of them, or choose another calendar.",
    ]
    assert brought.changed == 1
