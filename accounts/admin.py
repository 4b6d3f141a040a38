"""The admin's pages of people, organizations and memberships. No page knows a password.

What a person's page needs of tickets (queues, the end of an access) is added by `tickets`.
"""

from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.admin import EmailAddress
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group, Permission
from django.db.models import (
    CharField,
    Count,
    F,
    Func,
    ManyToManyField,
    Prefetch,
    Q,
    QuerySet,
    Value,
)
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from stdnum.br import cnpj

from accounts import access
from accounts.models import Contract, Membership, Organization, OrganizationDomain, User
from calendars.brazil import UFS
from common import clock, dates

# A person's address is in the person; the rows of allauth are its own affair.
admin.site.unregister(EmailAddress)
admin.site.unregister(Group)  # roles and flags say who may do what


class PersonForm(forms.ModelForm[User]):
    def clean_email(self) -> str:
        """In lower case, as people are looked up; refused when somebody has it already."""
        email = str(self.cleaned_data["email"]).strip().lower()
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Já existe uma pessoa com este e-mail."))
        return email


class MembershipInline(admin.TabularInline[Membership, Any]):
    """Who belongs where, on the page of the person or of the organization (R2)."""

    model = Membership
    autocomplete_fields = ("user", "organization")

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """A new person is most often of one organization."""
        return 0 if obj else 1


_ACCESS = ("is_active", "last_login", "created_at")
_ADMINISTRATION = ("is_staff", "is_superuser", "groups", "user_permissions")


@admin.register(User)
class PersonAdmin(admin.ModelAdmin[User]):
    """A person is made with no password, and gets a letter to choose one."""

    form = PersonForm
    inlines = (MembershipInline,)
    add_fieldsets = (
        (
            None,
            {
                "fields": ("email", "name", "desk_role"),
                "description": _(
                    "A pessoa recebe por e-mail um link para escolher a própria senha."
                ),
            },
        ),
    )
    fieldsets = (
        (None, {"fields": (("name", "email"), ("phone", "time_zone"), "desk_role")}),
        (_("Acesso"), {"fields": (_ACCESS,)}),
        (_("Administração"), {"classes": ("collapse",), "fields": _ADMINISTRATION}),
    )
    filter_horizontal = ("groups", "user_permissions")
    list_display = ("name", "email", "desk_role", "companies", "is_active", "last_seen")
    list_filter = ("is_active", "desk_role", "memberships__role", "is_staff")
    search_fields = ("name__unaccent", "email", "memberships__organization__name__unaccent")
    show_full_result_count = False
    actions = ("send_access_link",)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[User]":
        current = Membership.objects.filter(is_active=True).select_related("organization")
        return (
            super()
            .get_queryset(request)
            .prefetch_related(Prefetch("memberships", current, to_attr="current_memberships"))
        )

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        return super().get_fieldsets(request, obj) if obj else self.add_fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """An access ends on its own page, which hands the tickets over; who had left may be let
        in again here. Who enters the administration is for superusers to say."""
        fixed: tuple[str, ...] = ("last_login", "created_at")
        if obj is None or obj.is_active:
            fixed = ("is_active", *fixed)
        return fixed if request.user.is_superuser else (*fixed, *_ADMINISTRATION)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody becomes a superuser by another's e-mail address: only they change such people."""
        if obj is not None and (obj.is_staff or obj.is_superuser) and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Who has left stays, inactive: the history names them."""
        return False

    def formfield_for_manytomany(
        self, db_field: ManyToManyField[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "user_permissions":
            kwargs["queryset"] = Permission.objects.select_related("content_type")
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(
        self, request: HttpRequest, obj: User, form: forms.ModelForm[User], change: bool
    ) -> None:
        """A new person has no password and is written to; an address given up lets nobody in."""
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if not change:
            access.send_welcome_letter(obj)
        elif "email" in form.changed_data:
            EmailAddress.objects.filter(user=obj).exclude(email__iexact=obj.email).delete()

    def save_related(
        self, request: HttpRequest, form: forms.ModelForm[User], formsets: Any, change: bool
    ) -> None:
        """Say what became of it."""
        super().save_related(request, form, formsets, change)
        person = form.instance
        if not change:
            told = gettext("A carta para escolher a senha está a caminho de %(email)s.")
            self.message_user(request, told % {"email": person.email})
        if not person.desk_role and not person.memberships.filter(is_active=True).exists():
            told = gettext("%(name)s não está em nenhum cliente nem no suporte: não verá tickets.")
            self.message_user(request, told % {"name": person.name}, messages.WARNING)

    @admin.display(description=_("clientes"))
    def companies(self, person: User) -> str:
        memberships: list[Membership] = getattr(person, "current_memberships", [])
        return ", ".join(each.organization.name for each in memberships)

    @admin.display(description=_("entrou"), ordering="last_login")
    def last_seen(self, person: User) -> str:
        if person.last_login is None:
            return gettext("nunca")
        reader = ZoneInfo(timezone.get_current_timezone_name())
        return dates.relative(person.last_login, clock.now(), reader)

    @admin.action(description=_("Enviar link de acesso"), permissions=["change"])
    def send_access_link(self, request: HttpRequest, chosen: "QuerySet[User, Any]") -> None:
        """A fresh link for each of the chosen who is active; the first one reads as a welcome."""
        sent = 0
        for person in chosen.filter(is_active=True):
            access.send_access_letter(person)
            sent += 1
        if sent:
            told = ngettext(
                "%(count)d link de acesso está a caminho.",
                "%(count)d links de acesso estão a caminho.",
                sent,
            )
            self.message_user(request, told % {"count": sent}, messages.SUCCESS)
        if chosen.filter(is_active=False).exists():
            told = gettext("Quem está inativo não recebe link.")
            self.message_user(request, told, messages.WARNING)


class OrganizationForm(forms.ModelForm[Organization]):
    uf = forms.ChoiceField(label=_("UF"), choices=[("", "–"), *UFS.items()], required=False)

    def clean_cnpj(self) -> str:
        """Written one way, so that it is there once."""
        typed = str(self.cleaned_data["cnpj"])
        return str(cnpj.format(cnpj.compact(typed))) if typed else ""


class DomainForm(forms.ModelForm[OrganizationDomain]):
    def clean_domain(self) -> str:
        """In lower case, as it is looked up."""
        return str(self.cleaned_data["domain"]).lower()


class DomainInline(admin.TabularInline[OrganizationDomain, Organization]):
    """Whose addresses are the organization's: unknown senders of mail become its members (R1)."""

    model = OrganizationDomain
    form = DomainForm
    extra = 0


class ContractInline(admin.TabularInline[Contract, Organization]):
    model = Contract
    extra = 0


# A CNPJ is found with its points or without.
_BARE_CNPJ = Func(
    F("cnpj"),
    Value("[^0-9A-Za-z]"),
    Value(""),
    Value("g"),
    function="regexp_replace",
    output_field=CharField(),
)


@admin.register(Organization)
class OrganizationAdmin(admin.ModelAdmin[Organization]):
    form = OrganizationForm
    inlines = (ContractInline, DomainInline, MembershipInline)
    fields = ("name", "cnpj", ("city", "uf"), "phone", "holds_guests", "is_active")
    list_display = ("name", "cnpj", "city", "uf", "people", "contract", "is_active")
    list_filter = ("is_active", "contracts__tier", "uf")
    search_fields = ("name__unaccent", "cnpj", "bare_cnpj", "contracts__number")
    search_help_text = _("Nome, CNPJ (com ou sem pontos) ou número do contrato.")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Organization]":
        current = Q(memberships__is_active=True, memberships__user__is_active=True)
        return (
            super()
            .get_queryset(request)
            .alias(bare_cnpj=_BARE_CNPJ)
            .annotate(people=Count("memberships", filter=current))
            .prefetch_related("contracts")
        )

    @admin.display(description=_("pessoas"), ordering="people")
    def people(self, organization: Organization) -> int:
        return int(getattr(organization, "people", 0))

    @admin.display(description=_("contrato"))
    def contract(self, organization: Organization) -> str:
        """The latest one."""
        return next((str(each) for each in organization.contracts.all()), "")


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin[Membership]):
    list_display = ("user", "organization", "role", "is_active")
    list_display_links = ("user",)
    list_filter = ("role", "is_active")
    list_select_related = ("user", "organization")
    search_fields = ("user__name__unaccent", "user__email", "organization__name__unaccent")
    autocomplete_fields = ("user", "organization")
