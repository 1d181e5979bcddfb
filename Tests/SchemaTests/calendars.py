"""Reads entries for calendars with icalendar, for the Swift tests beside this file.

Reads one JSON list of iCalendar objects from the file that it is given; writes a list of what each
says: method, uid, sequence, status, summary, first and last day (null where there is none), and the
faults that the parser found.
"""

import datetime
import json
import sys

from icalendar import Calendar


def read(text):
    calendar = Calendar.from_ical(text)
    (event,) = [part for part in calendar.subcomponents]
    faults = [str(fault) for part in (calendar, event) for fault in part.errors]
    faults += [f"{name} is missing" for name in ("PRODID", "VERSION") if name not in calendar]
    first = event["DTSTART"].dt if "DTSTART" in event else None
    after = event["DTEND"].dt if "DTEND" in event else None
    return {
        "method": str(calendar["METHOD"]),
        "uid": str(event["UID"]),
        "sequence": int(event["SEQUENCE"]),
        "status": str(event["STATUS"]),
        "summary": str(event["SUMMARY"]),
        "organizer": str(event["ORGANIZER"]),
        "first": first and first.isoformat(),
        "last": after and (after - datetime.timedelta(days=1)).isoformat(),
        "faults": faults,
    }


with open(sys.argv[1], encoding="utf-8", newline="") as cases:
    json.dump([read(text) for text in json.load(cases)], sys.stdout)
