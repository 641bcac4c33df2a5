"""Changing how a channel is served, in words: always a card, for those who may manage the channel.

The form for the same is `channel_form`; one's own preferences are `preferences`.
"""

import re
from dataclasses import replace

from bot.channels import Digest, channel_of
from bot.tools.arguments import SetChannelPreferences
from bot.tools.channel_wishes import OFF, action_of, differences, not_allowed, told, wished
from bot.tools.tool import ProposeContext, ToolRefused, ToolResult, note, notes
from bot.wording import say_line

_ALL_DAYS = re.compile(r"\b(?:(?:every|each) (?:single )?day|daily|weekends?|7 days)\b", re.I)
NOT_HERE = "A channel's settings are changed in that channel. Say it there, please."


@notes
async def set_channel_preferences(ctx: ProposeContext, args: SetChannelPreferences) -> ToolResult:
    """Ask to change how the channel is served that one speaks in."""
    if ctx.place.is_private:
        raise ToolRefused(NOT_HERE)
    values = _values(args)
    if not values:
        raise ToolRefused(
            "What shall I change here: the agenda, reminders, the calendar, the zone?"
        )
    if not await ctx.rooms.may_manage(ctx.place):
        raise ToolRefused(not_allowed(ctx.place))
    stood = await ctx.world.channels.of(channel_of(ctx.place))
    stood = replace(stood, name=ctx.place.name or stood.name)
    if "digest_at" in values and "digest" not in values and stood.digest is Digest.OFF:
        values = {"digest": Digest.DAILY.value, **values}
    wanted, wrong = wished(stood, values, ctx)
    if wrong:
        raise ToolRefused(" ".join(wrong.values()))
    if not differences(stood, wanted):
        name = stood.name or "This channel"
        return ToolResult(text=f"{name} is served like that already: {told(stood)}.")
    action = action_of(stood, wanted, say_line(ctx.me.name))
    if "digest" in values and wanted.digest is Digest.DAILY and _ALL_DAYS.search(ctx.said):
        left_out = {"note": f"not on weekends; {action.fields['note']}"}
        action = replace(action, fields={**action.fields, **left_out})
    return await note(ctx, action, tool="set_channel_preferences")


def _values(args: SetChannelPreferences) -> dict[str, str]:
    """What was said, as the form says it."""
    leads = args.reminder_leads
    told = {
        "calendar": args.calendar,
        "zone": args.zone,
        "digest": args.digest,
        "digest_at": args.digest_at,
        "reminders": None if leads is None else ", ".join(leads) or OFF,
    }
    return {name: value for name, value in told.items() if value}
