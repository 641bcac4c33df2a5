"""What people wrote, as one reads it; and what Slack's errors mean."""

from typing import Any

import pytest
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState

from adapters.slack.calls import LimitPasses
from adapters.slack.refusals import NoEntry, Refused, StreamEnded, TooLate, refusal
from adapters.slack.words import mentioned, readable, text_in
from bot.chat.platform import PlaceGone, PlatformBusy, PlatformError


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("lunch &lt;soon&gt; &amp; late", "lunch <soon> & late"),
        ("<@U0BOT> what's on?", "what's on?"),
        ("<@U0BOT>, what's on?", "what's on?"),
        ("hey <@U0BOT> what's on?", "hey what's on?"),
        ("with <@U1> and <@U2|eve> and <@U3>", "with @Ana and @eve and @U3"),
        ("in <#C1|general> or <#C2>", "in #general or #C2"),
        ("<!here> <!channel> <!everyone|all>", "@here @channel all"),
        ("<!subteam^S1|@devs> <!subteam^S2>", "@devs @S2"),
        ("<!date^1^{date}|Wed 11 March>", "Wed 11 March"),
        ("<https://x.test/a>", "https://x.test/a"),
        ("<https://x.test/a|here>", "here (https://x.test/a)"),
        ("<http://x.test|x.test>", "http://x.test"),
        ("<mailto:bo@x.test|bo@x.test>", "bo@x.test"),
        ("<mailto:bo@x.test|Bo>", "Bo (bo@x.test)"),
        ("first\n\n  second  third ", "first\n\nsecond third"),
        ("a < b > c", "a < b > c"),
        ("&amp;lt;", "&lt;"),
        ("", ""),
    ],
)
def test_entities_become_words(written: str, read: str) -> None:
    assert readable(written, names={"U1": "Ana"}, without="U0BOT") == read


RICH = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "1 < 2 with "},
                {"type": "user", "user_id": "U1"},
                {"type": "emoji", "name": "tada"},
            ],
        },
        {
            "type": "rich_text_list",
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "first"}]},
                {
                    "type": "rich_text_section",
                    "elements": [{"type": "link", "url": "https://x.test", "text": "here"}],
                },
            ],
        },
    ],
}
CARD = [
    {"type": "header", "text": {"type": "plain_text", "text": "Standup <weekly>"}},
    {"type": "section", "text": {"type": "mrkdwn", "text": "on *Friday* at 10:00"}},
    {"type": "section", "fields": [{"type": "mrkdwn", "text": "room &amp; floor"}]},
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "by <@U1>"}]},
    {"type": "actions", "elements": [{"type": "button", "text": {"text": "Press"}}]},
    {"type": "divider"},
]


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ({"text": "hi", "blocks": CARD}, "hi"),
        ({"text": "", "blocks": [RICH]}, "1 < 2 with @Ana:tada:\nfirst\nhere (https://x.test)"),
        ({"blocks": CARD}, "Standup <weekly>\non *Friday* at 10:00\nroom & floor\nby @Ana"),
        (
            {"text": " ", "attachments": [{"text": "Offsite on 12 May", "fallback": "x"}]},
            "Offsite on 12 May",
        ),
        ({"text": None, "attachments": [{"fallback": "Offsite"}, {}]}, "Offsite"),
        ({"blocks": None, "attachments": None}, ""),
    ],
)
def test_words_are_found_where_a_message_keeps_them(said: dict[str, Any], read: str) -> None:
    assert readable(text_in(said), names={"U1": "Ana"}) == read


def test_who_is_mentioned_is_told_once_in_order() -> None:
    assert mentioned("<@U2> <@U1|ana> <@U2> <@U0BOT> @U9") == ["U2", "U1", "U0BOT"]


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("channel_not_found", 200, Refused),
        ("is_archived", 200, PlaceGone),
        ("cannot_dm_bot", 200, PlaceGone),
        ("message_not_found", 200, PlaceGone),
        ("ratelimited", 429, PlatformBusy),
        ("", 503, PlatformBusy),
        ("internal_error", 200, PlatformBusy),
        ("update_failed", 200, PlatformBusy),
        ("org_login_required", 200, PlatformBusy),
        ("team_access_not_granted", 200, Refused),
        ("invalid_user_combination", 200, Refused),
        ("invalid_auth", 200, NoEntry),
        ("token_revoked", 200, NoEntry),
        ("expired_trigger_id", 200, TooLate),
        ("invalid_trigger_id", 200, TooLate),
        ("message_not_in_streaming_state", 200, StreamEnded),
        ("invalid_blocks", 200, PlatformError),
        ("missing_scope", 200, PlatformError),
    ],
)
def test_each_error_has_its_name(code: str, status: int, kind: type[PlatformError]) -> None:
    found = refusal("chat.postMessage", code, status=status, seconds=7.0)
    assert isinstance(found, kind)
    assert str(found)
    assert not isinstance(found, PlaceGone) or issubclass(kind, PlaceGone)


def test_a_limit_says_for_how_long() -> None:
    found = refusal("chat.update", "ratelimited", status=429, seconds=7.0)
    assert isinstance(found, PlatformBusy)
    assert found.seconds == 7.0


@pytest.mark.parametrize(
    ("method", "seconds", "waits"),
    [
        ("chat.postMessage", 60, True),
        ("chat.postMessage", 61, False),
        ("users.info", 10, True),
        ("users.info", 11, False),
    ],
)
async def test_limits_are_waited_out_longer_where_something_is_said(
    method: str, seconds: int, waits: bool
) -> None:
    request = HttpRequest(method="POST", url=f"https://slack.test/api/{method}", headers={})
    limited = HttpResponse(status_code=429, headers={"retry-after": [str(seconds)]})
    passes = LimitPasses(max_retry_count=2)
    state = RetryState()
    assert await passes.can_retry_async(state=state, request=request, response=limited) is waits
