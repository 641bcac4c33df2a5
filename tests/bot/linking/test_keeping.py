"""Looking after linked calendars: shown, set, unlinked, and linked again once they are unwell."""

from bot.transcript import ToolReturned
from calendar_core.errors import TryLater
from scheduler.notices import AccountUnwell
from tests.bot.house import House, direct
from tests.bot.linking.calendars import accounts, labels, returns, visit
from tests.fakes.linking import CODE, PASSWORD, TOKEN, FakeLinking
from tests.fakes.models import ScriptedModel, calls, says


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
    assert "unreadable for 1 minute: The password is refused" in said.text
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
