"""Addresses of resources, however a server writes them."""

from urllib.parse import quote, unquote, urljoin, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from calendar_core.providers.caldav.multistatus import address

BASE = "HTTP://Cal.Example:80/me/work/"


@given(
    st.lists(st.text("ab.%2F:=@~!$&'()*+,_-é", max_size=6), min_size=1, max_size=4),
    st.booleans(),
)
def test_plain_paths_are_written_as_all_others_are(parts: list[str], ends: bool) -> None:
    href = "/" + "/".join(part for part in parts if part) + ("/" if ends else "")
    path = urlsplit(urljoin(BASE, href)).path
    written = "/".join(quote(unquote(one), safe="!$&'()*+,;=:@~") for one in path.split("/"))
    if not href.startswith("//"):
        assert address(BASE, href) == f"http://cal.example{written or '/'}"


def test_a_long_path_takes_no_time() -> None:
    href = "/a" * 20_000 + "%"
    assert address(BASE, href).startswith("http://cal.example/a/a")
