"""The admin's pages of products. Which queue takes a product's tickets is added by `tickets`."""

from django.contrib import admin

from catalog.models import Product


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin[Product]):
    list_display = ["name", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name__unaccent"]
