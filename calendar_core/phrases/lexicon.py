"""The lexicon: single words and what they stand for. Reading them in order is `grammar`."""


def word_set(text: str) -> frozenset[str]:
    """The words of a line, as a set."""
    return frozenset(text.split())


WEEKDAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTH_NAMES = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)

_WEEKDAY_SHORT = (
    ("mon", "mond"),
    ("tue", "tues"),
    ("wed", "weds", "wednes"),
    ("thu", "thur", "thurs"),
    ("fri",),
    ("sat", "satur"),
    ("sun",),
)
WEEKDAYS = {name: day for day, name in enumerate(WEEKDAY_NAMES)} | {
    short: day for day, shorts in enumerate(_WEEKDAY_SHORT) for short in shorts
}
"""Monday is 0, as in `date.weekday`."""
PLURAL_WEEKDAYS = {name + "s": day for name, day in WEEKDAYS.items() if len(name) > 2} | {
    "weds": 2,
    "tues": 1,
}
PLURAL_WEEKDAYS = {name: day for name, day in PLURAL_WEEKDAYS.items() if name not in WEEKDAYS}

MONTHS = {name: month for month, name in enumerate(MONTH_NAMES, 1)} | {
    name[:3]: month for month, name in enumerate(MONTH_NAMES, 1)
}
MONTHS |= {"sept": 9, "janu": 1, "febr": 2, "octob": 10}

UNITS = {
    word: unit
    for unit, words in {
        "second": "second seconds sec secs",
        "minute": "minute minutes min mins minuets",
        "hour": "hour hours hr hrs",
        "day": "day days",
        "night": "night nights",
        "weekend": "weekend weekends wkend wkends",
        "week": "week weeks wk wks",
        "fortnight": "fortnight fortnights",
        "month": "month months mth mths",
        "quarter": "quarter quarters qtr qtrs",
        "year": "year years yr yrs",
        "decade": "decade decades",
        "century": "century centuries",
    }.items()
    for word in words.split()
}
GLUED_UNITS = {
    "s": "second",
    "m": "minute",
    "h": "hour",
    "d": "day",
    "w": "week",
    "mo": "month",
    "y": "year",
}
"""One letter counts as a unit only where it stands right behind its number: 45m, 2h, 10d."""

_CARDINALS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
    "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
CARDINALS = {word: value for value, word in enumerate(_CARDINALS.split())}
TENS = {word: 20 + 10 * k for k, word in enumerate(_TENS.split())} | {"fourty": 40}
ORDINALS = {word: value for value, word in enumerate(_ORDINALS.split(), 1)} | {"thirtieth": 30}

PARTS = {
    "morning": "morning",
    "mornings": "morning",
    "afternoon": "afternoon",
    "afternoons": "afternoon",
    "evening": "evening",
    "evenings": "evening",
    "eve": "evening",
    "night": "night",
    "nights": "night",
    "nite": "night",
    "nighttime": "night",
    "lunch": "lunch",
    "lunchtime": "lunch",
    "breakfast": "breakfast",
    "dinner": "dinner",
    "dinnertime": "dinner",
    "suppertime": "dinner",
    "midmorning": "midmorning",
    "midafternoon": "midafternoon",
    "overnight": "night",
    "daytime": "daytime",
}
MEALS = frozenset(("lunch", "breakfast", "dinner"))
"""Names of parts of the day that are more often the name of the event itself."""

NEAR_DAYS = {
    "today": 0,
    "todays": 0,
    "tonight": 0,
    "tonite": 0,
    "tomorrow": 1,
    "tomorrows": 1,
    "tmrw": 1,
    "tmr": 1,
    "tmw": 1,
    "tmrow": 1,
    "tomm": 1,
    "tommorrow": 1,
    "tommorow": 1,
    "tomorow": 1,
    "tomoro": 1,
    "tomorro": 1,
    "yesterday": -1,
    "yesterdays": -1,
}

WHICH = {
    "this": "this",
    "current": "this",
    "next": "next",
    "nxt": "next",
    "following": "next",
    "last": "last",
    "previous": "last",
    "past": "past",
    "prior": "last",
    "coming": "coming",
    "upcoming": "coming",
    "forthcoming": "coming",
}
SEASONS = {
    "spring": (3, 20),
    "summer": (6, 21),
    "autumn": (9, 23),
    "fall": (9, 23),
    "winter": (12, 21),
    "springtime": (3, 20),
    "summertime": (6, 21),
}
"""First month and day of each season by the sun."""

ZONES = {
    "utc": "UTC",
    "gmt": "UTC",
    "z": "UTC",
    "est": "America/New_York",
    "edt": "America/New_York",
    "et": "America/New_York",
    "eastern": "America/New_York",
    "cst": "America/Chicago",
    "cdt": "America/Chicago",
    "central": "America/Chicago",
    "mst": "America/Denver",
    "mdt": "America/Denver",
    "mountain": "America/Denver",
    "ct": "America/Chicago",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
    "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles",
    "pacific": "America/Los_Angeles",
    "cet": "Europe/Berlin",
    "cest": "Europe/Berlin",
    "bst": "Europe/London",
    "ist": "Asia/Kolkata",
    "jst": "Asia/Tokyo",
    "wet": "Europe/Lisbon",
    "eet": "Europe/Helsinki",
    "eest": "Europe/Helsinki",
    "msk": "Europe/Moscow",
    "sgt": "Asia/Singapore",
    "hkt": "Asia/Hong_Kong",
    "kst": "Asia/Seoul",
    "aest": "Australia/Sydney",
    "aedt": "Australia/Sydney",
    "awst": "Australia/Perth",
    "nzst": "Pacific/Auckland",
    "nzdt": "Pacific/Auckland",
    "akst": "America/Anchorage",
    "akdt": "America/Anchorage",
    "hst": "Pacific/Honolulu",
}
CITIES = {
    name: zone
    for zone, names in {
        "Europe/London": "london|uk",
        "Europe/Dublin": "dublin",
        "Europe/Berlin": "berlin|munich|frankfurt|hamburg|german",
        "Europe/Paris": "paris|french",
        "Europe/Madrid": "madrid|barcelona",
        "Europe/Rome": "rome|milan",
        "Europe/Amsterdam": "amsterdam",
        "Europe/Zurich": "zurich|geneva",
        "Europe/Vienna": "vienna",
        "Europe/Stockholm": "stockholm",
        "Europe/Warsaw": "warsaw",
        "Europe/Moscow": "moscow",
        "Europe/Istanbul": "istanbul",
        "America/New_York": "new york|nyc|boston|miami|washington|atlanta",
        "America/Toronto": "toronto",
        "America/Chicago": "chicago|dallas|houston|austin",
        "America/Denver": "denver",
        "America/Los_Angeles": "los angeles|san francisco|seattle|california",
        "America/Vancouver": "vancouver",
        "America/Mexico_City": "mexico city",
        "America/Sao_Paulo": "sao paulo",
        "Asia/Dubai": "dubai",
        "Asia/Jerusalem": "tel aviv|israel",
        "Asia/Kolkata": "mumbai|delhi|bangalore|india|indian",
        "Asia/Singapore": "singapore",
        "Asia/Hong_Kong": "hong kong",
        "Asia/Shanghai": "shanghai|beijing",
        "Asia/Tokyo": "tokyo|japan",
        "Asia/Seoul": "seoul",
        "Australia/Sydney": "sydney|melbourne",
        "Pacific/Auckland": "auckland",
    }.items()
    for name in names.split("|")
}
"""Cities and countries whose time is told by their name."""

MISSPELT = {
    "wensday": "wednesday",
    "wendsday": "wednesday",
    "wednsday": "wednesday",
    "weds": "wed",
    "thrusday": "thursday",
    "thurday": "thursday",
    "tusday": "tuesday",
    "satday": "saturday",
    "febuary": "february",
    "feburary": "february",
    "untill": "until",
    "tonite": "tonight",
    "everyday": "everyday",
    "mins": "minutes",
    "till": "until",
    "til": "until",
    "thru": "through",
    "nite": "night",
    "bout": "about",
    "evry": "every",
    "moring": "morning",
    "mornin": "morning",
    "twelth": "twelfth",
    "eigth": "eighth",
    "tonights": "tonight",
}

CORRECTABLE = (
    *WEEKDAY_NAMES,
    "tomorrow",
    "yesterday",
    "tonight",
    "january",
    "february",
    "august",
    "september",
    "october",
    "november",
    "december",
    "weekend",
    "afternoon",
    "morning",
    "evening",
    "minutes",
)
"""Words that are recognised with one slip of the finger."""

NOT_SLIPS = word_set(
    "sundae sundry frida augusta augusts evenings mornings afternoons weekends minute minutes "
    "mondays fridays sundays tuesdays thursdays wednesdays saturdays mourning evenly knight "
    "yesterdays tomorrows todays weekend weekdays sunda horning morrow"
)
"""Real words one letter away from a correctable one."""
