"""Reads calendars with libical, the C library in Evolution, GNOME and KDE, through ctypes.

No package index carries it, so it comes from the system (``tools``).
"""

import ctypes
from pathlib import Path

import tools

_EVENT = 4  # ICAL_VEVENT_COMPONENT


class _Time(ctypes.Structure):
    """``struct icaltimetype`` of libical 3."""

    _fields_ = [
        *((name, ctypes.c_int) for name in ("year", "month", "day", "hour", "minute", "second", "is_date", "is_dst")),
        ("zone", ctypes.c_void_p),
    ]


_TEXTS = ("uid", "summary", "description", "location")
_POINTER, _TEXT, _INT = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
_FUNCTIONS = {
    "icalparser_parse_string": (_POINTER, _TEXT),
    "icalcomponent_free": (None, _POINTER),
    "icalcomponent_count_errors": (_INT, _POINTER),
    "icalrestriction_check": (_INT, _POINTER),
    "icalcomponent_get_first_component": (_POINTER, _POINTER, _INT),
    "icalcomponent_get_next_component": (_POINTER, _POINTER, _INT),
    "icalcomponent_get_first_property": (_POINTER, _POINTER, _INT),
    "icalcomponent_get_dtstart": (_Time, _POINTER),
    "icalcomponent_get_dtend": (_Time, _POINTER),
    "icalcomponent_get_status": (_INT, _POINTER),
    "icalcomponent_get_sequence": (_INT, _POINTER),
    "icalproperty_status_to_string": (_TEXT, _INT),
    "icalproperty_string_to_kind": (_INT, _TEXT),
    "icaltime_convert_to_zone": (_Time, _Time, _POINTER),
    "icaltimezone_get_utc_timezone": (_POINTER,),
    **{f"icalcomponent_get_{name}": (_TEXT, _POINTER) for name in _TEXTS},
}


def _load():
    library = ctypes.CDLL(tools.need_library("ical", "libical3"))
    for name, (result, *arguments) in _FUNCTIONS.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


def read(file: Path) -> list[dict]:
    """Return a file's events with UTC instants, or dates where all-day. Fails on what libical holds to be wrong."""
    library = _load()
    calendar = library.icalparser_parse_string(file.read_bytes())
    try:
        assert calendar, f"{file}: no calendar"
        assert library.icalcomponent_count_errors(calendar) == 0, file
        assert library.icalrestriction_check(calendar), f"{file}: breaks a restriction of RFC 5546"
        found = []
        event = library.icalcomponent_get_first_component(calendar, _EVENT)
        while event:
            found.append(_event(library, event))
            event = library.icalcomponent_get_next_component(calendar, _EVENT)
        return found
    finally:
        library.icalcomponent_free(calendar)


def _event(library, event):
    texts = {name: (getattr(library, f"icalcomponent_get_{name}")(event) or b"").decode() for name in _TEXTS}
    has_end = library.icalcomponent_get_first_property(event, library.icalproperty_string_to_kind(b"DTEND"))
    return {
        "uid": texts["uid"],
        "start": _when(library, library.icalcomponent_get_dtstart(event)),
        "end": _when(library, library.icalcomponent_get_dtend(event)) if has_end else None,
        "summary": texts["summary"],
        "description": texts["description"],
        "place": texts["location"],
        "status": library.icalproperty_status_to_string(library.icalcomponent_get_status(event)).decode(),
        "sequence": library.icalcomponent_get_sequence(event),
    }


def _when(library, time):
    if time.is_date:
        return f"{time.year}-{time.month:02}-{time.day:02}"
    assert time.zone, "floating"
    at = library.icaltime_convert_to_zone(time, library.icaltimezone_get_utc_timezone())
    return f"{at.year}-{at.month:02}-{at.day:02}T{at.hour:02}:{at.minute:02}:{at.second:02}Z"
