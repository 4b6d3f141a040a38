"""Products with their routines and versions."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from catalog.models import Product, Routine, Version


class RoutineInline(admin.TabularInline[Routine, Product]):
    """What customers call a part of the product by."""

    model = Routine
    extra = 0
    fields = ("name", "code", "position", "is_active")


class VersionInline(admin.TabularInline[Version, Product]):
    """Which versions a customer may have."""

    model = Version
    extra = 0
    fields = ("name", "released_on", "is_offered")


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin[Product]):
    inlines: ClassVar[tuple[Any, ...]] = (RoutineInline, VersionInline)
    list_display = ["name", "is_active", "routines_offered", "versions_offered"]
    list_filter = ["is_active"]
    search_fields = ["name__unaccent"]

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Product]":
        routines = Count("routines", filter=Q(routines__is_active=True), distinct=True)
        versions = Count("versions", filter=Q(versions__is_offered=True), distinct=True)
        products = super().get_queryset(request)
        return products.annotate(count_routines=routines, count_versions=versions)

    @admin.display(description=_("rotinas"), ordering="count_routines")
    def routines_offered(self, product: Product) -> int:
        return int(getattr(product, "count_routines", 0))

    @admin.display(description=_("versões"), ordering="count_versions")
    def versions_offered(self, product: Product) -> int:
        return int(getattr(product, "count_versions", 0))


@admin.register(Routine)
class RoutineAdmin(admin.ModelAdmin[Routine]):
    fields = ("product", "name", "code", "position", "is_active")
    list_display = ("name", "code", "product", "is_active")
    list_filter = ("is_active", "product")
    list_select_related = ("product",)
    search_fields = ("name__unaccent", "code", "product__name__unaccent")
    autocomplete_fields = ("product",)
