"""What is refused as the number of a company or a person, and as the domain of a customer."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.br import cnpj, cpf

# Addresses there are anybody's, so no customer can own the domain.
PUBLIC_DOMAINS = frozenset(
    {
        "aol.com",
        "bol.com.br",
        "globo.com",
        "gmail.com",
        "googlemail.com",
        "hotmail.com",
        "hotmail.com.br",
        "icloud.com",
        "ig.com.br",
        "live.com",
        "me.com",
        "msn.com",
        "oi.com.br",
        "outlook.com",
        "outlook.com.br",
        "proton.me",
        "protonmail.com",
        "r7.com",
        "terra.com.br",
        "uol.com.br",
        "yahoo.com",
        "yahoo.com.br",
        "zipmail.com.br",
    }
)
_DOMAIN = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.I)


def validate_cnpj(value: str) -> None:
    """Refuse what is no CNPJ, numeric or alphanumeric, with or without punctuation."""
    if not cnpj.is_valid(value):
        raise ValidationError(_("Este CNPJ não confere. Verifique os números digitados."))


def validate_tax_id(value: str) -> None:
    """Refuse what is neither a CPF nor a CNPJ; eleven equal digits are no CPF."""
    digits = cpf.compact(value)
    is_cpf = cpf.is_valid(digits) and len(set(digits)) > 1
    if not is_cpf and not cnpj.is_valid(value):
        raise ValidationError(_("Este CPF ou CNPJ não confere. Verifique os números digitados."))


def validate_domain(value: str) -> None:
    """Refuse what is no domain name, and one of a public provider."""
    if not _DOMAIN.fullmatch(value):
        raise ValidationError(_("Escreva só o domínio, como exemplo.com.br."))
    if value.lower() in PUBLIC_DOMAINS:
        raise ValidationError(_("É um provedor público: qualquer pessoa pode ter esse endereço."))
