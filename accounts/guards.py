"""Who may open a page, by who is signed in; which rows they then find is said elsewhere (R1)."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _

from accounts.models import User

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def person(request: HttpRequest) -> User:
    """Who is signed in; for views that let nobody else in."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def customer_required(view: View[P]) -> View[P]:
    """Signed in, and not of the desk (whose people have pages of their own): 404 otherwise."""
    return _required(view, lambda user: not user.is_desk)


def desk_required(view: View[P]) -> View[P]:
    """Analysts and supervisors; for a customer the page does not exist (R1)."""
    return _required(view, lambda user: user.is_desk)


def supervisor_required(view: View[P]) -> View[P]:
    """Supervisors only."""
    return _required(view, lambda user: user.is_supervisor)


def signed_in(view: View[P]) -> View[P]:
    """Anyone who is signed in; a stranger comes back here after the sign-in page."""
    return _required(view, lambda user: True)


def _required(view: View[P], admits: Callable[[User], bool]) -> View[P]:
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return _to_sign_in(request)
        if not admits(request.user):
            raise Http404(_("Esta página não existe."))
        return view(request, *args, **kwargs)

    return guarded


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page; whoever is in the middle of a page keeps it, and signs in beside it."""
    if request.accepts("text/html") and not request.headers.get("HX-Request"):
        return redirect_to_login(request.get_full_path())
    # The page says the rest (static/js/toast.js).
    detail = _("Sua sessão terminou. Entre de novo em outra aba e tente outra vez.")
    return JsonResponse({"detail": detail}, status=401)
