"""What people wrote, as they read it."""

import time

import pytest

from adapters.discord.reading import kept, people_in, unmarked


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("**lunch** tomorrow at `12:30`", "lunch tomorrow at 12:30"),
        ("> lunch tomorrow", "lunch tomorrow"),
        ("# dinner\n-# on friday", "dinner\non friday"),
        ("***a*** __**b**__ ~~c~~ ||d|| _<@7>_", "a b c d <@7>"),
        ("https://x.test/_foo_/a__b__c", "https://x.test/_foo_/a__b__c"),
        ("snake_case_name and 2 * 3 * 4, 5 > 4", "snake_case_name and 2 * 3 * 4, 5 > 4"),
        ("[Zoom](https://zoom.test/j/1) at 5", "Zoom https://zoom.test/j/1 at 5"),
        ("see <https://a.test/x>", "see https://a.test/x"),
        ("```py\nlunch at 5```", "lunch at 5"),
        (r"\*not bold\* \<@1>", "*not bold* <@1>"),
        ("* one\n- two\n1. three", "* one\n- two\n1. three"),
        ("||half **open", "||half **open"),
    ],
)
def test_marks_are_no_words(written: str, read: str) -> None:
    assert unmarked(written) == read


@pytest.mark.parametrize("sign", ["*a ", "**", "`a", "||x", "_", "[a", "<http://", "* a*", "\\"])
def test_any_text_is_read_in_time(sign: str) -> None:
    text = (sign * 4000)[:4000]
    began = time.process_time()
    unmarked(text)
    assert time.process_time() - began < 1


@pytest.mark.parametrize("name", ["Ben *B*", "_so_ `x`", "# 1 \\o/", "||Al|| [x](https://a.test)"])
def test_a_name_stays_as_it_is(name: str) -> None:
    assert unmarked(f"with @{kept(name)}") == f"with @{name}"


def test_people_are_named_once() -> None:
    assert people_in(r"<@1> and <@!2>, <@1>; not <@&3> nor <#4> nor \<@5>") == (1, 2)
