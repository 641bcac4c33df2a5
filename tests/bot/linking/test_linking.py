"""Linking calendars in a chat: what is asked for, by a form, by a model."""

import logging
from pathlib import Path

import pytest

from bot.linking_words import LinkWish, LookWish, UnlinkWish, Wish, read_wish
from calendar_core.database import Database
from calendar_core.errors import NotAllowed, TryLater
from calendar_core.linking import FoundCalendar
from tests.bot.house import TEAM, House, a_sender
from tests.bot.linking.calendars import a_house, accounts, labels, returns, visit
from tests.fakes.linking import CODE, PASSWORD, TOKEN, FakeLinking
from tests.fakes.models import ScriptedModel, calls


@pytest.mark.parametrize(
    ("words", "wish"),
    [
        ("link google", LinkWish("google")),
        ("Link my Google calendar, please", LinkWish("google")),
        ("connect my iCloud", LinkWish("icloud")),
        ("add my Outlook calendar", LinkWish("microsoft")),
        ("link office 365", LinkWish("microsoft")),
        ("link caldav cal.example.org", LinkWish("caldav", "cal.example.org")),
        ("link my fastmail account", LinkWish("caldav")),
        ("link google, only free/busy", LinkWish("google", free_busy_only=True)),
        ("link outlook free/busy", LinkWish("microsoft", free_busy_only=True)),
        ("link icloud ana@me.com hush-hush", LinkWish("icloud", "ana@me.com", False, True)),
        ("connect icloud with hush-hush", LinkWish("icloud", "", False, True)),
        ("subscribe to the feed https://x.org/a.ics", LinkWish("feed", "https://x.org/a.ics")),
        ("link https://x.org/k/a.ics?b=1", LinkWish("feed", "https://x.org/k/a.ics?b=1")),
        ("add webcal://x.org/a, busy only", LinkWish("feed", "webcal://x.org/a", True)),
        ("link https://cal.example.org/dav/", LinkWish("caldav", "https://cal.example.org/dav/")),
        ("add https://zoom.example/j/1", None),
        ("link my calendar", LinkWish("")),
        ("how do I connect a calendar?", LinkWish("")),
        ("link", LinkWish("")),
        ("unlink google", UnlinkWish("google")),
        ("disconnect my work icloud account", UnlinkWish("icloud account")),
        ("my calendars", LookWish()),
        ("which calendars are linked?", LookWish()),
        ("how can I connect fastmail?", LinkWish("caldav")),
        ("link slack", None),
        ("link ABCD-EF23", None),
        ("link accounts", None),
        ("connect google meet", None),
        ("add google meet to the standup", None),
        ("add lunch to my calendar", None),
        ("add apple picking on Sunday", None),
        ("connect with Ana", None),
        ("what's on my work calendar", None),
    ],
)
def test_wishes_about_calendars_are_read(words: str, wish: Wish | None) -> None:
    assert read_wish(words) == wish


async def test_a_form_links_at_once_and_has_the_calendars_read(
    house: House, vendors: dict[str, FakeLinking]
) -> None:
    [asked] = await house.say("connect my iCloud")
    assert "app-specific" in asked.text.casefold()
    await house.press("Fill in …")

    [said] = await house.fill(user="ana@example.org", password=PASSWORD)

    assert said.text == (
        "✓ Linked CalDAV ana@example.org.\n"
        "I am reading it now; that may take a minute.\n"
        "calendars: Work and Team plan"
    )
    [wish] = vendors["caldav"].wishes
    assert (wish.server, wish.user, wish.password) == ("icloud.com", "ana@example.org", PASSWORD)
    [account] = await accounts(house)
    assert not account.free_busy_only
    jobs = await house.rows("jobs", "kind, key", "kind = 'sync'")
    assert jobs == [("sync", f"sync:{account.id}")]


async def test_what_is_refused_says_so_and_links_nothing(
    house: House, vendors: dict[str, FakeLinking]
) -> None:
    await house.say("link caldav")
    await house.press("Fill in …")
    [said] = await house.fill(server="cal.example.org", user="ana", password="wrong")
    assert said.text == (
        "CalDAV is not linked.\nThe calendar server refused the user name or the password."
    )
    assert labels(said.card) == ["Try again"]
    await house.press("Try again")
    form = house.platform.asked[-1].form
    assert {one.name: one.value for one in form.fields} == {
        "server": "cal.example.org",
        "user": "ana",
        "password": "",
        "keep": "all",
    }
    [said] = await house.fill(server="cal.example.org", user="", password=PASSWORD)
    assert "Your user name on that server, please." in said.text
    vendors["caldav"].fault = TryLater("The calendar server does not answer.")
    [said] = await house.fill(server="cal.example.org", user="ana", password=PASSWORD)
    assert "does not answer" in said.text
    assert await accounts(house) == ()


async def test_only_times_are_kept_where_that_was_chosen_and_again_keeps_it(house: House) -> None:
    await house.say("link caldav")
    await house.press("Fill in …")
    [said] = await house.fill(server="ana@example.org", password=PASSWORD, keep="times")
    assert "I keep only when you are busy." in said.text
    [account] = await accounts(house)
    assert account.free_busy_only

    await house.press_value(f"relink:{account.id}")

    form = house.platform.asked[-1].form
    stood = {one.name: one.value for one in form.fields}
    assert stood == {
        "server": "https://vendor.example/me/",
        "user": "ana@example.org",
        "password": "",
        "keep": "times",
    }


async def test_a_password_stands_nowhere_but_sealed(
    house: House, caplog: pytest.LogCaptureFixture, vendors: dict[str, FakeLinking]
) -> None:
    caplog.set_level(logging.DEBUG)
    await house.say("link caldav")
    await house.press("Fill in …")
    await house.fill(server="ana@example.org", password=PASSWORD)
    await house.say(f"link icloud ana@me.com {PASSWORD}")
    vendors["caldav"].fault = NotAllowed("No.")
    await house.fill(server="ana@example.org", password=PASSWORD)
    await house.say("link google")
    state = await visit(house)
    await returns(house).finish("google", {"state": state, "code": CODE})

    tables = (
        await house.rows("sqlite_master", "name", "type = 'table'")
        if (house.database.is_sqlite)
        else await house.rows("pg_tables", "tablename", "schemaname = 'public'")
    )
    for (table,) in tables:
        kept = repr(await house.rows(table))
        assert PASSWORD not in kept, table
        assert TOKEN not in kept, table
        assert state not in kept, table
    shown = "".join(one.text + repr(one.card) for one in house.platform.said)
    for where in (shown, caplog.text):
        assert PASSWORD not in where
        assert TOKEN not in where
    assert "A password does not belong into a message" in shown


async def test_in_a_channel_only_the_asker_sees_it(house: House) -> None:
    [said] = await house.say("link caldav ana@example.org", place=TEAM)
    assert said.seen_by == a_sender("Ana")
    await house.press("Fill in …")
    [said] = await house.fill(server="ana@example.org", password=PASSWORD)
    assert said.seen_by == a_sender("Ana")
    [said] = await house.say("my calendars", place=TEAM)
    assert said.seen_by == a_sender("Ana")


async def test_settings_that_are_missing_are_named(
    database: Database, vendors: dict[str, FakeLinking], tmp_path: Path
) -> None:
    missing = {"google": ["GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET"]}
    house = a_house(database, vendors, tmp_path, missing=missing)
    [said] = await house.say("link google")
    assert "GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET" in said.text


async def test_a_feed_is_linked_by_its_address_alone(
    house: House, vendors: dict[str, FakeLinking]
) -> None:
    vendors["feed"].address = "x.org/…"
    vendors["feed"].calendars = (FoundCalendar(remote="feed", name="Games", read_only=True),)
    said = (await house.say("link feed https://x.org/secret/a.ics"))[-1]
    assert said.text.startswith("✓ Linked Calendar feed x.org/….")
    assert vendors["feed"].wishes[0].server == "https://x.org/secret/a.ics"


async def test_a_model_shows_the_card_and_links_nothing_itself(
    house: House, vendors: dict[str, FakeLinking]
) -> None:
    model = ScriptedModel(calls(("link_calendar", {"kind": "icloud"})))
    house.plays(model)
    said = await house.say("could you get at the calendar on my phone?", place=TEAM)
    assert [one.text.split("\n")[0] for one in said] == ["Link iCloud"]
    assert said[0].seen_by == a_sender("Ana")
    house.plays(ScriptedModel(calls(("link_calendar", {}))))
    [said_] = await house.say("what about my other calendar?")
    assert said_.text.startswith("Which calendar do you want to link?")
    assert labels(said_.card) == [
        "Google",
        "Outlook, Microsoft 365",
        "iCloud",
        "Another (CalDAV)",
        "Address of a feed",
    ]
    assert vendors["caldav"].wishes == []
    await house.press("Another (CalDAV)")
    assert house.platform.last.text.startswith("Link CalDAV")


async def test_an_address_that_was_said_stands_in_the_form(house: House) -> None:
    await house.say("link caldav ana@example.org, free/busy")
    await house.press("Fill in …")
    stood = {one.name: one.value for one in house.platform.asked[-1].form.fields}
    assert stood == {
        "server": "ana@example.org",
        "user": "ana@example.org",
        "password": "",
        "keep": "times",
    }
