"""A word and another time beside a guest's answer, in iCalendar text."""

from dataclasses import replace

from calendar_core.events import Answer, RecurrenceId
from calendar_core.ics.reading import read
from calendar_core.ics.writing import new_resource, patch
from calendar_core.patch import Patch
from calendar_core.providers.local.copies import copy_for
from calendar_core.when import When
from tests.builders import NOW, a_guest, a_span, an_event, days

KIM, ZED = a_guest("Kim"), a_guest("Zed")
PARTY = new_resource(an_event("Party", organizer=a_guest("Bo"), guests=(KIM, ZED)), at=NOW).ics
MASTER = RecurrenceId("")


def countered(when: When | None = None, note: str = "", ics: str = PARTY) -> str:
    """Kim declines, with what she says beside."""
    wanted = Patch(
        answers={KIM.address: Answer.DECLINED},
        notes={KIM.address: note},
        proposals={} if when is None else {KIM.address: when},
    )
    return patch(ics, MASTER, wanted, at=NOW)


def test_what_is_written_is_read() -> None:
    for when in (a_span(12, "15:00"), days(13, 14)):
        kim, zed = read(countered(when, 'In Rome: "all day", sorry\nKim'))[0].guests
        assert kim == replace(
            KIM, answer=Answer.DECLINED, note="In Rome: 'all day', sorry Kim", proposed=when
        )
        assert zed == ZED


def test_the_lines_are_those_that_others_read() -> None:
    ics = countered(a_span(12, "15:00"), "in Rome").replace("\r\n ", "")
    assert (
        'X-CONVENE-PROPOSED;X-BY="mailto:kim@example.org":20260312T140000Z/20260312T150000Z\r\n'
        in ics
    )
    assert 'X-RESPONSE-COMMENT="in Rome"' in ics


def test_a_new_answer_takes_the_older_words_away() -> None:
    again = patch(
        countered(a_span(12, "15:00"), "in Rome"),
        MASTER,
        Patch(answers={KIM.address: Answer.ACCEPTED}),
        at=NOW,
    )
    assert read(again)[0].guests[0] == replace(KIM, answer=Answer.ACCEPTED)
    assert "X-CONVENE" not in again
    assert "COMMENT" not in again


def test_other_guests_do_not_get_what_was_said_to_the_organizer() -> None:
    ics = countered(a_span(12, "15:00"), "in Rome")
    hers, his = (copy_for(ics, [one.address], at=NOW) for one in (KIM, ZED))
    assert hers is not None
    assert his is not None
    assert read(hers)[0].guests[0].note == "in Rome"
    assert [(one.note, one.proposed) for one in read(his)[0].guests] == [("", None)] * 2
    assert "Rome" not in his
    assert read(his)[0].guests[0].answer is Answer.DECLINED


def test_a_line_that_says_no_time_proposes_none() -> None:
    for value in ("", "soon", "20260312T150000/20260312T160000", "20260312/20260311", "/"):
        line = f'X-CONVENE-PROPOSED;X-BY="{KIM.address}":{value}\r\n'
        odd = PARTY.replace("END:VEVENT", f"{line}END:VEVENT")
        assert read(odd)[0].guests[0].proposed is None
