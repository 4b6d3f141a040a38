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
from common import dates

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
    if request.method != "POST":
        return render(request, template, {"form": ProfileForm(instance=user)})
    form = ProfileForm(request.POST, instance=user)
    if not form.is_valid():
        return render(request, template, {"form": form}, status=422)
    user.save(update_fields=form.changed_data)
    messages.success(request, _("Perfil guardado."))
    return redirect(request.path)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
