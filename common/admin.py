"""What tasks of the background could not do, for administrators to read."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from common.models import TaskFault


@admin.register(TaskFault)
class TaskFaultAdmin(admin.ModelAdmin[TaskFault]):
    list_display = ("undone", "error", "first_at", "last_at", "times")
    list_filter = ("last_at",)
    search_fields = ("undone", "error", "task")
    search_help_text = _(
        "O que o sistema deixou por fazer. Ele tenta de novo sozinho; quando consegue, a linha sai "
        "desta lista."
    )
    fields = ("undone", "error", "task", "first_at", "last_at", "times")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: TaskFault | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: TaskFault | None = None) -> bool:
        return False
