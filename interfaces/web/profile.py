"""What people say of themselves, customers and desk alike."""

import re
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import photos
from accounts.guards import person
from accounts.models import User, validate_tax_id
from accounts.tax_ids import compacted, formatted
from common import clock, dates, pace
from common.errors import Refused
from common.text import one_line
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


_UNUSABLE = gettext_lazy(
    "Não foi possível usar este CPF ou CNPJ. Verifique os números; se estão certos, fale com o "
    "suporte."
)
# Each may bring a photo to draw and a number to look for.
_MOST_POSTS, _IN_SECONDS = 30, 600

# The signs that people write numbers with, and at least a number without its area code.
_PHONE = re.compile(r"[+().\s-]*(?:\d[+().\s-]*){8,}", re.ASCII)


class ProfileForm(forms.ModelForm[User]):
    """What people say of themselves; the address is the sign-in, which only an admin changes.

    Of the picture sent, `drawn` is what is kept (accounts/photos.py).
    """

    drawn: bytes | None = None

    picture = forms.FileField(
        label=gettext_lazy("Foto"),
        required=False,
        help_text=gettext_lazy(
            "JPEG, PNG ou WebP, até 8 MB. Quem trabalha com você nos tickets a vê."
        ),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={"empty": gettext_lazy("O arquivo está vazio. Escolha outro.")},
    )
    no_picture = forms.BooleanField(label=gettext_lazy("Retirar a foto"), required=False)
    tax_id = forms.CharField(
        label=gettext_lazy("CPF ou CNPJ"),
        required=False,
        max_length=30,
        help_text=gettext_lazy(
            "Confirma quem você é quando liga para o suporte. Outros veem só uma parte."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

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
        fields = ("name", "phone", "tax_id", "time_zone")
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

        if self.initial["tax_id"] == self.instance.tax_id:
            self.initial["tax_id"] = formatted(self.instance.tax_id)
        if not self.instance.photo:
            del self.fields["no_picture"]

    def clean_name(self) -> str:
        """On one line and without signs that nobody sees, for it stands in letters and files."""
        name = one_line(self.cleaned_data["name"], 150)
        if not name:
            raise forms.ValidationError(self.fields["name"].error_messages["required"])
        return name

    def clean_tax_id(self) -> str:
        """Of a number that is wrong and of one that another account has, the same is said."""
        tax_id = compacted(self.cleaned_data["tax_id"])
        if not tax_id:
            return ""
        try:
            validate_tax_id(tax_id)
        except forms.ValidationError:
            raise forms.ValidationError(_UNUSABLE) from None
        if User.objects.filter(tax_id=tax_id).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_UNUSABLE)
        return tax_id

    def clean_picture(self) -> Any:
        picture = self.cleaned_data["picture"]
        if picture:
            try:
                self.drawn = photos.portrait(picture.read(photos.MOST_BYTES + 1))
            except Refused as refused:
                raise forms.ValidationError(str(refused)) from None
        return picture

    def clean_phone(self) -> str:
        """A number that somebody could dial, or none."""
        phone: str = self.cleaned_data["phone"]
        if phone and not _PHONE.fullmatch(phone):
            raise forms.ValidationError(
                _("Escreva o telefone em números, com DDD, como em (11) 4002-0190.")
            )
        return phone


def profile(request: HttpRequest, template: str) -> HttpResponse:
    """The form, drawn by `template`; what is sent is kept, and the page shown again.

    What is sent too often is shown again unread.
    """
    user = person(request)
    chosen = preferences.choice_of(user)
    if request.method != "POST":
        form = ProfileForm(instance=user, initial={"letters": chosen})
        return render(request, template, {"form": form})
    if pace.is_too_fast(f"profile:{user.pk}", _MOST_POSTS, _IN_SECONDS):
        too_fast = _("São envios demais em pouco tempo. Espere alguns minutos e guarde de novo.")
        messages.warning(request, too_fast)
        form = ProfileForm(instance=user, initial={"letters": chosen, **request.POST.dict()})
        return render(request, template, {"form": form}, status=429)
    form = ProfileForm(request.POST, request.FILES, instance=user, initial={"letters": chosen})
    if not (form.is_valid() and _kept(user, form)):
        return render(request, template, {"form": form}, status=422)
    if form.drawn is not None or form.cleaned_data.get("no_picture"):
        photos.put(user, form.drawn)
    if (letters := Choice(form.cleaned_data["letters"])) != chosen:
        preferences.choose(user, letters, now=clock.now())
    messages.success(request, _("Perfil guardado."))
    return redirect(request.path)


def _kept(user: User, form: ProfileForm) -> bool:
    """Whether it could be written: another may have kept the same CPF or CNPJ meanwhile."""
    try:
        with transaction.atomic():
            changed = [name for name in form.changed_data if name in form.Meta.fields]
            user.save(update_fields=changed)
    except IntegrityError:
        form.add_error("tax_id", _UNUSABLE)
        return False
    return True


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
