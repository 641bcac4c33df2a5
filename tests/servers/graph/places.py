"""Rooms: `GET /places/microsoft.graph.room`, and rooms that answer invitations by themselves."""

from dataclasses import dataclass, field
from typing import Any

from tests.servers.graph.records import Record, Refusal
from tests.servers.graph.store import Store

Json = dict[str, Any]


@dataclass
class Places:
    """The rooms of the organization."""

    store: Store
    listed: dict[str, Json] = field(default_factory=dict)
    """By mail address."""
    granted: bool = True
    """Whether an administrator allowed Place.Read.All."""

    def add(self, mail: str, name: str, capacity: int | None = None) -> None:
        """A room, with its mailbox."""
        self.store.add_box(mail, name)
        self.listed[mail] = {
            "id": f"place-{len(self.listed)}",
            "displayName": name,
            "emailAddress": mail,
            "capacity": capacity,
            "bookingType": "standard",
            "building": "1",
            "floorNumber": 2,
        }

    def all(self) -> list[Json]:
        """Every room. Raises Refusal."""
        if not self.granted:
            raise Refusal(403, "ErrorAccessDenied", "Access is denied. Check credentials.")
        return list(self.listed.values())

    def booked(self, mail: str) -> list[Record]:
        """The events for which a room was booked, whoever made them."""
        return [
            record
            for box in self.store.boxes.values()
            for record in box.records.values()
            if any(_is(one, mail) for one in record.fields["attendees"])
        ]

    def answer(self) -> None:
        """Rooms say yes to what nobody answered yet."""
        for mail in self.listed:
            for record in self.booked(mail):
                for one in record.fields["attendees"]:
                    if _is(one, mail) and one["status"]["response"] == "none":
                        one["status"] = {"response": "accepted", "time": "2026-03-01T00:00:00Z"}
                        record.version = record.content = self.store.tick()


def _is(attendee: Json, mail: str) -> bool:
    return bool(
        attendee["type"] == "resource" and attendee["emailAddress"]["address"].lower() == mail
    )
