"""What a browser shows where an installation did not come about: why, and what to do next. The way
there is Bolt's OAuth flow (`door`)."""

from html import escape

from slack_bolt.oauth.async_callback_options import (
    AsyncCallbackOptions,
    AsyncFailureArgs,
    AsyncSuccessArgs,
)
from slack_bolt.response import BoltResponse

_BEGIN = '<a href="{address}">Begin again here</a>.'
_STYLE = "body{font:16px/1.5 sans-serif;max-width:36em;margin:3em auto;padding:0 1em}"
_WORDS = {
    "access_denied": "You did not allow it, so nothing was installed.",
    "invalid_browser": "This browser did not begin the installation, or more than ten minutes ago.",
    "invalid_state": "That took more than ten minutes, or was done already.",
    "missing_code": "Slack did not say that you allowed it.",
    "invalid_code": "Slack did not confirm it.",
    "away": "Slack cannot be reached right now.",
    "storage_error": "It could not be kept. Tell whoever runs Convene: the log says why.",
}


def callbacks() -> AsyncCallbackOptions:
    """What is shown at the end of an installation."""
    return AsyncCallbackOptions(success=_installed, failure=_failed)


async def _installed(args: AsyncSuccessArgs) -> BoltResponse:
    return await args.default.success(args)


async def _failed(args: AsyncFailureArgs) -> BoltResponse:
    settings = args.settings
    root = (settings.redirect_uri or "").removesuffix(settings.redirect_uri_path)
    shown = await args.default.failure(args)  # it also takes the cookie away
    shown.body = page(args.reason, f"{root}{settings.install_path}")
    return shown


def page(reason: str, address: str) -> str:
    """The page for Bolt's or Slack's own word; `address` is where an installation begins."""
    words = _WORDS.get(reason) or f"Slack refused it ({reason[:80]})."
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>Convene</title><style>{_STYLE}</style></head><body><h1>Not installed</h1>"
        f"<p>{escape(words)} {_BEGIN.format(address=escape(address))}</p></body></html>"
    )
