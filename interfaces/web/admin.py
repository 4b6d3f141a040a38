"""The admin's page of a checklist, completed by the form as a customer sees it (E2)."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from catalog.admin import ChecklistAdmin
from catalog.models import Checklist
from catalog.queries import published
from interfaces.web.intake_form import IntakeForm


class PreviewedChecklistAdmin(ChecklistAdmin):
    change_form_template = "admin/web/checklist.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_safe(self.preview))
        own = path("<int:checklist_id>/preview/", view, name="catalog_checklist_preview")
        return [own, *super().get_urls()]

    def preview(self, request: HttpRequest, checklist_id: int) -> HttpResponse:
        """What is asked now: a routine's questions after its product's. Answers are only shown."""
        checklist = self.get_object(request, str(checklist_id))
        if checklist is None:
            raise Http404
        if not self.has_view_permission(request, checklist):
            raise PermissionDenied
        asked = published(checklist.product, checklist.routine).fields
        context = {
            "checklist": checklist,
            "intake": IntakeForm(asked=asked, typed=request.GET),
        }
        return render(request, "admin/web/checklist_preview.html", context)


admin.site.unregister(Checklist)
admin.site.register(Checklist, PreviewedChecklistAdmin)
