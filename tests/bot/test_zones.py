"""From a city or a name to a zone."""

import pytest

from bot.zones import UnknownZone, find_zone


@pytest.mark.parametrize(
    ("words", "zone"),
    [
        ("Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        (" New  York ", "America/New_York"),
        ("new_york", "America/New_York"),
        ("san francisco", "America/Los_Angeles"),
        ("UTC", "UTC"),
        ("pacific", "America/Los_Angeles"),
        ("Munich", "Europe/Berlin"),
        ("kolkata", "Asia/Kolkata"),
    ],
)
def test_a_zone_is_found_by_city_or_name(words: str, zone: str) -> None:
    assert find_zone(words).key == zone


def test_an_unknown_zone_comes_with_suggestions() -> None:
    with pytest.raises(UnknownZone) as told:
        find_zone("Berlln")
    assert str(told.value) == (
        "I know no time zone 'Berlln'. Did you mean Europe/Berlin? Name it like Europe/Berlin."
    )


@pytest.mark.parametrize("words", ["", "../../etc/passwd", "x" * 10_000, "\x00"])
def test_hostile_words_are_unknown_zones(words: str) -> None:
    with pytest.raises(UnknownZone) as told:
        find_zone(words)
    assert len(str(told.value)) < 300
