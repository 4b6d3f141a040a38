"""What the page of a new ticket looks up as it is drawn."""

from collections.abc import Mapping

from django import template

from interfaces.portal.offers import Offer

register = template.Library()


@register.simple_tag
def offers_of(offers: Mapping[str, list[Offer]] | str, key: str) -> list[Offer]:
    """Those read in the answer to one question; none where nothing was read at all."""
    return offers.get(key, []) if isinstance(offers, Mapping) else []
