"""What writers fill in, the filters of their list and of searches. The verbs check the rules."""

import re
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Q, Value
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.models import User
from catalog.models import Product, Version
from knowledge.actions import LONGEST_BODY, Placing
from knowledge.models import Article, Audience, Category, Language
from knowledge.models.scopes import ArticleQuerySet
from tickets.models.scopes import Norm

# The markup that an editor adds is more than the words that are kept.
_LONGEST_TYPED = 2 * LONGEST_BODY
_MOST_RELATED = 20


class NewForm(forms.Form):
    """What an article needs to begin."""

    title = forms.CharField(
        label=__("Título"),
        max_length=200,
        help_text=__("Como o leitor perguntaria: “Como cancelar uma NF-e autorizada”."),
        error_messages={"required": __("Dê um título ao artigo: é por ele que o leitor o acha.")},
    )
    category = forms.ModelChoiceField(
        label=__("Categoria"),
        queryset=Category.objects.all(),
        error_messages={"required": __("Escolha a categoria em que o leitor o encontra.")},
    )


class Addresses(forms.CharField):
    """Articles by their addresses, one a line; whole addresses and the last part alone will do."""

    widget = forms.Textarea

    def clean(self, value: Any) -> list[Article]:
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        slugs = [urlsplit(line).path.strip("/").rsplit("/", 1)[-1] for line in lines]
        if len(slugs) > _MOST_RELATED:
            raise forms.ValidationError(
                _("São no máximo %(most)d artigos relacionados.") % {"most": _MOST_RELATED}
            )
        found = (
            {each.slug: each for each in Article.objects.filter(slug__in=slugs)} if slugs else {}
        )
        unknown = [line for line, slug in zip(lines, slugs, strict=True) if slug not in found]
        if unknown:
            raise forms.ValidationError(
                _("Não há artigo neste endereço: %(lines)s. Copie-o da página do artigo.")
                % {"lines": ", ".join(unknown)}
            )
        return [found[slug] for slug in slugs]


class ArticleForm(NewForm):
    """All of an article: its words, and where it stands."""

    summary = forms.CharField(
        label=__("Resumo"),
        max_length=300,
        required=False,
        help_text=__("Uma frase: aparece nas buscas, sob o título."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    body_html = forms.CharField(
        label=__("Texto"),
        required=False,
        max_length=_LONGEST_TYPED,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 20, "class": "input--tall", "data-article-body": ""}),
    )
    note = forms.CharField(
        label=__("O que mudou"),
        max_length=200,
        required=False,
        help_text=__("Para a equipe, na lista de revisões."),
    )
    audience = forms.ChoiceField(
        label=__("Quem lê"), choices=Audience.choices, widget=forms.RadioSelect
    )
    products = forms.ModelMultipleChoiceField(
        label=__("Produtos"),
        queryset=Product.objects.all(),
        required=False,
        help_text=__("Nenhum: vale para todos."),
        widget=forms.CheckboxSelectMultiple,
    )
    versions = forms.ModelMultipleChoiceField(
        label=__("Versões"),
        queryset=Version.objects.select_related("product"),
        required=False,
        help_text=__("Nenhuma: vale para todas. Segure Ctrl para marcar mais de uma."),
    )
    error_codes = forms.CharField(
        label=__("Códigos de erro"),
        max_length=200,
        required=False,
        help_text=__("Separados por espaço. Quem busca um deles acha este artigo primeiro."),
    )
    related = Addresses(
        label=__("Relacionados"),
        required=False,
        help_text=__("Um endereço por linha. Vazio: os mais lidos do mesmo assunto."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    language = forms.ChoiceField(label=__("Idioma"), choices=Language.choices)
    slug = forms.SlugField(
        label=__("Endereço"),
        max_length=100,
        required=False,
        help_text=__("Pode mudar: o antigo leva ao novo."),
    )

    def __init__(self, data: QueryDict | None, *, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        versions: Any = self.fields["versions"]
        versions.label_from_instance = lambda each: f"{each.product} {each.name}"
        versions.widget.attrs["size"] = 5

    def placing(self) -> Placing:
        """Where the article is to stand."""
        names = (
            "category",
            "audience",
            "language",
            "products",
            "versions",
            "related",
            "error_codes",
        )
        return Placing(**{name: self.cleaned_data[name] for name in names})

    def words(self) -> dict[str, str]:
        """What a revision is made of."""
        return {name: self.cleaned_data[name] for name in ("title", "summary", "body_html")}


class SearchForm(forms.Form):
    """Where a search looks: on a shelf, among what is said of a product. Only those are offered
    in which `reader` finds something (K1); any other counts as not chosen."""

    category = forms.ChoiceField(label=__("Categoria"), required=False)
    product = forms.ChoiceField(label=__("Produto"), required=False)

    def __init__(self, data: QueryDict, *, reader: User | AnonymousUser) -> None:
        super().__init__(data)
        found = Article.objects.visible_to(reader).order_by()
        shelves = Category.objects.filter(pk__in=found.values("category"))
        products = Product.objects.filter(pk__in=found.filter(products__gt=0).values("products"))
        self._offer("category", _("Todas"), list(shelves.values_list("slug", "name")))
        self._offer("product", _("Todos"), [(str(each.pk), each.name) for each in products])

    def _offer(self, name: str, all_of_them: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - as declared above
        field.choices = [("", all_of_them), *choices]

    @cached_property
    def chosen(self) -> dict[str, str]:
        """What is chosen, as an address says it."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def product_id(self) -> int | None:
        return int(self.chosen["product"]) if "product" in self.chosen else None

    @property
    def among(self) -> Q:
        """The articles asked for; what is said of no product holds for all."""
        asked = Q()
        if "category" in self.chosen:
            asked &= Q(category__slug=self.chosen["category"])
        if self.product_id is not None:
            asked &= Q(products=self.product_id) | Q(products=None)
        return asked


class FilterForm(forms.Form):
    """The filters of the writers' list; what makes no sense filters nothing."""

    q = forms.CharField(label=__("Título, endereço ou código"), required=False, max_length=200)
    state = forms.ChoiceField(
        label=__("Situação"),
        required=False,
        choices=[
            ("", __("Qualquer")),
            ("draft", __("Rascunho")),
            ("published", __("Publicado")),
            ("changed", __("Publicado, com mudanças a publicar")),
        ],
    )
    audience = forms.ChoiceField(
        label=__("Quem lê"), required=False, choices=[("", __("Todos")), *Audience.choices]
    )
    product = forms.ModelChoiceField(
        label=__("Produto"),
        required=False,
        queryset=Product.objects.all(),
        empty_label=__("Todos"),
    )
    category = forms.ModelChoiceField(
        label=__("Categoria"),
        required=False,
        queryset=Category.objects.all(),
        empty_label=__("Todas"),
    )

    def apply(self, articles: ArticleQuerySet) -> ArticleQuerySet:
        """Those of `articles` (of `manuscripts`) that every filter lets through."""
        self.is_valid()
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        for name in ("audience", "category"):
            if name in chosen:
                articles = articles.filter(**{name: chosen[name]})
        if "product" in chosen:
            articles = articles.filter(products=chosen["product"])
        if "state" in chosen:
            articles = articles.filter(_STATES[chosen["state"]])
        for word in re.split(r"\s+", chosen.get("q", "").strip()):
            if word:
                articles = _holding(articles, word)
        return articles


_STATES = {
    "draft": Q(published=None),
    "published": Q(published__isnull=False),
    "changed": Q(published__isnull=False) & ~Q(published__number=F("last_number")),
}


def _holding(articles: ArticleQuerySet, word: str) -> ArticleQuerySet:
    said: Any = articles.alias(
        said=Norm("last_title"), coded=Norm("error_codes"), word=Norm(Value(word))
    )
    found: ArticleQuerySet = said.filter(
        Q(said__contains=F("word")) | Q(coded__contains=F("word")) | Q(slug__contains=word.lower())
    )
    return found
