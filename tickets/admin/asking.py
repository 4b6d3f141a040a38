"""Asking first: a page between the form and its saving, with the tickets that would move (B3, B7).

Which forecast a form has is told by the pages in `policies`.
"""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django import forms
from django.contrib import admin
from django.contrib.admin.options import IS_POPUP_VAR
from django.db.models import Model
from django.forms import BaseModelFormSet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from tickets.forecast import Forecast

M = TypeVar("M", bound=Model)
FormSets = Sequence[BaseModelFormSet[Any, Any]]

CONFIRMED, BACK = "_confirmed", "_back"


class _Unconfirmed(Exception):  # noqa: N818 - said as what happened
    """The change moves tickets, and nobody has been asked; nothing has been written."""

    def __init__(self, forecast: Forecast) -> None:
        super().__init__()
        self.forecast = forecast


class _AsTyped:
    """A form that is shown again as it was sent, neither judged nor saved."""

    def is_valid(self) -> bool:
        return False


class AsksFirst(admin.ModelAdmin[M]):
    """Saves at once what moves no ticket; for the rest shows the forecast, and saves when told to.

    The page in between sends the same form again, with one field more: confirmed, or back.
    """

    def foresee(self, form: forms.ModelForm[M], formsets: FormSets) -> Forecast:
        """What saving these forms, all valid and none saved, would do to the active tickets."""
        raise NotImplementedError

    def save_model(
        self, request: HttpRequest, obj: M, form: forms.ModelForm[M], change: bool
    ) -> None:
        """Nothing yet: `save_related` comes next and knows the inlines too."""

    def save_related(
        self, request: HttpRequest, form: forms.ModelForm[M], formsets: Any, change: bool
    ) -> None:
        """Ask, or save the whole."""
        if CONFIRMED not in request.POST and (forecast := self.foresee(form, formsets)):
            raise _Unconfirmed(forecast)
        super().save_model(request, form.instance, form, change)
        super().save_related(request, form, formsets, change)

    def get_form(
        self, request: HttpRequest, obj: M | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm[M]]:
        """For who comes back from the page in between, the form as it was typed."""
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (_AsTyped, form), {}) if BACK in request.POST else form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The form's page, or the page in between."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except _Unconfirmed as asked:
            return TemplateResponse(
                request,
                "admin/tickets/confirm_forecast.html",
                self.admin_site.each_context(request)
                | {
                    "title": _("Esta mudança altera datas de tickets"),
                    "opts": self.opts,
                    "is_popup": IS_POPUP_VAR in request.POST,
                    "forecast": asked.forecast,
                    "typed": list(_typed(request)),
                    "confirmed": CONFIRMED,
                    "back": BACK,
                },
            )


def _typed(request: HttpRequest) -> Iterable[tuple[str, str]]:
    """Every field of the form as it was sent, for hidden inputs."""
    for name, values in request.POST.lists():
        if name not in ("csrfmiddlewaretoken", CONFIRMED, BACK):
            yield from ((name, str(value)) for value in values)
