"""`/api/v1/tickets/`: list, read, open, reply, follow up, by the same verbs as every door (C1)."""

from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounts.models import Organization
from interfaces.api.requests import actor, reader, upload
from interfaces.api.serializers import (
    ChapterOut,
    Filters,
    MessageIn,
    MessageOut,
    TicketIn,
    TicketOut,
)
from interfaces.api.timeline import timeline, with_files
from tickets import actions
from tickets.models import Ticket, TicketEvent
from tickets.models.scopes import TicketQuerySet


class NewestFirst(CursorPagination):
    ordering = "-number"
    page_size = 25
    page_size_query_param = "page_size"
    max_page_size = 100


class Tickets(APIView):
    def get(self, request: Request) -> Response:
        """The tickets that the reader may see (R1), newest first, in pages of 25.

        `status` (repeatable), `queue` (id) and `q` (as the search of the pages) narrow them.
        """
        pages = NewestFirst()
        found = pages.paginate_queryset(_narrowed(request), request, view=self)
        return pages.get_paginated_response(TicketOut(found, many=True).data)

    def post(self, request: Request) -> Response:
        """Open a ticket (R2, R3). 404 for an organization that is not the writer's."""
        wanted = _valid(TicketIn(data=request.data))
        event = actions.open_ticket(
            by=actor(request),
            organization=_organization(request, wanted.get("organization")),
            product=wanted["product"],
            severity=wanted["severity"],
            title=wanted["title"],
            body=wanted["body"],
            files=upload(request, wanted["files"]),
        )
        return _done(event)


class OneTicket(APIView):
    def get(self, request: Request, number: int) -> Response:
        """The ticket and its whole history as the reader may see it (L6, L13)."""
        ticket = _ticket(request, number)
        chapters = timeline(ticket, reader(request))
        return Response(
            {**TicketOut(ticket).data, "timeline": ChapterOut(chapters, many=True).data}
        )


class Messages(APIView):
    def post(self, request: Request, number: int) -> Response:
        """Reply (L5). An ended ticket takes none: 409 says where to go on (L6)."""
        ticket = _ticket(request, number)
        wanted = _valid(MessageIn(data=request.data))
        files = upload(request, wanted["files"])
        event = actions.reply(ticket, by=actor(request), body=wanted["body"], files=files)
        return _done(event)


class FollowUp(APIView):
    def post(self, request: Request, number: int) -> Response:
        """Continue an ended ticket: in its successor, made now if there is none (L6, L7)."""
        ticket = _ticket(request, number)
        wanted = _valid(MessageIn(data=request.data))
        files = upload(request, wanted["files"])
        event = actions.follow_up(ticket, by=actor(request), body=wanted["body"], files=files)
        return _done(event)


def _visible(request: Request) -> TicketQuerySet:
    visible: TicketQuerySet = Ticket.objects.visible_to(reader(request))
    return visible.with_people()


def _ticket(request: Request, number: int) -> Ticket:
    return get_object_or_404(_visible(request), number=number)


def _narrowed(request: Request) -> TicketQuerySet:
    wanted = _valid(Filters(data=request.query_params))
    found = _visible(request)
    if statuses := wanted.get("status"):
        found = found.filter(status__in=statuses)
    if queue := wanted.get("queue"):
        found = found.filter(queue=queue)
    return found.matching(wanted.get("q", ""), reader(request))


def _organization(request: Request, wanted: int | None) -> Organization:
    """R2: the one asked for, or the only one there is."""
    own = list(reader(request).organization_roles)
    if wanted is None and len(own) > 1:
        raise ValidationError({"organization": "Você pertence a várias empresas: escolha uma."})
    return get_object_or_404(Organization, pk__in=own, **({"pk": wanted} if wanted else {}))


def _valid(serializer: Serializer[Any]) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    valid: dict[str, Any] = serializer.validated_data
    return valid


def _done(event: TicketEvent) -> Response:
    """Where the message landed, and the message itself."""
    ticket = Ticket.objects.with_people().get(pk=event.ticket_id)
    body = {
        "ticket": TicketOut(ticket).data,
        "message": MessageOut(with_files(event.message)).data if event.message else None,
    }
    return Response(body, status=status.HTTP_201_CREATED)
