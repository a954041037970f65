"""What python-caldav does with our calendars. Run by its own Python: `caldav_client.py URL USER PASSWORD`.

Prints one JSON object with what it saw.
"""

import datetime as dt
import json
import sys

import caldav  # type: ignore[import-not-found] # it has a Python of its own
from caldav.lib import error  # type: ignore[import-not-found]

START = dt.datetime(2027, 3, 1, 1, tzinfo=dt.timezone.utc)  # noqa: UP017 - the client's Python may be older


def main() -> None:
    """Discovery, an event from birth to death, search, sync, an answer, and what must be refused."""
    url, user, password = sys.argv[1:]
    seen: dict[str, object] = {}
    with caldav.DAVClient(url=url, username=user, password=password) as client:
        principal = client.principal()
        calendars = {each.get_display_name(): each for each in principal.calendars()}
        seen["calendars"] = sorted(calendars)
        seen["addresses"] = principal.calendar_user_address_set()
        _busy(calendars["My busy times"], seen)
        _assignments(calendars["Assignments"], user, seen)
    json.dump(seen, sys.stdout)


def _busy(busy: caldav.Calendar, seen: dict[str, object]) -> None:
    hour = dt.timedelta(hours=1)
    single = busy.save_event(dtstart=START, dtend=START + hour, summary="Dentist", uid="single@peer")
    busy.save_event(
        dtstart=START,
        dtend=START + hour,
        summary="Class",
        uid="weekly@peer",
        rrule={"FREQ": "WEEKLY", "COUNT": 4},
    )
    seen["written"] = sorted(each.icalendar_component["UID"] for each in busy.events())
    seen["by uid"] = str(busy.event_by_uid("single@peer").icalendar_component["SUMMARY"])
    second_week = START + dt.timedelta(days=7)
    found = busy.search(start=second_week, end=second_week + dt.timedelta(days=1), event=True, expand=True)
    seen["second week"] = [str(each.icalendar_component["UID"]) for each in found]
    synced = busy.objects(load_objects=True)
    seen["synced"] = len(list(synced))
    single.icalendar_component["SUMMARY"] = "Dentist again"
    single.save()
    busy.event_by_uid("weekly@peer").delete()
    updated, deleted = synced.sync()
    seen["changed"], seen["deleted"] = len(list(updated)), len(list(deleted))
    free = busy.freebusy_request(START, START + dt.timedelta(days=1))
    seen["busy"] = "20270301T010000Z/20270301T020000Z" in free.data
    try:
        busy.save_event(dtstart=START, dtend=START + hour, uid="bomb@peer", rrule={"FREQ": "SECONDLY"})
    except error.DAVError as refused:
        seen["bomb"] = type(refused).__name__


def _assignments(calendar: caldav.Calendar, user: str, seen: dict[str, object]) -> None:
    (invitation,) = calendar.events()
    component = invitation.icalendar_component
    seen["asked"] = str(component["ATTENDEE"].params["PARTSTAT"])
    component["SUMMARY"] = "Mine"
    try:
        invitation.save()
    except error.DAVError as refused:
        seen["renamed"] = type(refused).__name__
    (again,) = calendar.events()
    again.data = again.data.replace("NEEDS-ACTION", "TENTATIVE")
    again.save()
    (after,) = calendar.events()
    seen["answered"] = str(after.icalendar_component["ATTENDEE"].params["PARTSTAT"])
    after.delete()
    seen["left"] = len(calendar.events())


if __name__ == "__main__":
    main()
