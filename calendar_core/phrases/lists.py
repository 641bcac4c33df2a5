"""Lists: several times joined by "and" or "or" ("Wed and Fri at 5", "Tuesday or Thursday at 3").

Each part is read by itself and takes from its neighbours what it left out: the time of day from
behind it, the day from before it. What a list means is in `reading`.
"""

from calendar_core.phrases.company import may_follow
from calendar_core.phrases.drafts import Draft, Half
from calendar_core.phrases.grammar import Reading, read_from, read_whole
from calendar_core.phrases.lexicon import MONTHS, NEAR_DAYS, WEEKDAYS
from calendar_core.phrases.terms import Dated, Length, Shift, Term, Weekday
from calendar_core.phrases.times import clocks
from calendar_core.phrases.words import TooMuchWork, Words

_JOINTS = frozenset(("and", "or", "&"))
_MOST = 5
_STEPS = 800


def read_list(text: str, r: Words) -> Draft | None:
    """A whole phrase as a list of times, or None."""
    joints = [k for k in range(r.n) if r.t[k] in _JOINTS]
    commas = [k for k in range(r.n) if r.t[k] == ","]
    if not joints or len(joints) + len(commas) > 2 * _MOST:
        return None
    joint = "or" if any(r.t[k] == "or" for k in joints) else "and"
    for cuts in ([*joints, *commas], joints, joints[-1:]):
        drafts = _each_read(text, r, sorted(set(cuts)))
        found = listed(drafts, joint) if drafts else None
        if found is not None:
            counts = joint == "and" and r.t[0] not in ("at", "@") and _are_numbers(drafts or [])
            return None if counts else found
    return None


def _are_numbers(drafts: list[Draft]) -> bool:
    """Whether nothing but bare numbers was said: "two and three" are no times."""
    return all(
        draft.left.clock is not None
        and draft.left.clock.weak
        and draft.left.day is None
        and draft.rule is None
        for draft in drafts
    )


def _each_read(text: str, r: Words, cuts: list[int]) -> list[Draft] | None:
    """The parts between the cuts, each read whole; None where one can't be."""
    drafts: list[Draft] = []
    first = 0 if r.t[0] in ("either", "both") else -1
    for a, b in zip([first, *cuts], [*cuts, r.n], strict=True):
        if b == a + 1:
            continue
        bare = _bare_day(r, a + 1, b, drafts) or _day_behind(r, a + 1, b, drafts)
        if bare is not None:
            drafts.append(bare)
            continue
        try:
            draft = read_whole(
                Words(text[r.starts[a + 1] : r.ends[b - 1]], limit=_STEPS, whole=True)
            )
        except TooMuchWork:
            return None
        if draft is None:
            return None
        drafts.append(draft)
    return drafts if 2 <= len(drafts) <= _MOST else None


def _bare_day(r: Words, start: int, end: int, before: list[Draft]) -> Draft | None:
    """A plain number that is a day of its neighbour's month: "5 and 7 June", "June 5 or 7"."""
    if end != start + 1 or not 1 <= r.v[start] <= 31 or len(r.t[start]) > 2:
        return None
    left = before[-1].left if before else Half()
    behind = isinstance(left.day, Dated) and left.day.day is not None and not left.clock
    at = end + 1
    while r.v[at] >= 0 and (r.t[at + 1] in _JOINTS or r.t[at + 1] == ","):
        at += 2
    ahead = r.v[at] >= 0 and (r.t[at + 1] in MONTHS or r.t[at + 2] in MONTHS)
    return Draft(left=Half(day=Dated(day=r.v[start]))) if behind or ahead else None


def _day_behind(r: Words, start: int, end: int, before: list[Draft]) -> Draft | None:
    """ "The day after" as the next day of the one before it: "tomorrow or the day after"."""
    at = start + 1 if r.t[start] == "the" else start
    day = before[-1].left.day if before else None
    if day is None or end != at + 2 or not r.phrase(at, "day", "after"):
        return None
    return Draft(left=Half(day=Shift(Length(days=1), 1, day)))


def with_more(r: Words, reading: Reading) -> Reading:
    """A reading in a sentence with the times that "and" or "or" join to it."""
    drafts, end, joint, closed = [reading.draft], reading.end, "", reading
    while len(drafts) < _MOST:
        at = end + 1 if r.t[end] == "," else end
        joined = r.t[at] in _JOINTS
        if not joined and (at == end or r.t[at] not in {**WEEKDAYS, **NEAR_DAYS}):
            break
        more = _next_in_sentence(r, at + 1 if joined else at, drafts[-1])
        if more is None:
            break
        drafts.append(more.draft)
        end = more.end
        if joined:
            joint = "or" if "or" in (joint, r.t[at]) else "and"
            found = listed(drafts, joint)
            if found is not None:
                closed = Reading(found, reading.start, end)
    return closed


def _next_in_sentence(r: Words, at: int, before: Draft) -> Reading | None:
    """The next time of a list; a bare number only behind another time of day."""
    dated = before.left.day
    near = isinstance(dated, Dated) and dated.day and dated.month and not before.left.clock
    bare = near and 1 <= r.v[at] <= 31 and len(r.t[at]) < 3 and before.right is None
    if bare and may_follow(r, at + 1) and r.t[at + 1] not in ("am", "pm", ":", "-", "/"):
        return Reading(Draft(left=Half(day=Dated(day=r.v[at]))), at, at + 1)
    found = r.once(read_from, at)
    if found is not None:
        draft = found.draft
        odd = draft.bound or draft.until or (draft.left.is_empty and draft.rule is None)
        mixed = draft.rule is None and before.rule is not None and draft.left.day is not None
        return None if odd or mixed or (draft.rule and before.rule is None) else found
    start = at + 1 if r.t[at] == "at" else at
    if before.left.clock is None or before.right is not None:
        return None
    for clock, end in r.once(clocks, start):
        if may_follow(r, end):
            return Reading(Draft(left=Half(clock=clock)), at, end)
    return None


def listed(drafts: list[Draft], joint: str) -> Draft | None:
    """The drafts as one list, each completed; None where they are no list of times."""
    if any(draft.bound or draft.until or draft.zone for draft in drafts):
        return None
    if any(draft.left.is_empty and draft.rule is None for draft in drafts):
        return None
    done = [drafts[-1]]
    for draft in reversed(drafts[:-1]):
        done.insert(0, _timed_like(draft, done[0]))
    done = _after_the_first(done)
    for k in range(1, len(done)):
        done[k] = _placed_like(done[k], done[k - 1])
    for k in range(len(done) - 2, -1, -1):
        done[k] = _placed_like(done[k], done[k + 1])
    if not all(_fits(raw, one) for raw, one in zip(drafts, done, strict=True)):
        return None
    if len({_shape(draft) for draft in done}) > 1:
        return None
    return done[0]._replace(also=tuple(done[1:]), joint=joint)


def _after_the_first(drafts: list[Draft]) -> list[Draft]:
    """ "Next Thursday and Friday": the days behind one that was picked out come after that one."""
    first = drafts[0].left.day
    if not isinstance(first, Weekday) or not first.which or first.week:
        return drafts
    done, days = [drafts[0]], 0
    for draft in drafts[1:]:
        day = draft.left.day
        if isinstance(day, Weekday) and not (day.which or day.week):
            days += (day.day - first.day - days - 1) % 7 + 1
            left = draft.left._replace(day=Shift(Length(days=days), 1, first))
            draft = draft._replace(left=left)
        done.append(draft)
    return done


def _timed_like(draft: Draft, other: Draft) -> Draft:
    """A part without a time of day, with that of the part behind it."""
    left, right = draft.left, other.right
    if left.clock or left.part or draft.right or (right and right.day):
        return draft
    left = left._replace(clock=other.left.clock, part=other.left.part, day=_dated(left.day, other))
    return draft._replace(left=left, right=right, length=draft.length or other.length)


def _dated(day: Term | None, other: Draft) -> Term | None:
    """A day with the month or week that only the next part names: "the 5th and 7th of June"."""
    behind = other.left.day
    if isinstance(day, Dated) and isinstance(behind, Dated) and day.month is None:
        return day._replace(month=behind.month, year=behind.year)
    if isinstance(day, Weekday) and isinstance(behind, Weekday) and not (day.which or day.week):
        return day._replace(week=behind.week, which=behind.which if behind.week else "")
    return day


def _placed_like(draft: Draft, other: Draft) -> Draft:
    """A time of day without its day or rule, with those of its neighbour."""
    if draft.left.day is None and draft.rule is None and (draft.left.clock or draft.left.part):
        return draft._replace(left=draft.left._replace(day=other.left.day), rule=other.rule)
    day, beside = draft.left.day, other.left.day
    if isinstance(day, Dated) and isinstance(beside, Dated) and day.month is None and beside.month:
        day = day._replace(month=beside.month, year=beside.year)
        return draft._replace(left=draft.left._replace(day=day))
    if isinstance(draft.left.day, Weekday) and isinstance(other.left.day, Weekday):
        plain = not (draft.left.day.which or draft.left.day.week)
        if plain and other.left.day.week:
            day = draft.left.day._replace(week=other.left.day.week)
            return draft._replace(left=draft.left._replace(day=day))
    return draft


def _fits(raw: Draft, done: Draft) -> bool:
    """Whether a part is a time by itself: a bare number beside a date may be a day of it."""
    clock = raw.left.clock
    if clock is None or not clock.weak or raw.left.day is not None or raw.rule is not None:
        return True
    return not isinstance(done.left.day, Dated)


def _shape(draft: Draft) -> tuple[bool, bool, bool]:
    """What sort of time a part is; those of a list are of one sort."""
    timed = draft.left.clock is not None or draft.left.part is not None
    return draft.rule is not None, timed, draft.left.is_empty
