"""What a person may want done. Telling which is `intents`."""

from enum import StrEnum


class Intent(StrEnum):
    """What a person wants done."""

    CREATE = "create"
    LOOK = "look"
    FREE = "free"
    UPDATE = "update"
    DELETE = "delete"
    INVITE = "invite"
    ANSWER = "answer"
    REMIND = "remind"
    REMINDERS = "reminders"
    UNREMIND = "unremind"
    ANALYZE = "analyze"
    CALENDARS = "calendars"
    PREFER = "prefer"
    PREFERENCES = "preferences"
