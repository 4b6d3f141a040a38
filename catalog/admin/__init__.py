"""The admin's pages of the catalog, kept with no code; `tickets` and the desk complete two of them.

Which queue takes a product's tickets is added by `tickets`, a checklist's preview by the desk.
"""

from catalog.admin import checklists, patterns, scope
from catalog.admin.checklists import ChecklistAdmin
from catalog.admin.products import ProductAdmin

__all__ = ["ChecklistAdmin", "ProductAdmin", "checklists", "patterns", "scope"]
