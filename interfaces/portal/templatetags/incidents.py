"""The incidents that a customer's page tells of, for any page that includes their banner."""

from django import template
from django.template import Context

from knowledge.models import Incident
from tickets.known import incidents_for

register = template.Library()

# More at once say nothing more; the list ends there.
MOST = 5


@register.simple_tag(takes_context=True)
def incidents_going_on(context: Context) -> list[Incident]:
    """Those of the products for which the reader may open tickets, the newest first (M2)."""
    return list(incidents_for(context["user"])[:MOST])
