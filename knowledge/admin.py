"""The shelves and the synonyms of the help center. Articles are written in their editor."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from common.text import fold, one_line
from knowledge.models import Category, SynonymGroup

LONGEST_WORD = 80
_FEWEST = 2


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin[Category]):
    """A category that holds articles cannot be deleted: they would have no place."""

    list_display = ["name", "summary", "position", "article_count"]
    list_editable = ["position"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "slug", "summary", "position"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        return super().get_queryset(request).annotate(article_count=Count("articles"))

    @admin.display(description=_("artigos"), ordering="article_count")
    def article_count(self, category: Any) -> int:
        return int(category.article_count)

    def has_delete_permission(self, request: HttpRequest, obj: Category | None = None) -> bool:
        is_empty = obj is None or not obj.articles.exists()
        return is_empty and super().has_delete_permission(request, obj)


class SynonymForm(forms.ModelForm[SynonymGroup]):
    """One word or expression a line, two at least, each once."""

    words = forms.CharField(
        label=_("palavras"),
        help_text=_("Uma palavra ou expressão por linha. Quem busca uma encontra todas."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    class Meta:
        model = SynonymGroup
        fields = ("words",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["words"] = "\n".join(self.instance.words or [])

    def clean_words(self) -> list[str]:
        lines = [one_line(line, 200) for line in self.cleaned_data["words"].splitlines()]
        words = list({fold(line): line for line in lines if line}.values())
        if len(words) < _FEWEST:
            raise forms.ValidationError(_("Escreva pelo menos duas, cada uma em sua linha."))
        if any(len(word) > LONGEST_WORD for word in words):
            raise forms.ValidationError(
                _("Encurte a expressão: cabem %(most)d caracteres em cada linha."),
                params={"most": LONGEST_WORD},
            )
        return words


@admin.register(SynonymGroup)
class SynonymGroupAdmin(admin.ModelAdmin[SynonymGroup]):
    """Words that mean the same; searches know them from the moment they are saved."""

    form = SynonymForm
    list_display = ["__str__"]
    search_fields = ["words"]
