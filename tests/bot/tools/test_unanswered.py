"""`search_events` with `unanswered`: the invitations that wait for the asker."""

from tests.bot.tools.asking import Asking


async def test_open_invitations_are_listed_next_one_first_a_series_once(ask: Asking) -> None:
    result = await ask("search_events", unanswered=True)
    lines = result.text.splitlines()
    assert lines[0] == "4 invitations wait for your answer:"
    assert [line[:29].rstrip() for line in lines[1:]] == [
        "  1  Wed 11 March 11:00–12:00",
        "  2  Fri 13 March 11:00–12:00",
        "  3  Fri 13 March 19:00–21:00",
        "  4  Sat 14 March 10:00–11:00",
    ]
    assert "Bo's party · from Bo" in lines[3]
    assert "not answered" not in result.text
    assert result.facts["count"] == 4
    assert result.strangers_text


async def test_one_person_and_a_range_narrow_them(ask: Asking) -> None:
    text = await ask.text("search_events", unanswered=True, person="Bo")
    assert text == (
        "1 invitation waits for your answer:\n  1  Fri 13 March 19:00–21:00  Bo's party · from Bo"
    )
    assert "4" not in await ask.text("search_events", unanswered=True, when="Saturday", person="Bo")


async def test_none_is_said(ask: Asking) -> None:
    ask.by = "Mallory"
    text = await ask.text("search_events", unanswered=True)
    assert text == "No invitation waits for your answer."
