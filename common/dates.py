"""Moments and days in Portuguese words, for pages and letters alike; pure: `now` is passed in."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_WEEKDAYS = ("seg.", "ter.", "qua.", "qui.", "sex.", "sáb.", "dom.")

# Brazil's zones as people call them; the rest are named by their city.
_ZONE_NAMES = {
    "America/Araguaina": "horário de Araguaína",
    "America/Bahia": "horário da Bahia",
    "America/Belem": "horário de Belém",
    "America/Boa_Vista": "horário de Boa Vista",
    "America/Campo_Grande": "horário de Campo Grande",
    "America/Cuiaba": "horário de Cuiabá",
    "America/Eirunepe": "horário do Acre",
    "America/Fortaleza": "horário de Fortaleza",
    "America/Maceio": "horário de Maceió",
    "America/Manaus": "horário de Manaus",
    "America/Noronha": "horário de Fernando de Noronha",
    "America/Porto_Velho": "horário de Porto Velho",
    "America/Recife": "horário do Recife",
    "America/Rio_Branco": "horário do Acre",
    "America/Santarem": "horário de Santarém",
    "America/Sao_Paulo": "horário de Brasília",
    "UTC": "horário universal",
}


def zone_name(tz: ZoneInfo) -> str:
    """The zone in words: "horário de Manaus"."""
    city = tz.key.rpartition("/")[2].replace("_", " ")
    return _ZONE_NAMES.get(tz.key, f"horário de {city}")


def exact(
    moment: datetime, tz: ZoneInfo, reader_tz: ZoneInfo | None = None, *, now: datetime
) -> str:
    """`moment` in `tz`, as deadlines are told (L10): "ter., 01/12, 23:59".

    The year stands only where it is not the present one in `tz`. The zone is named when the
    reader's clock shows another hour at that moment: "ter., 01/12, 23:59 (horário de Manaus)".
    """
    local = moment.astimezone(tz)
    text = f"{_weekday(local)}, {_short_day(local, now.astimezone(tz).date())}, {local:%H:%M}"
    if reader_tz is not None and local.utcoffset() != moment.astimezone(reader_tz).utcoffset():
        text += f" ({zone_name(tz)})"
    return text


def full(moment: datetime, tz: ZoneInfo) -> str:
    """`moment` in `tz` with nothing left out, for titles: "ter., 24/11/2026, 14:32"."""
    local = moment.astimezone(tz)
    return f"{_weekday(local)}, {local:%d/%m/%Y, %H:%M}"


def relative(moment: datetime, now: datetime, tz: ZoneInfo) -> str:
    """How long ago, seen from `tz`: "agora", "há 52 min", "há 3 h", "ontem, 17:48", "17/11, 09:12".

    Today counts in hours, yesterday and before by the local day. What lies ahead reads
    "em 12 min", "hoje, 16:30", "amanhã, 09:00". `static/js/time.js` says the same in the browser.
    """
    local, today = moment.astimezone(tz), now.astimezone(tz).date()
    minutes = int(abs(now - moment).total_seconds() // 60)
    ahead = moment > now
    if minutes < 1:
        return "agora"
    if minutes < 60:
        return f"em {minutes} min" if ahead else f"há {minutes} min"
    if local.date() == today:
        return f"hoje, {local:%H:%M}" if ahead else f"há {minutes // 60} h"
    if local.date() == today - timedelta(days=1):
        return f"ontem, {local:%H:%M}"
    if local.date() == today + timedelta(days=1):
        return f"amanhã, {local:%H:%M}"
    return f"{_short_day(local, today)}, {local:%H:%M}"


def brief(moment: datetime, now: datetime, tz: ZoneInfo) -> str:
    """A deadline in the least space, for a row: "hoje", "ter., 01/12" within a week, "10/12" after.

    One that is over reads as in `relative`.
    """
    if moment < now:
        return relative(moment, now, tz)
    local, today = moment.astimezone(tz), now.astimezone(tz).date()
    if local.date() == today:
        return "hoje"
    if local.date() <= today + timedelta(days=7):
        return f"{_weekday(local)}, {_short_day(local, today)}"
    return _short_day(local, today)


def day(value: date, today: date | None = None) -> str:
    """A day alone: "10/12"; with its year where `today` is given and lies in another one."""
    return _short_day(value, today or value)


def stamp(moment: datetime, tz: ZoneInfo | None = None) -> str:
    """`moment` for programs (the `datetime` of a `<time>`): ISO 8601 to the second, with offset."""
    return moment.astimezone(tz or UTC).isoformat(timespec="seconds")


def _weekday(value: date) -> str:
    return _WEEKDAYS[value.weekday()]


def _short_day(value: date, today: date) -> str:
    return f"{value:%d/%m}" if value.year == today.year else f"{value:%d/%m/%Y}"
