"""Every error of the API as `application/problem+json` (RFC 9457): code and sentence. No rules."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from common.files import FileRefused
from tickets.errors import Refused

CONTENT_TYPE = "application/problem+json"


def problem(exc: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to what a view raised; None for a failure of ours, which stays a 500.

    An act that the rules refuse is 409, a body that makes no sense 400, with `errors` by field.
    What the reader may not know of is 404 and no different from what does not exist (R1).
    """
    match exc:
        case Refused():
            return _problem(409, exc.code, str(exc))
        case FileRefused():
            return _problem(400, "file_refused", exc.sentence)
        case exceptions.ValidationError():
            errors = exc.detail if isinstance(exc.detail, dict) else {"": exc.detail}
            return _problem(400, "invalid", _("Há campos a corrigir."), errors=errors)
        case Http404() | exceptions.NotFound():
            return _problem(404, "not_found", _("Não encontrado."))
        case PermissionDenied():
            return _problem(403, "permission_denied", _("Você não pode fazer isto."))
    answer = exception_handler(exc, context)
    if answer is None or not isinstance(exc, exceptions.APIException):
        return None
    told = _problem(answer.status_code, _code(exc), str(exc.detail))
    for name in _KEPT:
        if name in answer:
            told[name] = answer[name]
    return told


_KEPT = ("WWW-Authenticate", "Retry-After")


def _code(exc: exceptions.APIException) -> str:
    codes = exc.get_codes()
    return codes if isinstance(codes, str) else "invalid"


def _problem(status: int, code: str, sentence: str, **more: Any) -> Response:
    body = {"type": "about:blank", "status": status, "code": code, "detail": sentence, **more}
    return Response(body, status=status, content_type=CONTENT_TYPE)
