"""The administration's form of a mailbox: what each door needs, said in words."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interfaces.inbox.models import Door, Mailbox, Strangers

# Whose password it is: where one of these changes, the stored one is not sent there.
_WHOSE = ("imap_host", "imap_port", "imap_security", "imap_user")


class MailboxForm(forms.ModelForm[Mailbox]):
    """The password is only ever written: an empty field keeps the one that is stored."""

    imap_password = forms.CharField(
        label=gettext_lazy("Senha"),
        required=False,
        strip=False,
        max_length=1_000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "class": "vTextField"}),
        help_text=gettext_lazy("Fica guardada cifrada e não é mostrada. Vazio: não muda."),
    )

    class Meta:
        model = Mailbox
        fields = (
            "name",
            "address",
            "queue",
            "is_active",
            "door",
            "imap_host",
            "imap_port",
            "imap_security",
            "imap_user",
            "imap_password",
            "imap_folder",
            "imap_done_folder",
            "imap_imports_old",
            "product",
            "strangers",
            "guests",
            "authserv_id",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Else it would count as changed whenever the field is left empty.
        self.initial.pop("imap_password", None)
        self._stored: str = self.instance.imap_password or ""

    def clean_imap_password(self) -> str:
        return self.cleaned_data["imap_password"] or self._stored

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("door") == Door.IMAP:
            self._check_imap(said)
        if said.get("strangers") == Strangers.GUEST:
            self._need(said, "guests", _("Escolha o cliente em que entram os visitantes."))
            self._need(said, "product", _("Sem produto, o e-mail de um visitante não abre ticket."))
        return said

    def _check_imap(self, said: dict[str, Any]) -> None:
        self._need(said, "imap_host", _("Informe o servidor IMAP."))
        self._need(said, "imap_user", _("Informe o usuário da caixa."))
        self._need(said, "imap_folder", _("Informe a pasta lida; em geral, INBOX."))
        self._need(said, "imap_password", _("Digite a senha da caixa."))
        if said.get("imap_done_folder") and said["imap_done_folder"] == said.get("imap_folder"):
            self.add_error("imap_done_folder", _("Escolha outra pasta que não a lida."))
        changed = set(self.changed_data)
        if self._stored and "imap_password" not in changed and changed.intersection(_WHOSE):
            sentence = _("O servidor ou o usuário mudou: digite a senha de novo.")
            self.add_error("imap_password", sentence)

    def _need(self, said: dict[str, Any], name: str, sentence: str) -> None:
        if name not in self.errors and not said.get(name):
            self.add_error(name, sentence)
