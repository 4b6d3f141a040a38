"""Files, drafts and the organization in use: what pages of several interfaces share."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import photos
from accounts.guards import customer_required, person, signed_in
from common.files import FileRefused, response
from interfaces.web import drafts, organizations
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


@require_GET
@signed_in
def photo(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """A photo, for those who may see whose it is; anyone else gets 404 (R1). A new photo has a new
    address, so browsers keep this one."""
    shown = photos.shown_to(person(request), key)
    if shown is None:
        raise Http404
    sent = response(shown.photo.open("rb"), "foto.jpg", photos.CONTENT_TYPE, inline=True)
    sent["Cache-Control"] = "private, max-age=86400, immutable"
    return sent


@require_POST
@customer_required
def organization(request: HttpRequest) -> HttpResponse:
    """R2: act for another of one's organizations from now on, or for all; then back to the page."""
    if not organizations.choose(request, request.POST.get("organization", "")):
        messages.warning(
            request, _("Você não atua por essa empresa. Mostramos todas as que você tem.")
        )
    return redirect(organizations.way_back(request, request.POST.get("next", "")))
