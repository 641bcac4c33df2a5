"""What a proposing tool answers: that something waits for a press, never that it is done."""

from bot.tools.finding import target_ref
from bot.tools.tool import ToolContext, ToolResult
from bot.wording import say_when
from calendar_core.changes.change import ChangeStatus, Glimpse, PendingChange


def proposed(ctx: ToolContext, change: PendingChange, tool: str) -> ToolResult:
    """The result of a tool that drew up a change."""
    events = []
    for glimpse in change.glimpses[:10]:
        event = glimpse.after or glimpse.before
        if event is None:
            continue
        events.append(
            {
                "title": event.title,
                "when": say_when(event.when, ctx.zone, ctx.now),
                **({"ref": target_ref(glimpse.target)} if glimpse.target else {}),
            }
        )
    asked = change.status is ChangeStatus.ASKED
    facts = {
        "proposed": True,
        "waits_for": "the person's choice of scope" if asked else "the person's press on the card",
        "tool": tool,
        "events": events,
        "remarks": [remark.text for remark in change.remarks],
    }
    return ToolResult(
        text="",
        facts=facts,
        proposed=change,
        private=not change.public,
        strangers_text=any(_is_anothers(ctx, glimpse) for glimpse in change.glimpses),
    )


def _is_anothers(ctx: ToolContext, glimpse: Glimpse) -> bool:
    """Whether somebody else organizes the event, and so wrote its text."""
    organizer = glimpse.before.organizer if glimpse.before else None
    return organizer is not None and organizer.address not in ctx.me.addresses
