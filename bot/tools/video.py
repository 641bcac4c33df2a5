"""Video links: one that somebody pasted as the place, or one that the calendar's maker makes."""

from bot.tools.arguments import UpdateEvent
from calendar_core.capabilities import Capabilities
from calendar_core.changes.change import Remark
from calendar_core.events import Occurrence
from calendar_core.patch import Patch

NO_VIDEO = "This calendar makes no video links. Paste one as the place."
_NONE = Remark(kind="video", text="this calendar makes no video links; paste one as the place")


def link_of(place: str | None) -> str | None:
    """The video link that somebody put into the place; None when it is no link."""
    words = (place or "").split()
    return words[0] if len(words) == 1 and words[0].startswith("https://") else None


def wants_link(wished: bool | None, place: str | None, maker: Capabilities) -> bool:
    """Whether a new event's maker shall make a link."""
    return bool(wished) and link_of(place) is None and bool(maker.video)


def patched_video(args: UpdateEvent, one: Occurrence, maker: Capabilities) -> Patch:
    """What becomes of the link of an event that is there."""
    link = link_of(args.location)
    if link is not None:
        return Patch(video_url=link)
    left_place = args.location is not None and is_pasted(one)
    if one.video_url and (left_place or (args.video is False and not stays(one, maker))):
        return Patch(video_url="")
    return Patch(video_wanted=not one.video_url and wants_link(args.video, None, maker))


def is_pasted(one: Occurrence) -> bool:
    """Whether somebody put the link there as the place."""
    return bool(one.video_url) and one.video_url == one.location


def stays(one: Occurrence, maker: Capabilities) -> bool:
    """Whether the link was made by the calendar's maker, who keeps it on the event."""
    return bool(one.video_url) and maker.video_stays and not is_pasted(one)


def video_remarks(
    wished: bool | None, there: str | None, one: Occurrence | None, maker: Capabilities
) -> tuple[Remark, ...]:
    """What a card says where the wish can't be met; `there` is the link that there will be."""
    if wished and not (there or maker.video or (one is not None and one.video_url)):
        return (_NONE,)
    if wished is False and one is not None and stays(one, maker):
        return (Remark(kind="video", text=f"its {maker.video} link can't be taken off again"),)
    return ()


def nothing_to_change(wished: bool | None, one: Occurrence, maker: Capabilities) -> str | None:
    """Why a wish about the link alone changes nothing; None where none was said."""
    if wished:
        return f'"{one.title}" has a video link already.' if one.video_url else NO_VIDEO
    if wished is None:
        return None
    if stays(one, maker):
        return f'The {maker.video} link of "{one.title}" can\'t be taken off again.'
    return f'"{one.title}" has no video link.'
