"""The words of a calendar part (RFC 5545), for mails that bring no other."""

import re

from django.utils.translation import gettext as _

_LONGEST = 200_000
_EVENT = re.compile(r"^BEGIN:(?:VEVENT|VTODO)$(.*?)(?:^END:|\Z)", re.MULTILINE | re.DOTALL)
_LINE = re.compile(r"^([A-Z-]+)((?:;[^:\n]*)?):([^\n]*)$", re.MULTILINE)
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(T\d{6})?(Z?)")
_ESCAPED = re.compile(r"\\(.)")


def words(calendar: str) -> str:
    """What the first event of `calendar` is, when, where, by whom, and what is said of it."""
    unfolded = re.sub(r"\n[ \t]", "", calendar[:_LONGEST].replace("\r\n", "\n"))
    event = _EVENT.search(unfolded)
    if event is None:
        return ""
    known: dict[str, tuple[str, str]] = {}
    for name, parameters, value in _LINE.findall(event[1]):
        known.setdefault(name, (parameters, value))
    organizer = known.get("ORGANIZER", ("", ""))[1]
    lines = [
        (_("Convite: %s"), _said(known, "SUMMARY")),
        (_("Quando: %s"), _moment(known.get("DTSTART", ("", ""))[1])),
        (_("Onde: %s"), _said(known, "LOCATION")),
        (_("Organização: %s"), re.sub(r"(?i)^mailto:", "", organizer)),
    ]
    told = "\n".join(label % value for label, value in lines if value)
    return "\n\n".join(filter(None, [told, _said(known, "DESCRIPTION")]))


def _said(known: dict[str, tuple[str, str]], name: str) -> str:
    value = known.get(name, ("", ""))[1]
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value).strip()


def _moment(value: str) -> str:
    """As it stands in the invitation, in the invitation's own time zone."""
    found = _MOMENT.fullmatch(value)
    if found is None:
        return value
    year, month, day, time, zone = found.groups()
    hour = f" {time[1:3]}:{time[3:5]}" if time else ""
    return f"{day}/{month}/{year}{hour}{' UTC' if zone else ''}"
