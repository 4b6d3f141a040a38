"""For which of several organizations a person is here (R2): chosen in the header."""

from urllib.parse import urlsplit

from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.guards import person

KEY = "organization"
# Of an address that is kept, what another choice makes meaningless.
_OF_THE_FORMER = ("organization", "product", "after", "before")


def chosen(request: HttpRequest) -> int | None:
    """Id of the organization that the person acts for, or None: for all of them.

    It is kept in the session, and counts only as long as the organization releases the person:
    `places` is asked each time, so a membership that ended in the middle of a session is none.
    """
    pk = request.session.get(KEY)
    return pk if pk in person(request).places else None


def choose(request: HttpRequest, typed: str) -> bool:
    """Act for the organization with this id from now on, or for all (""); False, and for all, if
    it is none of the person's, or nonsense."""
    places = person(request).places
    pk = next((pk for pk in places if str(pk) == typed), None)
    if pk is None:
        request.session.pop(KEY, None)
    else:
        request.session[KEY] = pk
    return pk is not None or typed == ""


def way_back(request: HttpRequest, address: str) -> str:
    """Where to go on after a choice: to the same page, where it means something for any choice."""
    home = reverse("portal:home")
    if not url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return home
    parts = urlsplit(address)
    try:
        found = resolve(parts.path)
    except Resolver404:
        return home
    if found.app_name == "company":
        return reverse("company:index")
    if found.view_name not in _SAME_FOR_ALL and found.app_name != "help_center":
        # A ticket is of one organization: the list has those of the other.
        return reverse("portal:tickets") if found.app_name == "portal" else home
    query = QueryDict(parts.query, mutable=True)
    for name in _OF_THE_FORMER:
        query.pop(name, None)
    return f"{parts.path}?{query.urlencode()}" if query else parts.path


_SAME_FOR_ALL = {
    "portal:home",
    "portal:tickets",
    "portal:open",
    "portal:profile",
    "portal:rules",
}
