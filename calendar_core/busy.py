"""What counts as busy: the one rule, used by free time, conflicts, agendas and figures alike.

Finding room between what is busy is `availability`; reading calendars is `mirror`. The words are
those of RFC 5545: STATUS, TRANSP, PARTSTAT.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from calendar_core.events import Answer, Calendar, Occupancy, Occurrence, Status
from calendar_core.when import DaySpan, TimeSpan


class Claim(StrEnum):
    """What an occurrence does to its owner's time. All but FREE count as busy."""

    BUSY = "busy"
    TENTATIVE = "tentative"
    """Not settled, so it counts; the answer says that it is tentative."""
    OUT = "out"
    """The owner is away: no meeting of any kind."""
    FREE = "free"


@dataclass(frozen=True, slots=True, kw_only=True)
class BusySpan:
    """A stretch of somebody's time that is taken."""

    span: TimeSpan
    """An all-day event from midnight to midnight in its owner's zone."""
    claim: Claim = Claim.BUSY
    occurrence: Occurrence | None = None
    """What takes it; None where only free/busy is known."""

    @property
    def is_whole_days(self) -> bool:
        """Whether it stands for days rather than for a meeting at an hour."""
        return self.occurrence is not None and isinstance(self.occurrence.when, DaySpan)

    def padded(self, buffer: timedelta) -> TimeSpan:
        """With the quiet time that its owner wants around a meeting.

        Days, absences and what has no length get none.
        """
        start, end = self.span.start.astimezone(UTC), self.span.end.astimezone(UTC)
        if start == end or self.is_whole_days or self.claim is Claim.OUT:
            return TimeSpan(start=start, end=end)
        return TimeSpan(start=start - buffer, end=end + buffer)


def occupies(occurrence: Occurrence) -> Claim:
    """The busy rule, first line that fits:

    - cancelled, or declined by the owner: free;
    - no length (a mark at one instant): free;
    - marked free (TRANSP:TRANSPARENT) or working elsewhere: free;
    - out of office: out, whether it is all day or some hours;
    - tentative, answered "tentative" or not answered yet: tentative, which counts as busy and is
      said;
    - all else: busy.

    An all-day event follows the same lines: it takes its days when it is out of office or says that
    it is busy, and takes nothing when it is marked free, as Google, Outlook, Apple and Thunderbird
    mark a new all-day event (a birthday, "Kim is out" on a colleague's calendar).
    """
    if occurrence.status is Status.CANCELLED or occurrence.my_answer is Answer.DECLINED:
        return Claim.FREE
    if isinstance(occurrence.when, TimeSpan) and not occurrence.when.length:
        return Claim.FREE
    if occurrence.occupancy in (Occupancy.FREE, Occupancy.ELSEWHERE):
        return Claim.FREE
    if occurrence.occupancy is Occupancy.OUT_OF_OFFICE:
        return Claim.OUT
    if occurrence.status is Status.TENTATIVE or occurrence.my_answer in (
        Answer.TENTATIVE,
        Answer.OPEN,
    ):
        return Claim.TENTATIVE
    return Claim.BUSY


def busy_spans(
    occurrences: Iterable[Occurrence], calendars: Iterable[Calendar], zone: ZoneInfo
) -> tuple[BusySpan, ...]:
    """One person's taken time, in order of start; `zone` is that person's own, for their all-day
    events.

    A calendar that does not count as busy is left out. One that is not among `calendars` counts:
    unknown is not free.
    """
    ignored = {calendar.id for calendar in calendars if not calendar.counts_as_busy}
    spans = [
        BusySpan(span=_span(occurrence, zone), claim=claim, occurrence=occurrence)
        for occurrence in occurrences
        if occurrence.calendar_id not in ignored
        and (claim := occupies(occurrence)) is not Claim.FREE
    ]
    return tuple(sorted(spans, key=lambda taken: taken.span.start.astimezone(UTC)))


def unread(calendars: Iterable[Calendar]) -> tuple[Calendar, ...]:
    """The calendars that count and could not be read: with any of these, availability is
    incomplete."""
    return tuple(
        calendar
        for calendar in calendars
        if calendar.counts_as_busy and calendar.unread_since is not None
    )


def out_on(day: date, busy: Iterable[BusySpan], zone: ZoneInfo) -> tuple[BusySpan, ...]:
    """The absences that touch a day of one person, in their zone: "who is out today"."""
    span = DaySpan(first=day, until=day + timedelta(days=1)).within(zone)
    start, end = span.start.astimezone(UTC), span.end.astimezone(UTC)
    return tuple(
        taken
        for taken in busy
        if taken.claim is Claim.OUT
        and taken.span.start.astimezone(UTC) < end
        and start < taken.span.end.astimezone(UTC)
    )


def _span(occurrence: Occurrence, zone: ZoneInfo) -> TimeSpan:
    return (
        occurrence.when if isinstance(occurrence.when, TimeSpan) else occurrence.when.within(zone)
    )
