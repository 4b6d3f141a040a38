"""The forms of the survey: the answer, and the filters of the page of answers."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.html import escape
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import DESK_ROLES, User
from surveys.actions import LONGEST_COMMENT
from surveys.models import Reason, Score, Survey, SurveyQuerySet
from tickets.models import Queue


class AnswerForm(forms.Form):
    """S4: a score in words, what weighed, a comment. Nothing but the score is required."""

    score = forms.TypedChoiceField(
        label=_("Sua nota"),
        choices=Score.choices,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Escolha uma nota de 1 a 5.")},
    )
    reasons = forms.MultipleChoiceField(
        label=_("O que pesou na nota?"),
        choices=Reason.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    comment = forms.CharField(
        label=_("Comentário"),
        required=False,
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, survey: Survey, data: Any = None) -> None:
        """Without `data`, filled with the answer that there is, to be changed."""
        given = {name: getattr(survey, name) for name in ("score", "reasons", "comment")}
        super().__init__(data, initial=given)
        self.fields["comment"].help_text = _who_reads(survey)


def _who_reads(survey: Survey) -> str:
    if survey.entry_assignee is None:
        return gettext("A supervisão lê o que você escreve aqui.")
    said = gettext("%(name)s e a supervisão leem o que você escreve aqui.")
    return said % {"name": escape(survey.entry_assignee.first_name)}


class FilterForm(forms.Form):
    """Which answers are shown, as it stands in the address. Nonsense there filters nothing."""

    PERIODS = [
        ("30", _("últimos 30 dias")),
        ("90", _("últimos 90 dias")),
        ("365", _("últimos 12 meses")),
        ("all", _("desde o início")),
    ]
    USUAL = "365"

    period = forms.ChoiceField(label=_("Enviadas"), choices=PERIODS, required=False)
    queue = forms.ModelChoiceField(
        Queue.objects.order_by("name"), label=_("Fila"), required=False, empty_label=_("todas")
    )
    analyst = forms.ModelChoiceField(
        User.objects.filter(desk_role__in=DESK_ROLES).order_by("name"),
        label=_("Analista"),
        required=False,
        empty_label=_("todos"),
    )

    def __init__(self, data: Any, *, reader: User) -> None:
        """`reader` without supervision filters by period and queue: the analyst is the reader."""
        super().__init__({"period": self.USUAL, **data.dict()})
        if not reader.is_supervisor:
            del self.fields["analyst"]
        self.full_clean()

    def apply(self, surveys: SurveyQuerySet, now: datetime) -> SurveyQuerySet:
        """Those of `surveys` that are asked for, at `now` (aware)."""
        period = self.cleaned_data.get("period") or self.USUAL
        if period != "all":
            surveys = surveys.filter(sent_at__gte=now - timedelta(days=int(period)))
        narrow: dict[str, Callable[[Any], SurveyQuerySet]] = {
            "queue": surveys.of_queue,
            "analyst": surveys.of_person,
        }
        for name, by in narrow.items():
            if chosen := self.cleaned_data.get(name):
                surveys = by(chosen)
        return surveys
