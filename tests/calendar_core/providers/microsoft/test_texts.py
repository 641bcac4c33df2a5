"""Notes beside what Teams keeps in the same text, in all the shapes that it comes in."""

import pytest

from calendar_core.providers.microsoft.texts import notes_of, parted, plain, with_notes

LINE = "_" * 80
URL = "https://teams.microsoft.com/l/meetup-join/1"
BLOB = f"{LINE}\nMicrosoft Teams meeting\nJoin: {URL}\nMeeting ID: 1 2 3\n{LINE}"


@pytest.mark.parametrize(
    ("text", "own"),
    [
        (BLOB, ""),
        (f"Agenda\n\n{BLOB}\n", "Agenda"),
        (f"Agenda {LINE}Microsoft Teams meetingJoin: {URL}{LINE}", "Agenda"),
        (f"Agenda\n{BLOB}\nSee you", "Agenda\nSee you"),
        (f"Agenda\n{LINE}\nJoin: {URL}", "Agenda"),
        (
            f"Agenda\n{LINE}\nmy own line\n{LINE}\nmore",
            f"Agenda\n{LINE}\nmy own line\n{LINE}\nmore",
        ),
        ("Agenda", "Agenda"),
    ],
)
def test_notes_are_told_without_teams_part(text: str, own: str) -> None:
    event = {"isOnlineMeeting": True, "body": {"contentType": "text", "content": text}}

    assert notes_of(event) == own
    assert parted(text)[0].strip() == own


def test_notes_without_a_meeting_are_told_whole() -> None:
    event = {"isOnlineMeeting": False, "body": {"contentType": "text", "content": BLOB}}

    assert notes_of(event) == BLOB


def test_markup_that_comes_all_the_same_is_told_as_text() -> None:
    markup = (
        "<html><head><style>p {color: red}</style></head><body>\r\n<p>Bring the&nbsp;X-rays"
        "</p><div>and &lt;coffee&gt;<br>for two</div></body></html>"
    )
    event = {"body": {"contentType": "html", "content": markup}}

    assert notes_of(event).splitlines() == ["Bring the X-rays", "and <coffee>", "for two"]
    assert plain("plain") == "plain"


@pytest.mark.parametrize(
    "markup",
    [
        f"<html><body><div>Old</div><div><span>{LINE}</span><a href='{URL}'>Join</a>"
        f"<span>{LINE}</span></div></body></html>",
        f"<html><body><div>Old<br><div><div><span>{LINE}</span></div><a href='{URL}'>Join</a>"
        f"<div>{LINE}</div></div></div></body></html>",
        f"<div>Old</div><div>{LINE}</div><p><a href='{URL}'>Join</a></p><div>{LINE}</div>",
        f"Old<br>{LINE}<br><a href='{URL}'>Join</a>",
        f"<body><p>Old</p><div>{LINE}<p>Microsoft Teams <a href='{URL}'>Join</a></div>",
    ],
)
def test_other_notes_leave_teams_part_as_it_is(markup: str) -> None:
    changed = with_notes(markup, "New & <better>")

    assert changed is not None
    assert "New &amp; &lt;better&gt;" in changed
    assert "Old" not in changed
    assert URL in changed
    assert changed.count(LINE) == markup.count(LINE)


def test_a_body_without_teams_part_is_not_patched_together() -> None:
    assert with_notes("<div>Old</div>", "New") is None
