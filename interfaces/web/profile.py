"""What people say of themselves, customers and desk alike."""

import re
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.guards import person
from accounts.models import User
from common import clock, dates
from notifications import preferences
from notifications.models import Choice

BRAZIL = (
    "America/Sao_Paulo",
    "America/Bahia",
    "America/Fortaleza",
    "America/Recife",
    "America/Belem",
    "America/Manaus",
    "America/Cuiaba",
    "America/Campo_Grande",
    "America/Porto_Velho",
    "America/Boa_Vista",
    "America/Rio_Branco",
    "America/Noronha",
)


# The signs that people write numbers with, and at least a number without its area code.
_PHONE = re.compile(r"[+().\s-]*(?:\d[+().\s-]*){8,}", re.ASCII)


class ProfileForm(forms.ModelForm[User]):
    """What people say of themselves; the address is the sign-in, which only an admin changes."""

    time_zone = forms.ChoiceField(
        label=gettext_lazy("Fuso horário"),
        help_text=gettext_lazy(
            "Horários aparecem neste fuso. Prazos seguem o calendário do suporte."
        ),
    )

    letters = forms.ChoiceField(
        label=gettext_lazy("Avisos por e-mail"),
        choices=Choice.choices,
        widget=forms.RadioSelect,
    )

    class Meta:
        model = User
        fields = ("name", "phone", "time_zone")
        labels = {"name": gettext_lazy("Nome"), "phone": gettext_lazy("Telefone")}
        help_texts = {"phone": gettext_lazy("Com DDD.")}
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        }
        error_messages = {"name": {"required": gettext_lazy("Diga como você se chama.")}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = [*BRAZIL, *({self.instance.time_zone} - set(BRAZIL))]
        field = self.fields["time_zone"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - as declared above
        field.choices = [(zone, _capital(dates.zone_name(ZoneInfo(zone)))) for zone in zones]
        self.fields["letters"].help_text = (
            _("Sempre chegam na hora: um ticket que passa para você e o link de acesso.")
            if self.instance.is_desk
            else _(
                "Sempre chegam na hora: o que espera a sua resposta, o fim do seu ticket e o "
                "link de acesso."
            )
        )

    def clean_phone(self) -> str:
        """A number that somebody could dial, or none."""
        phone: str = self.cleaned_data["phone"]
        if phone and not _PHONE.fullmatch(phone):
            raise forms.ValidationError(
                _("Escreva o telefone em números, com DDD, como em (11) 4002-0190.")
            )
        return phone


def profile(request: HttpRequest, template: str) -> HttpResponse:
    """The form, drawn by `template`; what is sent is kept, and the page shown again."""
    user = person(request)
    chosen = preferences.choice_of(user)
    if request.method != "POST":
        form = ProfileForm(instance=user, initial={"letters": chosen})
        return render(request, template, {"form": form})
    form = ProfileForm(request.POST, instance=user, initial={"letters": chosen})
    if not form.is_valid():
        return render(request, template, {"form": form}, status=422)
    user.save(update_fields=[name for name in form.changed_data if name != "letters"])
    if (letters := Choice(form.cleaned_data["letters"])) != chosen:
        preferences.choose(user, letters, now=clock.now())
    messages.success(request, _("Perfil guardado."))
    return redirect(request.path)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
