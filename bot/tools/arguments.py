"""What each tool takes. Times are the person's own words: code resolves them, never a model.

The docstring under an attribute is what a model reads about it.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator


class TimeWords:
    """Marks an argument that holds words for a time, resolved by `calendar_core.phrases`."""


When = Annotated[str, TimeWords()]


class Arguments(BaseModel):
    """Arguments of a tool: unknown names are refused."""

    model_config = ConfigDict(
        extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True, frozen=True
    )

    @field_validator("*", mode="before")
    @classmethod
    def _can_be_kept(cls, value: Any) -> Any:
        """Without the one character that PostgreSQL has no place for."""
        if isinstance(value, list):
            return [cls._can_be_kept(one) for one in value]
        return value.replace("\x00", "") if isinstance(value, str) else value


ScopeWord = Literal["this", "following", "all"]
ShowAs = Literal["busy", "free", "tentative", "out of office", "working elsewhere"]
Who = Annotated[list[str], Field(max_length=50)]


class GetSchedule(Arguments):
    """Show what is on a day or range, or the next event."""

    when: When = "today"
    """The day or range in the person's words: "tomorrow", "next week", "3 to 7 May", "this
    afternoon"."""
    calendar: str | None = None
    """Only this calendar, by name."""
    person: str | None = None
    """Only events with this person, or "out" for who is away."""
    next_only: bool = False
    """Just the next event from now on."""


class SearchEvents(Arguments):
    """Find events by words, people or time; also answers when, where, who, how long, how many."""

    query: str | None = None
    """Words of the title, place or description: "dentist"."""
    person: str | None = None
    """Somebody who takes part."""
    when: When | None = None
    """Where to look, in the person's words; everything from now on when left out."""
    past: bool = False
    """Look backwards: the last one before now ("when was my last …")."""
    unanswered: bool = False
    """Only invitations that wait for the person's answer."""
    limit: Annotated[int, Field(ge=1, le=20)] = 10


class FindFreeTime(Arguments):
    """Find free slots for the person, alone or with others; best first."""

    length: When | None = None
    """How long: "45 minutes"."""
    when: When | None = None
    """In which range: "this week", "tomorrow afternoon"; the next seven days when left out."""
    who: Who = []
    """Others who must be free too, by name."""
    optional: Who = []
    """Others who may be busy."""
    part_of_day: Literal["morning", "afternoon", "evening"] | None = None
    avoid: Annotated[list[When], Field(max_length=10)] = []
    """Times to leave out: "Friday", "before 10"."""
    count: Annotated[int, Field(ge=1, le=20)] = 3


class CheckAvailability(Arguments):
    """Say whether the person, or others, are free at a time; if not, why, and the nearest slots."""

    when: When
    """"Thursday 3pm", "tomorrow 2-3:30"."""
    who: Who = []
    """Whose time, by name; empty for the person's own."""
    length: When | None = None
    busy: bool = False
    """Tell when those in `who` are busy on a day or range: "what does Ana have on Friday"."""


class EventDetails(Arguments):
    """What a new event may say beside its title and guests."""

    when: When
    """Day and time, or a range, or a repetition: "Friday 12:30", "every weekday at 9:30 until
    Easter"."""
    length: When | None = None
    """How long, when the words of `when` do not say it."""
    all_day: bool = False
    location: str | None = None
    room: str | None = None
    """A meeting room to book, by name, or "any", or "any for 6". Only where the person wants a room
    booked; "in room 4" is a location."""
    description: str | None = None
    calendar: str | None = None
    """On which calendar, by name; the person's default when left out."""
    optional_guests: Who = []
    visibility: Literal["public", "private"] | None = None
    show_as: ShowAs | None = None
    color: str | None = None
    video: bool = False
    """Add a video link."""
    reminders: Annotated[list[When], Field(max_length=5)] = []
    """How long before the start to remind: "1 day"."""


class CreateEvent(EventDetails):
    """Propose a new event. Nothing is written before the person confirms the card."""

    title: str
    """As the person says it: "Lunch with Ana"."""
    guests: Who = []
    """People to invite, by name or mail address. Only those that the person asks to invite."""


class BookMeeting(EventDetails):
    """Propose a meeting with guests, who are invited and reminded.

    Nothing is written before the person confirms.
    """

    title: str | None = None
    """What it is called; "Meeting with …" when left out."""
    guests: Annotated[list[str], Field(min_length=1, max_length=50)]
    """People to invite, by name or mail address."""


class UpdateEvent(Arguments):
    """Propose a change of an event: another time, length, title, place, guests, repetition."""

    event: str | None = None
    """Words of its title, or its `ref` from an earlier result."""
    event_when: When | None = None
    """When it is now, to tell which one is meant: "Friday", "my 3pm" as "3pm"."""
    event_person: str | None = None
    """Somebody who takes part in it, to tell which one is meant."""
    scope: ScopeWord | None = None
    """Of a series: this one, this and following, or all; leave out when the person did not say."""
    when: When | None = None
    """The new time, as said: "Thursday 15:00", "at 4"."""
    shift: When | None = None
    """By how much to move it: "half an hour later", "2 days earlier"."""
    length: When | None = None
    """How long it shall be: "45 minutes"."""
    longer_by: When | None = None
    """By how much to lengthen it: "30 minutes"; "30 minutes shorter" shortens."""
    until: When | None = None
    """When it shall end, while its start stays: "at 5", "17:30"."""
    all_day: bool | None = None
    title: str | None = None
    location: str | None = None
    """Empty text removes it."""
    room: str | None = None
    """A meeting room to book, by name, or "any", or "any for 6"; empty text gives it back."""
    description: str | None = None
    repeat: When | None = None
    """How it shall repeat: "every Tuesday"; "never" stops it."""
    remove_guests: Who = []
    visibility: Literal["public", "private"] | None = None
    show_as: ShowAs | None = None
    color: str | None = None
    video: bool | None = None


class DeleteEvent(Arguments):
    """Propose to delete or cancel an event, or all that match."""

    event: str | None = None
    """Words of its title, or its `ref` from an earlier result; empty when only the time is said."""
    when: When | None = None
    """When it is: "tomorrow", "Friday at 3"."""
    person: str | None = None
    """Somebody who takes part in it."""
    scope: ScopeWord | None = None
    every: bool = False
    """All events that match, not just one."""
    keep: Who = []
    """With `every`: those that stay, by words of their titles or their `ref`."""


class AddParticipants(Arguments):
    """Propose to invite people to an existing event."""

    event: str | None = None
    """Words of its title, or its `ref` from an earlier result."""
    event_when: When | None = None
    who: Annotated[list[str], Field(min_length=1, max_length=50)]
    """Names or mail addresses."""
    optional: bool = False
    scope: ScopeWord | None = None


class RespondToInvitation(Arguments):
    """Propose an answer to an invitation: accept, tentative, decline, or another time."""

    event: str | None = None
    event_when: When | None = None
    organizer: str | None = None
    answer: Literal["accept", "tentative", "decline"]
    note: str | None = None
    """A word to the organizer."""
    propose: When | None = None
    """Another time, proposed to the organizer with "decline" or "tentative": "Thursday 15:00"."""
    scope: ScopeWord | None = None


class SetReminder(Arguments):
    """Remind the person, at a time or before an event. Done at once, with Undo."""

    text: str | None = None
    """What to be reminded of; may be left out before an event."""
    when: When | None = None
    """"in 2 hours", "tomorrow at 9", "every Friday at 16:00"."""
    event: str | None = None
    """Before which event: words of its title, or its `ref`."""
    event_when: When | None = None
    leads: Annotated[list[When], Field(max_length=5)] = []
    """How long before the event: "10 minutes", "1 day before at noon", "the night before"."""
    in_channel: bool = False
    """Remind everybody in this channel instead; that is a card."""


class ListReminders(Arguments):
    """List the person's waiting reminders."""

    when: When | None = None


class CancelReminder(Arguments):
    """Take back a waiting reminder. Done at once, with Undo."""

    reminder: str | None = None
    """Words of it, or its `ref`."""
    when: When | None = None
    every: bool = False
    """All of them."""


class AnalyzeSchedule(Arguments):
    """Figures: hours in meetings, busiest day, focus time, trends, whom one meets most."""

    when: When = "this week"
    person: str | None = None


class ListCalendars(Arguments):
    """List the person's calendars and how healthy they are."""


class LinkCalendar(Arguments):
    """Show how a calendar account elsewhere is linked; the person does it on a card. Never ask for
    a password."""

    kind: Literal["google", "microsoft", "icloud", "caldav", "feed"] | None = None
    """Outlook and Microsoft 365 are microsoft; other servers (Fastmail, Nextcloud) are caldav; an
    .ics address is feed. Left out when it was not said."""


class GetPreferences(Arguments):
    """Show zone, hours, week start, lengths, reminders, digest."""


class SetPreferences(Arguments):
    """Change preferences. A change of zone is a card; all else is done at once, with Undo."""

    zone: str | None = None
    """City or IANA name: "Berlin", "America/New_York"."""
    working_hours: When | None = None
    """"8:30 to 16:00"."""
    working_days: str | None = None
    """"Monday to Thursday"."""
    week_start: Literal["monday", "sunday", "saturday"] | None = None
    clock: Literal["12", "24"] | None = None
    default_length: When | None = None
    """How long a new event is."""
    reminder_leads: Annotated[list[When], Field(max_length=5)] | None = None
    """How long before events to be reminded; an empty list for never."""
    all_day_reminder: When | None = None
    """At which hour of the day."""
    quiet_hours: str | None = None
    """"22:00 to 7:00", or "none"."""
    weekend_reminders: bool | None = None
    calendar_news: bool | None = None
    """Whether to be told what others change in one's linked calendars."""
    digest_at: str | None = None
    """Hour of the daily agenda: "7:30", or "off"."""
    buffer: When | None = None
    """How long to keep free between meetings."""
    default_calendar: str | None = None
    """The calendar that new events go to, by name."""
    calendar: str | None = None
    """The calendar that `counts_as_busy` and `in_digests` are about, by name."""
    counts_as_busy: bool | None = None
    """Whether events of that calendar take the person's time."""
    in_digests: bool | None = None
    """Whether that calendar stands in the daily agenda."""
    pause_reminders_until: When | None = None
    model: str | None = None
    """Which language model answers the person: its name, "offline", or "usual"."""


class SetChannelPreferences(Arguments):
    """Change how the channel that one speaks in is served: the agenda that is posted there, its
    reminders, zone and calendar. Always a card, and only for those who may manage the channel;
    one's own preferences are `set_preferences`."""

    digest: (
        Literal[
            "off",
            "daily",
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "saturday",
            "sunday",
        ]
        | None
    ) = None
    """Which agenda is posted: "daily" is each day's, Monday to Friday; a weekday is the week's, on
    that day."""
    digest_at: When | None = None
    """At which hour: "9:00"."""
    reminder_leads: Annotated[list[When], Field(max_length=5)] | None = None
    """How long before its events all are reminded there; an empty list for never."""
    zone: str | None = None
    """City or IANA name."""
    calendar: Literal["own", "shared"] | None = None
    """A calendar of its own, or the one that all channels share."""


class SetGroup(Arguments):
    """Note, change or forget one of the person's own lists of people: "the design team is Ana, Bo
    and Kim". Done at once, with Undo. A list's name can then stand among guests and names."""

    name: str
    """What the list is called: "design team"."""
    members: Who | None = None
    """Everybody on it from now on, by name or mail address."""
    add: Who = []
    remove: Who = []
    forget: bool = False


class ListGroups(Arguments):
    """Show the person's own lists of people and who is on them."""

    name: str | None = None
    """Only this list."""


ARGUMENTS: dict[str, type[Arguments]] = {
    "get_schedule": GetSchedule,
    "search_events": SearchEvents,
    "find_free_time": FindFreeTime,
    "check_availability": CheckAvailability,
    "create_event": CreateEvent,
    "book_meeting": BookMeeting,
    "update_event": UpdateEvent,
    "delete_event": DeleteEvent,
    "add_participants": AddParticipants,
    "respond_to_invitation": RespondToInvitation,
    "set_reminder": SetReminder,
    "list_reminders": ListReminders,
    "cancel_reminder": CancelReminder,
    "analyze_schedule": AnalyzeSchedule,
    "list_calendars": ListCalendars,
    "link_calendar": LinkCalendar,
    "get_preferences": GetPreferences,
    "set_preferences": SetPreferences,
    "set_channel_preferences": SetChannelPreferences,
    "set_group": SetGroup,
    "list_groups": ListGroups,
}
