"""What Slack's errors mean to whoever called: gone, busy, or a fault of ours. Pure.

The codes are those of the Web API's reference, method by method.
"""

from bot.chat.platform import PlaceGone, PlatformBusy, PlatformError

_NOT_THERE = frozenset({"not_in_channel", "channel_not_found", "user_not_in_channel"})
"""The bot or the person is not in that channel."""
_HERE = _NOT_THERE | {
    "is_archived",
    "message_not_found",
    "thread_not_found",
    "invalid_thread_ts",
    "thread_locked",
    "restricted_action_thread_locked",
}
"""Of one channel or thread alone: elsewhere in the workspace it may be allowed."""
_GONE = _HERE | {
    "is_inactive",
    "user_not_found",
    "users_not_found",
    "user_disabled",
    "account_inactive_user",
    "cannot_dm_bot",
    "user_not_visible",
    "restricted_action",
    "restricted_action_read_only_channel",
    "restricted_action_thread_only_channel",
    "restricted_action_non_threadable_channel",
    "messages_tab_disabled",
    "cannot_find_message",
    "cannot_find_channel",
    "cannot_unfurl_url",
    "cannot_unfurl_message",
    "cannot_find_service",
    "cant_update_message",
    "edit_window_closed",
    "no_permission",
    "not_enabled",
    "team_not_found",
    "team_access_not_granted",
    "access_denied",
    "invalid_user_combination",
    "cannot_reply_to_message",
    "channel_type_not_supported",
    "cannot_post_to_channel",
    "channel_is_limited_access",
    "slack_connect_canvas_sharing_blocked",
    "method_not_supported_for_channel_type",
    "ekm_access_denied",
}
_NO_ENTRY = frozenset(
    {"account_inactive", "invalid_auth", "not_authed", "token_revoked", "token_expired"}
)
_BUSY = frozenset(
    {
        "ratelimited",
        "rate_limited",
        "message_limit_exceeded",
        "team_added_to_org",
        "org_login_required",
        "external_channel_migrating",
    }
)
_AWAY = frozenset(
    {"fatal_error", "internal_error", "service_unavailable", "request_timeout", "update_failed"}
)
"""Of these Slack says that some of it may have been done."""
_BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
_TOO_LATE = frozenset(
    {
        "expired_trigger_id",
        "exchanged_trigger_id",
        "invalid_trigger_id",
        "trigger_expired",
        "trigger_exchanged",
    }
)


class Refused(PlaceGone):
    """Slack will not do that there."""

    def __init__(self, code: str) -> None:
        super().__init__(f"Slack does not let me do that there ({code}).")
        self.code = code
        """Slack's own word for it."""

    @property
    def is_absence(self) -> bool:
        """Whether the bot or the person is not in that channel."""
        return self.code in _NOT_THERE

    @property
    def is_here_alone(self) -> bool:
        """Whether it is refused in that channel or thread, and not in the whole workspace."""
        return self.code in _HERE


class NoEntry(PlatformError):
    """The token of a workspace is not good any more: somebody must install the app again."""


class BlocksRefused(PlatformError):
    """Slack does not take the blocks of a message."""


class StreamEnded(PlatformError):
    """Slack has closed a growing answer."""


class Away(PlatformBusy):
    """Slack failed, or broke off: whether it did what it was asked is not known."""


class Silent(Away):
    """Slack did not answer in its time."""


class TooLate(PlatformBusy):
    """A trigger was used after its three seconds, or twice."""


def refusal(method: str, code: str, *, status: int, seconds: float | None) -> PlatformError:
    """The error to raise for Slack's."""
    if status == 429 or code in _BUSY:
        return PlatformBusy("Slack asks me to slow down. Please try again shortly.", seconds)
    if status >= 500 or code in _AWAY:
        return Away("Slack is having trouble. Please try again shortly.")
    if code in _TOO_LATE:
        return TooLate("Slack waits three seconds for a form, and that was over. Try again.")
    if code in _GONE:
        return Refused(code)
    if code in _NO_ENTRY:
        return NoEntry(f"Slack refuses the app's token ({code}): install the app again.")
    if code in _BLOCKS:
        return BlocksRefused(f"Slack did not accept that ({method}: {code}).")
    if code == "missing_scope":
        return PlatformError(f"The Slack app lacks a scope for {method}: renew it by its manifest.")
    if code in ("message_not_in_streaming_state", "stream_expired", "streaming_state_conflict"):
        return StreamEnded(f"Slack has closed that answer ({code}).")
    return PlatformError(f"Slack did not accept that ({method}: {code or status}).")
