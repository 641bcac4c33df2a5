"""Linking on a vendor's page or by a code: what a browser brings back, and who may keep it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.linking_states import sealed_linkings
from calendar_core.database import Database
from calendar_core.errors import SignInNeeded
from calendar_core.vault import Vault
from tests.bot.house import House, direct
from tests.bot.linking.calendars import a_house, accounts, returns, visit
from tests.fakes.linking import CODE, TOKEN, FakeLinking


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


async def test_a_linking_that_waits_lives_through_a_change_of_keys(
    database: Database, vendors: dict[str, FakeLinking], tmp_path: Path
) -> None:
    vault = Vault(tmp_path)
    house = replace(a_house(database, vendors, tmp_path), vault=vault)
    await house.say("link google")
    state = await visit(house)
    vault.add_key()
    sealed = sealed_linkings(database, vault)
    assert (await sealed.old(), await sealed.seal_anew(), await sealed.old()) == (1, 1, 0)
    assert (await returns(house).finish("google", {"state": state, "code": CODE})).code


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


async def test_a_refused_sign_in_of_a_page_is_said_in_the_chat(
    house: House, vendors: dict[str, FakeLinking]
) -> None:
    vendors["google"].fault = SignInNeeded("Google refuses Convene's own key.")
    [said] = await house.say("link google")
    assert said.text == "Google is not linked.\nGoogle refuses Convene's own key."


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
