"""What every page of an organization's administration shows: its name, and its sections."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization

# Name of the page that each section begins with, and its title.
_SECTIONS = [
    ("people", _("Pessoas")),
    ("teams", _("Equipes")),
    ("figures", _("Números")),
    ("contract", _("Contrato")),
]


def shell(organization: Organization, section: str, **more: Any) -> dict[str, Any]:
    """The context of a page of `section`, with what is its own."""
    sections = [
        {
            "label": label,
            "url": reverse(f"company:{name}", args=[organization.pk]),
            "current": name == section,
        }
        for name, label in _SECTIONS
    ]
    tickets = f"{reverse('portal:tickets')}?whose=company&organization={organization.pk}"
    sections.insert(1, {"label": _("Tickets"), "url": tickets, "current": False})
    return {"organization": organization, "sections": sections, **more}
