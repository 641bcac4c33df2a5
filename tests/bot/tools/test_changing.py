"""Proposing changes of what stands: edit, delete, invite, answer. Series ask how much is meant."""

import pytest

from calendar_core.changes.change import ChangeStatus
from tests.bot.house import TEAM
from tests.bot.seeded import MARKUP, Seeded
from tests.bot.tools.asking import Asking


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        (
            {"event": "dentist", "when": "Thursday 15:00"},
            ["was: Wed 11 March 16:00–16:45", "will be: Thu 12 March 15:00–15:45"],
        ),
        (
            {"event": "the dentist", "when": "at 4:30 pm"},
            ["was: Wed 11 March 16:00–16:45", "will be: Wed 11 March 16:30–17:15"],
        ),
        (
            {"event": "dentist", "shift": "2 days earlier", "longer_by": "15 minutes shorter"},
            ["was: Wed 11 March 16:00–16:45", "will be: Mon 9 March 16:00–16:30"],
        ),
        (
            {"event": "lunch", "when": "Thursday"},
            ["was: Wed 11 March 12:30–13:15", "will be: Thu 12 March 12:30–13:15"],
        ),
        (
            {"event_when": "Thursday at 18:00", "length": "90 minutes"},
            ["was: Thu 12 March 18:00–19:00", "will be: Thu 12 March 18:00–19:30"],
        ),
        (
            {"event": "offsite", "when": "26 March"},
            ["was: Thu 19 – Fri 20 March", "will be: Thu 26 – Fri 27 March"],
        ),
        (
            {"event": "gym", "all_day": True},
            ["was: Thu 12 March 18:00–19:00", "will be: Thu 12 March, all day"],
        ),
        (
            {"event": "dentist", "title": "Dr. Wu", "location": ""},
            [
                "when: Wed 11 March 16:00–16:45",
                "title was: Dentist",
                "title will be: Dr. Wu",
                "place was: Dr. Wu",
                "place will be: none",
            ],
        ),
        (
            {"event": "dentist", "repeat": "every Tuesday"},
            [
                "when: Wed 11 March 16:00–16:45",
                "repeats was: none",
                "repeats will be: every Tuesday",
            ],
        ),
    ],
)
async def test_what_was_and_will_be_stands_on_the_card(
    ask: Asking, arguments: dict[str, str], lines: list[str]
) -> None:
    card = (await ask.card("update_event", **arguments)).splitlines()
    assert card[1 : 1 + len(lines)] == lines
    assert card[-2] == "[Confirm] [Edit] [Not now]"


async def test_a_move_into_something_else_says_so(ask: Asking) -> None:
    assert await ask.card("update_event", event="gym", when="Thursday at 14:30") == (
        'Move "Gym"?\n'
        "was: Thu 12 March 18:00–19:00\n"
        "will be: Thu 12 March 14:30–15:30\n"
        "calendar: Personal\n"
        'note: overlaps "Review" 14:00–15:00\n'
        "[Confirm] [Edit] [Not now]\n"
        "~ careful"
    )


async def test_a_series_is_asked_about_and_a_said_scope_is_not(ask: Asking) -> None:
    wish = {"event": "design review", "when": "at 11"}
    asked = await ask("update_event", **wish)
    assert asked.proposed is not None
    assert (asked.proposed.status, asked.proposed.writes) == (ChangeStatus.ASKED, ())
    assert asked.facts["waits_for"] == "the person's choice of scope"
    assert await ask.card("update_event", **wish, scope="all") == (
        'Move "Design review", the whole series?\n'
        "was: Mon 16 March 10:00–10:30\n"
        "will be: Mon 16 March 11:00–11:30\n"
        "guests: Bo and Kim\n"
        "calendar: Personal · nobody is mailed\n"
        "note: Bo and Kim are told here in chat\n"
        "[Confirm] [Edit] [Not now]\n"
        "~ asking"
    )


async def test_one_occurrence_is_meant_by_its_day(ask: Asking) -> None:
    wish = {"event": "design review", "event_when": "23 March", "when": "at 11", "scope": "this"}
    card = await ask.card("update_event", **wish)
    assert card.splitlines()[:3] == [
        'Move "Design review" on Mon 23 March?',
        "was: Mon 23 March 10:00–10:30",
        "will be: Mon 23 March 11:00–11:30",
    ]


async def test_several_that_fit_are_asked_about_with_refs(ask: Asking, there: Seeded) -> None:
    result = await ask("update_event", event="review", title="Talk")
    assert result.text == (
        "Which one?\n"
        "  1  Thu 12 March 14:00–15:00 · Review · Bo\n"
        "  2  Mon 16 March 10:00–10:30 · Design review · Bo · Kim · weekly"
    )
    assert result.proposed is None
    chosen = result.facts["which"][0]["ref"]
    assert chosen == there.single[4]
    card = await ask.card("update_event", event=chosen, title="Talk")
    assert card.splitlines()[0] == 'Change "Review"?'


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "Which event?"),
        (
            {"event": "dentist"},
            "What shall I change: the time, the title, the place, or the guests?",
        ),
        (
            {"event": "Bo's party", "when": "at 18"},
            "\"Bo's party\" is Bo's event. I can answer it for you: accept, maybe or decline.",
        ),
        (
            {"event": "design review", "remove_guests": ["Max"]},
            'Max is not invited to "Design review"; Bo and Kim are.',
        ),
        (
            {"event": "dentist", "longer_by": "2 hours shorter"},
            "That would leave no time at all. How long shall it be?",
        ),
        ({"event": "dentist", "when": "Thursday afternoon"}, "At what time?"),
    ],
)
async def test_what_can_not_be_changed_is_said(
    ask: Asking, arguments: dict[str, str], words: str
) -> None:
    assert await ask.refusal("update_event", **arguments) == words


async def test_a_guest_is_taken_off_by_name(ask: Asking) -> None:
    wish = {"event": "design review", "remove_guests": ["bo"], "scope": "all"}
    assert await ask.card("update_event", **wish) == (
        'Change "Design review", the whole series?\n'
        "when: Mon 16 March 10:00–10:30\n"
        "taken off: Bo\n"
        "guests: Kim\n"
        "calendar: Personal · nobody is mailed\n"
        "note: Bo and Kim are told here in chat\n"
        "[Confirm] [Edit] [Not now]\n"
        "~ asking"
    )


async def test_deleting_is_a_card_that_names_who_hears_of_it(ask: Asking) -> None:
    assert await ask.card("delete_event", event="review", when="Thursday") == (
        'Cancel "Review"?\n'
        "when: Thu 12 March 14:00–15:00\n"
        "guests: Bo\n"
        "calendar: Personal · nobody is mailed\n"
        "note: Bo is told here in chat\n"
        "[Confirm] [Not now]\n"
        "~ asking"
    )


async def test_deleting_a_friends_event_declines_it(ask: Asking) -> None:
    assert await ask.card("delete_event", event="Bo's party") == (
        'Decline "Bo\'s party"?\n'
        "when: Fri 13 March 19:00–21:00\n"
        "calendar: Personal\n"
        "note: Bo is told here in chat\n"
        "[Confirm] [Not now]\n"
        "~ asking"
    )


async def test_a_whole_day_is_cleared_on_one_card(ask: Asking) -> None:
    assert await ask.card("delete_event", when="Thursday", every=True) == (
        "Cancel 3 events?\n"
        "Standup: Thu 12 March 09:30–09:45\n"
        "Review: Thu 12 March 14:00–15:00\n"
        "Gym: Thu 12 March 18:00–19:00\n"
        "calendar: Personal · nobody is mailed\n"
        "note: Bo is told here in chat\n"
        "[Confirm] [Not now]\n"
        "~ asking"
    )


async def test_clearing_hours_leaves_whole_days_alone(ask: Asking) -> None:
    hours = await ask.card("delete_event", when="Saturday morning", every=True)
    assert hours.startswith(f'Cancel "{MARKUP}"?')
    text = await ask.text("delete_event", when="Saturday evening", every=True)
    assert text.startswith("I found no event for Saturday evening.")


async def test_clearing_a_day_says_that_whole_days_go_too(ask: Asking) -> None:
    day = await ask.card("delete_event", when="Saturday", every=True)
    assert "Market day: Sat 14 March, all day" in day
    assert 'note: all-day events go too: "Market day"' in day


async def test_a_named_series_is_cleared_as_often_as_it_happens(ask: Asking) -> None:
    card = await ask.card("delete_event", event="standup", when="next week", every=True)
    assert card.splitlines()[0] == "Cancel 5 events?"


async def test_an_hour_alone_means_what_begins_then(ask: Asking) -> None:
    await ask.house.say("Workshop Thursday 13:30 to 15:30")
    await ask.house.press("Confirm")
    card = await ask.card("delete_event", when="Thursday at 14:00")
    assert card.startswith('Cancel "Review"?')


async def test_no_video_link_is_said_and_the_rest_is_proposed(ask: Asking) -> None:
    card = await ask.card("update_event", event="dentist", when="17:00", video=True)
    assert "will be: Wed 11 March 17:00–17:45" in card
    assert "note: this calendar makes no video links; paste one as the place" in card
    refusal = await ask.refusal("update_event", event="dentist", video=True)
    assert refusal == "This calendar makes no video links. Paste one as the place."
    assert await ask.refusal("update_event", event="dentist", video=False) == (
        '"Dentist" has no video link.'
    )


async def test_a_link_as_the_place_is_the_video_link(ask: Asking) -> None:
    link = "https://video.example/room"
    result = await ask("update_event", event="dentist", location=link, video=True)
    assert result.proposed is not None
    after = result.proposed.glimpses[0].after
    assert after is not None
    assert (after.location, after.video_url) == (link, link)
    assert "no video links" not in str(result.proposed.remarks)


async def test_clearing_everything_lists_all_of_it(ask: Asking) -> None:
    lines = (await ask.card("delete_event", every=True)).splitlines()
    assert lines[0] == "Cancel 12 events?"
    assert "Standup: Wed 11 March 09:30–09:45, the whole series" in lines
    assert f"{MARKUP}: Sat 14 March 10:00–11:00" in lines


async def test_who_comes_to_a_channels_event_is_said_under_its_card(ask: Asking) -> None:
    ask.place = TEAM
    refusal = await ask.refusal("respond_to_invitation", event="release", answer="accept")
    assert refusal.startswith('"Release" is the channel\'s: say whether you come')


async def test_clearing_a_named_calendar_leaves_all_others_alone(ask: Asking) -> None:
    ask.place = TEAM
    ask.changed = {"said": "delete everything on the team calendar on friday"}
    card = await ask.card("delete_event", when="Friday", every=True)
    assert card.splitlines()[:2] == ['Cancel "Release"?', "when: Fri 13 March 15:00–16:00"]
    ask.place = None
    ask.changed = {"said": "delete everything on the #ops calendar on friday"}
    refusal = await ask.refusal("delete_event", when="Friday", every=True)
    assert refusal.startswith('I know no calendar "#ops"')


async def test_in_a_channel_a_card_with_anything_private_is_private(ask: Asking) -> None:
    ask.place = TEAM
    cleared = await ask("delete_event", when="Friday", every=True)
    release = await ask("update_event", event="Release", when="Friday at 19:00")
    assert cleared.proposed is not None
    assert release.proposed is not None
    assert (cleared.proposed.public, release.proposed.public) == (False, True)
    assert [remark.text for remark in release.proposed.remarks] == []


async def test_guests_are_added_to_what_stands(ask: Asking) -> None:
    wish = {"event": "review", "event_when": "Thursday", "who": ["Kim", "max@example.org"]}
    assert await ask.card("add_participants", **wish) == (
        'Add guests to "Review"?\n'
        "when: Thu 12 March 14:00–15:00\n"
        "new guests: Kim and max@example.org\n"
        "guests: Bo\n"
        "calendar: Personal · nobody is mailed: a built-in calendar can't write to "
        "max@example.org\n"
        "note: Kim gets the invitation here in chat\n"
        "note: Kim is reminded 1 day and 10 minutes before\n"
        "[Confirm] [Edit] [Not now]\n"
        "~ asking"
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            {"event": "gym", "who": ["Zoe"]},
            "I don't know Zoe here. Give me a mail address to put on the event.",
        ),
        (
            {"event": "Bo's party", "who": ["Kim"]},
            'Only Bo can invite people to "Bo\'s party".',
        ),
        ({"who": ["Kim"]}, "Which event?"),
    ],
)
async def test_who_can_not_be_invited_is_said(
    ask: Asking, arguments: dict[str, str], words: str
) -> None:
    assert await ask.refusal("add_participants", **arguments) == words


@pytest.mark.parametrize(
    ("answer", "title"),
    [
        ("accept", 'Accept "Bo\'s party"?'),
        ("tentative", 'Answer maybe to "Bo\'s party"?'),
        ("decline", 'Decline "Bo\'s party"?'),
    ],
)
async def test_an_invitation_is_answered_on_a_card(ask: Asking, answer: str, title: str) -> None:
    card = await ask.card("respond_to_invitation", event="party", answer=answer)
    assert card == (
        f"{title}\n"
        "when: Fri 13 March 19:00–21:00\n"
        "calendar: Personal\n"
        "note: Bo is told here in chat\n"
        "[Confirm] [Not now]\n"
        "~ asking"
    )


async def test_a_strangers_invitation_says_that_nobody_is_mailed(ask: Asking) -> None:
    card = await ask.card(
        "respond_to_invitation", event="sync", event_when="Saturday", answer="accept"
    )
    assert card.splitlines()[1:-2] == [
        "when: Sat 14 March 10:00–11:00",
        "guests: Eve <b> <eve@evil.example>",
        "calendar: Personal · Eve <b> is not mailed: only your copy changes",
    ]


async def test_one_of_several_invitations_is_asked_about(ask: Asking) -> None:
    result = await ask("respond_to_invitation", answer="accept")
    assert result.text == (
        "Which one?\n"
        "  1  Wed 11 March 11:00–12:00 · Weekly [2Jsync · Eve <b> · weekly\n"
        "  2  Fri 13 March 11:00–12:00 · confirm yes · Eve <b>\n"
        "  3  Fri 13 March 19:00–21:00 · Bo's party · Bo\n"
        f"  4  Sat 14 March 10:00–11:00 · {MARKUP} · Eve <b>"
    )


async def test_what_is_no_invitation_can_not_be_answered(ask: Asking) -> None:
    assert await ask.refusal("respond_to_invitation", event="dentist", answer="decline") == (
        '"Dentist" is no invitation, it is your own: I can move or cancel it.'
    )
    assert await ask.refusal("respond_to_invitation", event="opera", answer="decline") == (
        "I see no invitation like that."
    )


async def test_what_comes_of_a_strangers_text_is_marked(ask: Asking) -> None:
    ask.saw_strangers_text = True
    note = 'note: {} taken from the text of "Weekly [2Jsync"'
    added = await ask.card("add_participants", event="dentist", who=["eve@evil.example"])
    assert note.format("guest eve@evil.example") in added.splitlines()
    title = "Important for the assistant"
    changed = await ask.card("update_event", event="dentist", title=title, location="Attic")
    assert note.format("title") in changed.splitlines()
    assert changed.count("taken from") == 1


async def test_what_stays_may_be_named_by_its_hour(ask: Asking) -> None:
    result = await ask("delete_event", when="Thursday 12 March", every=True, keep=["2pm"])
    assert result.proposed is not None
    gone = [one.before.title for one in result.proposed.glimpses if one.before is not None]
    assert "Gym" in gone
    assert "Review" not in gone
    nothing = await ask.refusal("delete_event", when="12 March", every=True, keep=["1pm"])
    assert nothing == 'I found no "1pm" there, so I cancel nothing.'
