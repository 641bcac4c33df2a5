"""Response addresses: half an hour, five times, and each for its own message."""

from datetime import timedelta

from adapters.slack.addresses import ADDED, USES, Addresses
from adapters.slack.incoming import place
from adapters.slack.whereabouts import Whereabouts
from calendar_core.clock import StandingClock
from tests.builders import NOW

TEAM, OTHER = place("T1", "C1"), place("T1", "C2")


def test_an_address_is_used_five_times() -> None:
    addresses = Addresses(StandingClock(NOW))
    addresses.note(TEAM, "U1", "https://r/1")
    assert [addresses.of_person(TEAM, "U1") for _ in range(USES + 1)] == ["https://r/1"] * 5 + [
        None
    ]
    assert addresses.of_person(TEAM, "U2") is None
    assert addresses.of_person(OTHER, "U1") is None


def test_an_address_lasts_half_an_hour() -> None:
    clock = StandingClock(NOW)
    addresses = Addresses(clock)
    addresses.note(TEAM, "U1", "https://r/1")
    clock.advance(timedelta(minutes=29))
    assert addresses.of_person(TEAM, "U1") == "https://r/1"
    clock.advance(timedelta(minutes=1))
    assert addresses.of_person(TEAM, "U1") is None
    addresses.note(TEAM, "U1", "https://r/2")
    assert addresses.of_anyone(TEAM) == "https://r/2"
    assert addresses.of_anyone(OTHER) is None


def test_a_press_replaces_the_message_that_it_stands_on_and_no_other() -> None:
    addresses = Addresses(StandingClock(NOW))
    addresses.note(TEAM, "U1", "https://r/1", message="1.1")
    addresses.note(TEAM, "U1", "https://r/2", message="2.2")
    assert addresses.of_message(TEAM, "1.1", "https://r/1") == "https://r/1"
    assert addresses.of_message(TEAM, "1.1", "https://r/2") == "https://r/1"
    assert addresses.of_message(TEAM, "3.3", "https://r/2") is None
    assert addresses.of_message(TEAM, "2.2", None) == "https://r/2"
    assert addresses.of_message(TEAM, "1.1", "https://r/of-yesterday") == "https://r/of-yesterday"


def test_a_message_that_a_command_added_is_replaced_by_the_press_on_it() -> None:
    addresses = Addresses(StandingClock(NOW))
    addresses.note(TEAM, "U1", "https://r/1", message="1.1")
    assert addresses.of_message(TEAM, f"{ADDED}abc", "https://r/1") == "https://r/1"
    assert addresses.of_message(TEAM, f"{ADDED}abc", None) is None


def test_a_thread_is_open_once_it_has_a_reply() -> None:
    whereabouts = Whereabouts()
    begun = place("T1", "C1", thread="1.1")
    assert whereabouts.open_thread(begun) is None
    whereabouts.heard(begun, "1.1", in_thread=False)
    assert whereabouts.open_thread(begun) is None
    whereabouts.replied(begun)
    assert whereabouts.open_thread(begun) == "1.1"


def test_the_last_words_of_a_direct_conversation_are_known() -> None:
    whereabouts = Whereabouts()
    direct = place("T1", "D1")
    assert whereabouts.last_said(direct) is None
    whereabouts.heard(direct, "1.1", in_thread=False)
    assert whereabouts.last_said(direct) == "1.1"
    assert whereabouts.last_said(place("T1", "D1", thread="0.5")) == "0.5"
    assert whereabouts.last_said(TEAM) is None
