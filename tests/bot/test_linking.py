"""Linking calendars in a chat: by a form, on a vendor's page, by a code; and looking after them."""

import logging
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.chat.cards import Card
from bot.linking_cards import Setup
from bot.linking_returns import LinkingReturns
from bot.linking_words import LinkWish, LookWish, UnlinkWish, Wish, read_wish
from bot.transcript import ToolReturned
from calendar_core.accounts import Account
from calendar_core.database import Database
from calendar_core.errors import NotAllowed, SignInNeeded, TryLater
from calendar_core.linking import FoundCalendar
from calendar_core.vault import Vault, new_key
from scheduler.notices import AccountUnwell
from tests.bot.house import TEAM, House, a_sender, button, direct
from tests.fakes.calendars import FakeProvider
from tests.fakes.linking import CODE, PASSWORD, TOKEN, FakeLinking, a_maker
from tests.fakes.models import ScriptedModel, calls, says

PUBLIC = "https://convene.example.org"


@pytest.fixture
def vendors() -> dict[str, FakeLinking]:
    """The makers, by provider."""
    return {name: FakeLinking(name) for name in ("caldav", "google", "microsoft", "feed")}


@pytest.fixture
def house(database: Database, vendors: dict[str, FakeLinking], tmp_path: Path) -> House:
    """A house that browsers reach, with every maker."""
    return a_house(database, vendors, tmp_path)


def a_house(
    database: Database, vendors: dict[str, FakeLinking], folder: Path, **setup: object
) -> House:
    """One whose operator set this."""
    usual = Setup(
        public_url=PUBLIC,
        in_browser=frozenset({"google", "microsoft"}),
        by_code=frozenset({"microsoft"}),
    )
    return House(
        database,
        makers={name: a_maker(one, FakeProvider()) for name, one in vendors.items()},
        vault=Vault(folder, new_key()),
        setup=replace(usual, **setup),  # type: ignore[arg-type]
    )


def returns(house: House) -> LinkingReturns:
    """What the web door asks."""
    return house.core.linking.door


async def accounts(house: House, name: str = "Ana") -> tuple[Account, ...]:
    """Somebody's linked accounts."""
    return await house.core.linked.of((await house.welcome(name)).id)


def labels(card: Card) -> list[str]:
    """What can be pressed on a card."""
    return [one.label for one in card.buttons] + [
        choice.label for select in card.selects for choice in select.choices
    ]


async def visit(house: House, label: str = "Open Google") -> str:
    """Press the button that leads to the vendor, in a browser; the state that it went there
    with."""
    address = button(house.card_with(label), label).url
    assert address is not None
    assert address.startswith(f"{PUBLIC}/link/")
    provider, state = re.fullmatch(r".*/link/(\w+)/start/([^/]+)", address).groups()  # type: ignore[union-attr]
    page = await returns(house).page(provider, state)
    assert page is not None
    assert parse_qs(urlsplit(page).query)["redirect_uri"] == [f"{PUBLIC}/link/{provider}/callback"]
    return state


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


async def test_a_vendors_page_links_once_the_code_of_the_browser_is_typed(house: House) -> None:
    await house.say("link google")
    state = await visit(house)

    page = await returns(house).finish("google", {"state": state, "code": CODE})

    assert page.is_well
    assert page.title == "ana@example.org is almost linked."
    assert page.lines[0] == "Type this code in the chat, as Ana, on Fake."
    asked = house.platform.last
    assert asked.ref.place.channel == direct("Ana").channel
    assert asked.text.startswith("Link ana@example.org?\naccount: Google ana@example.org")
    assert await accounts(house) == (), "nothing is kept before the asker says so"
    await house.press("Enter the code …", said=asked)
    await house.fill(code=page.code)
    assert house.platform.said[-1].text.startswith("✓ Linked Google ana@example.org.")
    [account] = await accounts(house)
    _, credentials = await house.core.linked.of_account(account.id)
    assert credentials == {"token": TOKEN}


async def test_a_state_works_once_and_for_ten_minutes(house: House) -> None:
    await house.say("link google")
    state = await visit(house)
    assert (await returns(house).finish("google", {"state": state, "code": CODE})).code
    again = await returns(house).finish("google", {"state": state, "code": CODE})
    assert (again.is_well, again.code) == (False, "")
    assert await returns(house).page("google", state) is None
    await house.say("link google")
    state = await visit(house)
    await house.advance(timedelta(minutes=10))
    late = await returns(house).finish("google", {"state": state, "code": CODE})
    assert late.title == "This page is over."


async def test_states_that_nobody_made_and_other_vendors_are_refused(house: House) -> None:
    assert not (await returns(house).finish("google", {})).is_well
    assert not (await returns(house).finish("google", {"state": "x", "code": CODE})).is_well
    await house.say("link google")
    state = await visit(house)
    assert await returns(house).page("microsoft", state) is None
    assert not (await returns(house).finish("microsoft", {"state": state, "code": CODE})).is_well
    assert not (await returns(house).finish("google", {"state": state, "code": CODE})).is_well


async def test_who_asked_cannot_keep_what_another_browser_brought_without_its_code(
    house: House, vendors: dict[str, FakeLinking]
) -> None:
    """Somebody sends their page to a victim, who signs in there: the code stays with the
    victim."""
    await house.say("link google")
    state = await visit(house)
    page = await returns(house).finish("google", {"state": state, "code": CODE})
    wrong = "000000" if page.code != "000000" else "111111"
    await house.press("Enter the code …")
    for left in ("2 tries are left", "one try is left", "for the third time"):
        said = (await house.fill(code=wrong))[-1]
        assert left in said.text
    await house.fill(code=page.code)
    assert await accounts(house) == ()
    assert vendors["google"].revoked == [("ana@example.org", {"token": TOKEN})]


async def test_nobody_else_keeps_or_drops_it(house: House) -> None:
    await house.welcome("Bo")
    await house.say("link google")
    state = await visit(house)
    page = await returns(house).finish("google", {"state": state, "code": CODE})
    asked = house.platform.last
    await house.press("Not mine", by="Bo", said=asked, place=direct("Bo"))
    assert "somebody else's" in house.platform.last.text
    await house.press("Enter the code …", by="Bo", said=asked, place=direct("Bo"))
    await house.fill(by="Bo", code=page.code)
    assert await accounts(house, "Bo") == await accounts(house) == ()


async def test_not_mine_keeps_nothing_and_the_vendor_is_told(
    house: House, vendors: dict[str, FakeLinking]
) -> None:
    await house.say("link google")
    state = await visit(house)
    await returns(house).finish("google", {"state": state, "code": CODE})
    await house.press("Not mine")
    assert house.platform.last.text == "Nothing was linked."
    assert vendors["google"].revoked == [("ana@example.org", {"token": TOKEN})]
    assert [row[0] for row in await house.rows("linkings", "sealed")] == [""]


async def test_what_nobody_keeps_in_time_is_forgotten_and_the_vendor_is_told(
    house: House, vendors: dict[str, FakeLinking]
) -> None:
    await house.say("link google")
    state = await visit(house)
    page = await returns(house).finish("google", {"state": state, "code": CODE})
    await house.advance(timedelta(minutes=11))
    assert vendors["google"].revoked == [("ana@example.org", {"token": TOKEN})]
    await house.press("Enter the code …")
    assert house.platform.last.text.startswith("This has expired; nothing was linked.")
    assert page.code not in repr(await house.rows("linkings"))
    await house.advance(timedelta(days=2))
    await house.core.linkings.forget_old()
    assert await house.rows("linkings") == []


async def test_a_no_on_the_vendors_page_is_told_on_both_sides(house: House) -> None:
    await house.say("link google")
    state = await visit(house)
    page = await returns(house).finish("google", {"state": state, "error": "access_denied"})
    assert page.title == "Nothing was linked."
    assert house.platform.last.text == ("Google is not linked.\nThe vendor was told not to.")
    await house.say("link google")
    state = await visit(house)
    page = await returns(house).finish("google", {"state": state, "code": "bad"})
    assert page.lines[0] == "The vendor does not take that."


async def test_without_a_public_address_microsoft_takes_a_code_and_google_says_what_to_do(
    database: Database, vendors: dict[str, FakeLinking], tmp_path: Path
) -> None:
    house = a_house(database, vendors, tmp_path, public_url="")
    ana = await house.welcome("Ana")
    [said] = await house.say("link google")
    assert f"convene link google --person {ana.id}" in said.text
    assert "CONVENE_PUBLIC_URL" in said.text
    [said] = await house.say("link outlook, only free/busy")
    assert "WXYZ-1234" in said.text
    await house.advance(timedelta(seconds=30))
    assert house.platform.last is said
    vendors["microsoft"].is_typed = True
    await house.advance(timedelta(seconds=30))
    asked = house.platform.last
    assert asked.text.startswith("Link ana@example.org?")
    await house.press("Link", said=asked)
    assert asked.text.startswith("✓ Linked Microsoft ana@example.org.")
    [account] = await accounts(house)
    assert account.free_busy_only


async def test_a_code_that_nobody_types_ends_by_itself(
    database: Database, vendors: dict[str, FakeLinking], tmp_path: Path
) -> None:
    house = a_house(database, vendors, tmp_path, public_url="")
    await house.say("link outlook")
    await house.advance(timedelta(minutes=11))
    assert await house.rows("jobs", "key", "kind = 'linking'") == []
    assert [row[0] for row in await house.rows("linkings", "status")] == ["dropped"]


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


async def test_ones_calendars_are_shown_with_health_and_set_one_by_one(house: House) -> None:
    await house.say("link google")
    state = await visit(house)
    page = await returns(house).finish("google", {"state": state, "code": CODE})
    await house.press("Enter the code …")
    await house.fill(code=page.code)

    [said] = await house.say("my calendars")

    assert said.text == (
        "Your calendars\n"
        "Built in\n"
        "Personal · new events go here\n"
        "Google ana@example.org · well\n"
        "Work · not read yet\n"
        "Team plan · not read yet · read only"
    )
    assert labels(said.card) == [
        "Link a calendar",
        "Set Personal",
        "Set Work",
        "Set Team plan",
        "Unlink Google ana@example.org",
    ]
    work = next(
        choice.value
        for select in said.card.selects
        for choice in select.choices
        if choice.label == "Set Work"
    )
    await house.press_value(work)
    [noted] = await house.fill(counts_as_busy="no", is_default="yes")
    assert noted.text == ("Noted: new events go to Work and Work does not count as busy.")
    await house.press("Undo")
    [said] = await house.say("which calendars are linked?")
    assert "Personal · new events go here" in said.text
    assert "does not count as busy" not in said.text
    await house.press_value(work, by="Bo")
    assert "somebody else's" in house.platform.last.text


async def test_unlinking_asks_then_erases_and_revokes(
    house: House, vendors: dict[str, FakeLinking]
) -> None:
    await house.say("link google")
    state = await visit(house)
    page = await returns(house).finish("google", {"state": state, "code": CODE})
    await house.press("Enter the code …")
    await house.fill(code=page.code)

    [said] = await house.say("unlink google")

    assert said.text == (
        "Unlink Google ana@example.org?\n"
        "erased here: the copies of 2 calendars with 0 events, reminders before those events, and "
        "what the calendars were set to\n"
        "access: Google is asked to withdraw Convene's access.\n"
        "stays: everything on the calendars themselves; nothing changes there"
    )
    assert len(await accounts(house)) == 1
    await house.press("Unlink", by="Bo", said=said, place=direct("Bo"))
    assert len(await accounts(house)) == 1
    await house.press("Unlink", said=said)
    assert said.text == ("✓ Unlinked Google ana@example.org.\nEverything of it is erased here.")
    assert vendors["google"].revoked == [("ana@example.org", {"token": TOKEN})]
    assert await accounts(house) == ()
    assert await house.rows("calendars", "name", "provider <> 'local' AND owner <> ''") == []
    await house.press("Unlink", said=said)
    assert "no longer linked" in house.platform.last.text


async def test_a_vendor_that_cannot_be_told_is_named(
    house: House, vendors: dict[str, FakeLinking]
) -> None:
    await house.say("link caldav")
    await house.press("Fill in …")
    await house.fill(server="ana@example.org", password=PASSWORD)
    vendors["caldav"].fault = TryLater("Away.")
    [said] = await house.say("unlink caldav")
    await house.press("Unlink", said=said)
    assert "CalDAV could not be told." in said.text
    assert await accounts(house) == ()


async def test_words_about_accounts_that_are_not_linked_say_so(house: House) -> None:
    [said] = await house.say("unlink my google calendar")
    assert said.text == "No such calendar account of yours is linked."


async def test_a_dying_token_is_told_with_a_button_that_links_again(house: House) -> None:
    await house.say("link caldav")
    await house.press("Fill in …")
    await house.fill(server="ana@example.org", password=PASSWORD)
    [account] = await accounts(house)
    before = await house.core.linked.calendars(account.id)
    await house.core.linked.unwell(account.id, "The password is refused.")
    notice = AccountUnwell(
        key="unwell:1",
        owner=account.owner,
        provider=account.provider,
        address=account.address,
        account=account.id,
        why="The password is refused.",
    )
    await house.core.notifier.deliver(notice)
    await house.core.notifier.deliver(notice)
    told = house.platform.last
    assert told.text.startswith("⚠ I can't read the calendars of ana@example.org any more.")
    [said] = await house.say("my calendars")
    assert "can't be read for 1 minute: The password is refused" in said.text
    assert "Link ana@example.org again" in labels(said.card)

    await house.press("Link it again", said=told)
    await house.fill(password=PASSWORD)

    [again] = await accounts(house)
    assert (again.id, again.unwell_since) == (account.id, None)
    assert [one.id for one in await house.core.linked.calendars(account.id)] == [
        one.id for one in before
    ]


async def test_linking_again_is_its_owners_alone(house: House) -> None:
    await house.say("link caldav")
    await house.press("Fill in …")
    await house.fill(server="ana@example.org", password=PASSWORD)
    [account] = await accounts(house)
    asked = len(house.platform.asked)
    await house.press_value(f"relink:{account.id}", by="Bo")
    assert len(house.platform.asked) == asked
    await house.press_value(f"unlink:{account.id}", by="Bo")
    assert "ana@example.org" not in house.platform.last.text


async def test_a_refused_sign_in_of_a_page_is_said_in_the_chat(
    house: House, vendors: dict[str, FakeLinking]
) -> None:
    vendors["google"].fault = SignInNeeded("Google refuses Convene's own key.")
    [said] = await house.say("link google")
    assert said.text == "Google is not linked.\nGoogle refuses Convene's own key."


async def test_one_account_linked_by_two_people_is_revoked_with_the_last(
    house: House, vendors: dict[str, FakeLinking]
) -> None:
    """A vendor that forgets a grant forgets it for everybody's link of that account."""
    for name in ("Ana", "Bo"):
        await house.say("link caldav", by=name)
        await house.press("Fill in …", by=name)
        await house.fill(by=name, server="team@example.org", password=PASSWORD)
    for name, revoked in (("Ana", 0), ("Bo", 1)):
        [said] = await house.say("unlink caldav", by=name)
        await house.press("Unlink", by=name, said=said)
        assert "Everything of it is erased here." in said.text
        assert "could not be told" not in said.text
        assert len(vendors["caldav"].revoked) == revoked


async def test_what_is_not_kept_does_not_end_an_earlier_link(
    house: House, vendors: dict[str, FakeLinking]
) -> None:
    for press in ("keep", "Not mine"):
        await house.say("link google")
        state = await visit(house)
        page = await returns(house).finish("google", {"state": state, "code": CODE})
        if press == "keep":
            await house.press("Enter the code …")
            await house.fill(code=page.code)
        else:
            await house.press(press)
    assert vendors["google"].revoked == []
    assert len(await accounts(house)) == 1
    assert not vendors["google"].wishes[0].free_busy_only


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


async def test_a_model_is_told_how_calendars_are(house: House) -> None:
    await house.say("link caldav")
    await house.press("Fill in …")
    await house.fill(server="ana@example.org", password=PASSWORD)
    model = ScriptedModel(calls(("list_calendars", {})), says("They are not read yet."))
    house.plays(model)
    await house.say("how are my calendars doing?")
    [told] = [one for one in model.requests[-1].parts if isinstance(one, ToolReturned)]
    assert "Work · CalDAV ana@example.org · not read yet" in told.content
    assert PASSWORD not in told.content


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
