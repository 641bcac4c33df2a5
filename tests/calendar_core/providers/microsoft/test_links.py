"""Links to further pages: told whole or from where the API is, and followed to Graph alone."""

import pytest

from calendar_core.errors import CursorDied
from calendar_core.providers.microsoft.client import Elsewhere, Graph
from calendar_core.providers.microsoft.reader import Cursor, window_at
from tests.calendar_core.providers.microsoft.stand import Stand

NEXT = "https://graph.example/v1.0/me/calendarView/delta?$skiptoken=a%20b"


@pytest.mark.parametrize(
    "said",
    [
        NEXT,
        "/v1.0/me/calendarView/delta?$skiptoken=a%20b",
        "me/calendarView/delta?$skiptoken=a%20b",
    ],
)
def test_a_link_is_told_whole_or_in_part(said: str) -> None:
    graph = Graph("https://graph.example/v1.0")
    assert graph.address(graph.linked(said), {}) == NEXT


@pytest.mark.parametrize(
    ("link", "follows"),
    [
        ("https://graph.example:443/v1.0/me", True),
        ("https://GRAPH.example/v1.0/me", True),
        ("http://graph.example/v1.0/me", False),
        ("https://graph.example.evil.example/v1.0/me", False),
        ("https://graph.example@evil.example/v1.0/me", False),
        ("https://graph.example:x/v1.0/me", False),
    ],
)
def test_tokens_go_to_graph_alone(link: str, follows: bool) -> None:
    graph = Graph("https://graph.example/v1.0")
    if follows:
        assert graph.address(link, {}) == link
        return
    with pytest.raises(Elsewhere):
        graph.address(link, {})


def test_this_machine_has_more_than_one_name() -> None:
    graph = Graph("http://127.0.0.1:4000/v1.0")
    assert graph.address("http://localhost:4000/v1.0/me", {})
    with pytest.raises(Elsewhere):
        graph.address("http://localhost:4001/v1.0/me", {})


async def test_where_graph_was_before_all_is_read_anew(stand: Stand) -> None:
    window = window_at(stand.clock.now())
    cursor = Cursor(window=window, link="https://graph.former.example/v1.0/me/x").text()
    with pytest.raises(CursorDied):
        async for _ in stand.reader.changes_since(stand.calendar.id, cursor):
            pass
