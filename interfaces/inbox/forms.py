"""What the demo's "Responder" box takes; the mail it becomes is written in caixa.py."""

from typing import Any
from uuid import uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _


class Files(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, empty ones too: the door refuses those in words."""

    widget = Files

    def clean(self, data: Any, initial: Any = None) -> list["UploadedFile[bytes]"]:
        files = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(each, initial) for each in files if each]


class AnswerForm(forms.Form):
    body = forms.CharField(
        label=_("O que escrever"),
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Escreva a resposta antes de enviar.")},
    )
    uploads = FilesField(label=_("Anexos"), required=False, allow_empty_file=True)
    request_key = forms.UUIDField(required=False)

    def clean_request_key(self) -> Any:
        return self.cleaned_data["request_key"] or uuid4()
