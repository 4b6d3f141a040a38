"""Tags and filters of the interface, built into every template: icons, times, files, components."""

import re
from datetime import datetime
from functools import cache, lru_cache
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.forms import BoundField, CheckboxInput, FileInput
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from common import clock, dates
from common.staticfiles import read_source

register = template.Library()

SPRITE = "icons.svg"
ICON_SIZES = (16, 20)

_STEP = 1024
_UNITS = ("KB", "MB", "GB", "TB")


# --- Icons ---------------------------------------------------------------------------------------


@cache
def icon_names() -> frozenset[str]:
    """Every icon that the sprite holds."""
    return frozenset(re.findall(r'<symbol id="i-([\w-]+)"', read_source(SPRITE)))


@register.simple_tag
def icon(name: str, *, size: int = 16, label: str = "") -> SafeString:
    """An icon of the sprite: decoration, or with `label` a picture that is read aloud.

    Refuses a name that the sprite lacks and a size that the style sheet lacks.
    """
    if name not in icon_names():
        raise ValueError(f"No icon {name!r} in static/{SPRITE}.")
    if size not in ICON_SIZES:
        raise ValueError(f"Icons are {ICON_SIZES} px, not {size}.")
    return _icon(name, size, label)


@lru_cache(maxsize=512)
def _icon(name: str, size: int, label: str) -> SafeString:
    return format_html(
        '<svg class="icon{}" {}><use href="{}#i-{}"/></svg>',
        "" if size == 16 else f" icon--{size}",
        format_html('role="img" aria-label="{}"', label)
        if label
        else mark_safe('aria-hidden="true"'),
        static(SPRITE),
        name,
    )


@register.simple_tag
def status(code: str, label: object, **said: Any) -> SafeString:
    """`components/status.html`, which says what `said` may hold; alike for like values, so each is
    rendered once."""
    return _status(code, str(label), **said)


@lru_cache(maxsize=512)
def _status(code: str, label: str, **said: Any) -> SafeString:
    return render_to_string("components/status.html", {"status": code, "label": label, **said})


@register.filter
def file_icon(content_type: str) -> str:
    """The icon that stands for a file of this type."""
    kind = content_type.partition("/")[0]
    return kind if kind in ("image", "video") else "file"


# --- Times ---------------------------------------------------------------------------------------


def _zone(tz: ZoneInfo | str | None) -> ZoneInfo:
    """`tz`, by name or as it is; without one the reader's own."""
    if isinstance(tz, ZoneInfo):
        return tz
    return ZoneInfo(tz or timezone.get_current_timezone_name())


@register.simple_tag
def when(moment: datetime) -> SafeString:
    """How long ago, in the reader's zone, kept fresh by `time.js`; the exact time is its title."""
    reader = _zone(None)
    return format_html(
        '<time datetime="{}" title="{}" data-when>{}</time>',
        dates.stamp(moment, reader),
        dates.full(moment, reader),
        dates.relative(moment, clock.now(), reader),
    )


@register.simple_tag
def exact(moment: datetime, tz: ZoneInfo | str | None = None) -> SafeString:
    """A deadline in its calendar's zone `tz`, which is named when the reader's differs (UI, 8)."""
    zone = _zone(tz)
    return format_html(
        '<time datetime="{}">{}</time>',
        dates.stamp(moment, zone),
        dates.exact(moment, zone, _zone(None), now=clock.now()),
    )


@register.simple_tag
def brief(moment: datetime, tz: ZoneInfo | str | None = None) -> SafeString:
    """A deadline in a row, in its calendar's zone `tz`: "hoje", "ter., 01/12", "10/12"."""
    zone = _zone(tz)
    return format_html(
        '<time datetime="{}">{}</time>',
        dates.stamp(moment, zone),
        dates.brief(moment, clock.now(), zone),
    )


@register.simple_tag
def with_time(text: str, moment: datetime | None = None, tz: ZoneInfo | str | None = None) -> str:
    """`text`, where `moment` as told in `tz` stands in it, with that part marked up as a time.

    The sentence of a deadline (L10) is one text for letters and pages; only pages mark it up.
    """
    safe = conditional_escape(text)
    if not moment:
        return safe
    zone = _zone(tz)
    told = dates.exact(moment, zone, now=clock.now())
    marked = format_html('<time datetime="{}">{}</time>', dates.stamp(moment, zone), told)
    # Both sides are escaped already.
    return mark_safe(safe.replace(told, marked, 1))  # noqa: S308


@register.filter
def full(moment: datetime) -> str:
    """`moment` in the reader's zone with nothing left out: "ter., 24/11/2026, 14:32"."""
    return dates.full(moment, _zone(None))


@register.simple_tag
def clock_attributes() -> SafeString:
    """What `time.js` must know: the server's present moment and the reader's zone."""
    zone = _zone(None)
    return format_html('data-now="{}" data-zone="{}"', dates.stamp(clock.now(), zone), zone.key)


# --- Words and numbers ---------------------------------------------------------------------------


@register.simple_tag
def site_name() -> str:
    """What this installation is called, also where there is no request (the page of a failure)."""
    return str(settings.SITE_NAME)


@register.filter
def initials(name: object) -> str:
    """First letters of the first and the last name: "Ana Beatriz Nogueira" is AN."""
    words = str(name).split()
    ends = (words[0], words[-1]) if len(words) > 1 else words
    return "".join(word[0] for word in ends).upper()


@register.filter("bytes")
def size(count: int) -> str:
    """A file's size for people: "1,8 MB", "412 KB", "87 bytes"."""
    if count < _STEP:
        return "1 byte" if count == 1 else f"{count} bytes"
    power = 1
    while round(count / _STEP**power) >= _STEP:
        power += 1
    value = count / _STEP**power
    digits = f"{value:.1f}" if value < 9.95 else f"{value:.0f}"
    return f"{digits.removesuffix('.0').replace('.', ',')} {_UNITS[power - 1]}"


@register.simple_tag(takes_context=True)
def modules(context: Context, *names: str) -> SafeString:
    """The scripts `static/js/<name>.js`, each a module with the request's nonce."""
    return format_html_join(
        "\n",
        '<script type="module" src="{}" nonce="{}"></script>',
        ((static(f"js/{name}.js"), context.get("csp_nonce") or "") for name in names),
    )


# --- Forms and components ------------------------------------------------------------------------


@register.simple_tag
def control(field: BoundField, **attrs: str | bool) -> str:
    """A field's widget in our style; `attrs` go over its own (`placeholder=""` removes one).

    Django adds `aria-describedby` and `aria-invalid` itself.
    """
    if not isinstance(field.field.widget, CheckboxInput | FileInput):
        attrs["class"] = f"{field.field.widget.attrs.get('class', '')} input".strip()
    return field.as_widget(attrs=attrs)


@register.simple_tag
def request_key() -> SafeString:
    """A hidden field that makes a form sent twice have one effect (L12): a fresh UUID a page."""
    return format_html('<input type="hidden" name="request_key" value="{}">', uuid4())


@register.simple_tag
def file_limits() -> dict[str, int]:
    """How many files a message may carry, and of how many bytes each."""
    return {"files": settings.MAX_FILES_A_MESSAGE, "bytes": settings.MAX_FILE_BYTES}


@register.simple_block_tag(takes_context=True)
def component(context: Context, content: str, which: str, **params: Any) -> str:
    """`components/<which>.html` around the block's content, seeing `params` and nothing else.

    For components that hold markup of the page; those that hold values only are included:
    `{% include "components/<which>.html" with … only %}`.
    """
    assert context.template is not None  # noqa: S101 - a tag runs inside a template
    found = context.template.engine.get_template(f"components/{which}.html")
    inside = {**params, "content": content, "csrf_token": context.get("csrf_token")}
    return found.render(context.new(inside))
