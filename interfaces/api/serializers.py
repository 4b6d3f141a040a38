"""The shapes that go in and out of the API; no logic, no queries."""

from typing import Any

from rest_framework import serializers

from catalog.models import Product
from tickets.lifecycle import Status
from tickets.models import Severity

LARGEST_ID = 2**63 - 1


class Named(serializers.Serializer[Any]):
    """Something with a name: a product, a queue, a person, an organization."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()


class TicketOut(serializers.Serializer[Any]):
    """A ticket as everyone who may see it may read it. Times are ISO 8601, in the
    reader's zone."""

    number = serializers.IntegerField()
    title = serializers.CharField()
    status = serializers.CharField()
    status_label = serializers.CharField(source="get_status_display")
    severity = serializers.IntegerField()
    organization = Named()
    product = Named()
    queue = Named()
    requester = Named()
    assignee = Named(allow_null=True)
    opened_at = serializers.DateTimeField()
    waiting_since = serializers.DateTimeField()
    deadline_at = serializers.DateTimeField()
    closes_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField()
    end_reason = serializers.CharField()
    last_at = serializers.DateTimeField()


class FileOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    size = serializers.IntegerField()
    type = serializers.CharField()
    url = serializers.CharField()


class MessageOut(serializers.Serializer[Any]):
    """A message; `body` is its plain text."""

    id = serializers.IntegerField(source="pk")
    kind = serializers.CharField()
    author = Named()
    by_customer = serializers.BooleanField()
    is_internal = serializers.BooleanField()
    channel = serializers.CharField()
    received_at = serializers.DateTimeField()
    body = serializers.CharField(source="body_text")
    files = FileOut(many=True, source="described_files")


class StepOut(serializers.Serializer[Any]):
    """One step of the history: in codes for programs, in words for people."""

    verb = serializers.CharField()
    at = serializers.DateTimeField()
    channel = serializers.CharField()
    who = serializers.CharField()
    what = serializers.CharField()
    from_status = serializers.CharField()
    to_status = serializers.CharField()
    message = MessageOut(allow_null=True)


class ChapterOut(serializers.Serializer[Any]):
    """One ticket of a history with its steps, in the order in which they happened."""

    number = serializers.IntegerField()
    title = serializers.CharField()
    steps = StepOut(many=True)


class Filters(serializers.Serializer[Any]):
    """What the list can be narrowed by."""

    status = serializers.MultipleChoiceField(choices=Status.choices, required=False)
    queue = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST_ID)
    q = serializers.CharField(required=False, max_length=200, allow_blank=True)


class MessageIn(serializers.Serializer[Any]):
    """A message; `files` come with it as multipart/form-data. Empty ones are for the rules."""

    body = serializers.CharField(allow_blank=True, trim_whitespace=False)
    files = serializers.ListField(
        child=serializers.FileField(allow_empty_file=True), required=False, default=list
    )


class TicketIn(MessageIn):
    """A ticket to open. `organization` may be left out by who belongs to one only (R2)."""

    organization = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST_ID)
    product = serializers.PrimaryKeyRelatedField(queryset=Product.objects.all())
    severity = serializers.ChoiceField(choices=Severity.choices, default=Severity.MEDIUM.value)
    title = serializers.CharField()
