"""What support is given for, what is asked about it, and what is out of its scope."""

from catalog.models.checklist import Checklist, ChecklistVersion, IntakeField, Pattern
from catalog.models.product import Product, Routine, Version
from catalog.models.scope import PaidService, ScopeNote, ServiceTerms

__all__ = [
    "Checklist",
    "ChecklistVersion",
    "IntakeField",
    "PaidService",
    "Pattern",
    "Product",
    "Routine",
    "ScopeNote",
    "ServiceTerms",
    "Version",
]
