"""Files and drafts, for portal and desk alike, and the door that leads each to their own."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.guards import person, signed_in
from common.files import FileRefused, response
from interfaces.web import drafts
from interfaces.web.requests import check_room, described
from tickets import actions
from tickets.errors import Refused
from tickets.models import Attachment
from tickets.queries import may_read_attachment


@require_POST
@signed_in
def upload(request: HttpRequest) -> HttpResponse:
    """Take one file ahead of its message: `{id, name, size, type, url}`, or `{detail}` with 4xx."""
    sent = request.FILES.get("file")
    if sent is None:
        return JsonResponse({"detail": _("Nenhum arquivo chegou. Escolha-o de novo.")}, status=400)
    user = person(request)
    try:
        check_room(user, 1)
        stored = actions.upload(user, sent.name or "", sent, sent.size or 0)
    except Refused as full:
        return JsonResponse({"detail": str(full)}, status=429)
    except FileRefused as refused:
        return JsonResponse({"detail": str(refused.sentence)}, status=422)
    url = reverse("web:file", args=[stored.key])
    return JsonResponse({**described(stored), "url": url}, status=201)


@require_GET
@signed_in
def file(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Send a file to whoever may read its message; anyone else gets 404 (R1, L13)."""
    found = Attachment.objects.select_related("message__ticket__merged_into")
    attachment = get_object_or_404(found, key=key)
    if not may_read_attachment(person(request), attachment):
        raise Http404
    return response(
        attachment.file.open("rb"),
        attachment.name,
        attachment.content_type,
        inline=attachment.safe_inline and "baixar" not in request.GET,
    )


@require_http_methods(["POST", "DELETE"])
@signed_in
def draft(request: HttpRequest, place: str) -> HttpResponse:
    """Keep what a form holds at `place` (POST), or forget it (DELETE)."""
    user = person(request)
    if request.method == "DELETE":
        drafts.clear(user, place)
        return HttpResponse(status=204)
    try:
        drafts.save(user, place, drafts.typed(request))
    except ValueError:
        raise Http404 from None
    return HttpResponse(status=204)
