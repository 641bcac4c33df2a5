"""What an absorb changed is `calendar_core.report`."""

from calendar_core.report import EventFollower as EventFollower
from calendar_core.report import EventNews as EventNews
from calendar_core.report import Report as Report
