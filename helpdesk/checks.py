"""What Django's `check` and `migrate` say about this installation before it serves anybody."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections


@register(Tags.database)
def accents_are_letters(
    app_configs: Any, databases: Sequence[str] | None, **_: Any
) -> list[CheckMessage]:
    """A database of locale C does not find "ação" when one asks for "AÇÃO", and says nothing."""
    problems: list[CheckMessage] = []
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT upper('ação') = 'AÇÃO'")
            [right] = cursor.fetchone()
        if not right:
            problems.append(
                Error(
                    f"O banco de dados {alias} não conhece acentos.",
                    hint="Crie-o com TEMPLATE template0 LOCALE 'C' LOCALE_PROVIDER builtin "
                    "BUILTIN_LOCALE 'PG_UNICODE_FAST' (PostgreSQL 18).",
                    id="helpdesk.E001",
                )
            )
    return problems


@register(Tags.security, deploy=True)
def no_demo_in_public(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """The demo shows everybody's letters and moves the clock."""
    if not settings.DEMO:
        return []
    return [Error("DEMO=1 não serve a uma instalação de verdade.", id="helpdesk.E002")]
