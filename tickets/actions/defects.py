"""What the desk does to a confirmed defect: record it, change it, release its correction (M2)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import Product, Version
from common.text import clean, one_line
from knowledge.models import Defect
from tickets.actions import bulk
from tickets.actions.incidents import LONGEST_TEXT, LONGEST_TITLE
from tickets.actors import Actor
from tickets.errors import Refused
from tickets.models import BulkAnswer, Ticket
from tickets.models.scopes import TicketQuerySet

LONGEST_CODE = 40
LONGEST_VERSION = 60


@transaction.atomic
def record_defect(
    *,
    by: Actor,
    code: str,
    product: Product,
    title: str,
    text: str = "",
    state: str = Defect.State.CONFIRMED,
    version: str = "",
    is_public: bool = True,
) -> Defect:
    """Write down a confirmed defect by its code, which no other has. Desk only.

    The same form sent twice records one (L12).
    """
    bulk.desk_only(by)
    code, (title, text) = one_line(code, LONGEST_CODE), _words(title, text)
    if not code:
        raise Refused("no_code", _("Dê o código pelo qual a correção é conhecida."))
    _not_by_hand(state)
    Product.objects.select_for_update(no_key=True).get(pk=product.pk)
    same = Defect.objects.filter(code__iexact=code).first()
    if same is not None:
        told = (by.person().pk, product.pk, title, text)
        if (same.created_by_id, same.product_id, same.title, same.text) == told:
            return same
        raise Refused("code_taken", _("Já há um defeito com este código."))
    return Defect.objects.create(
        code=code,
        product=product,
        title=title,
        text=text,
        state=state,
        fixed_in=version_of(product, version),
        is_public=is_public,
        created_at=by.at,
        created_by=by.person(),
    )


@transaction.atomic
def change_defect(
    defect: Defect,
    *,
    by: Actor,
    title: str,
    text: str,
    state: str,
    version: str = "",
    is_public: bool = True,
) -> Defect:
    """Change its words, and its state and version as long as it is not released. Desk only."""
    bulk.desk_only(by)
    defect = Defect.objects.select_for_update(of=("self",)).get(pk=defect.pk)
    defect.title, defect.text = _words(title, text)
    defect.is_public = is_public
    if defect.state != Defect.State.RELEASED:
        _not_by_hand(state)
        defect.state = state
        defect.fixed_in = version_of(defect.product, version)
    defect.save(update_fields=["title", "text", "is_public", "state", "fixed_in"])
    return defect


@transaction.atomic
def release_defect(
    defect: Defect, *, by: Actor, version: str, text: str, previewed_at: datetime | None = None
) -> BulkAnswer:
    """Say that `version` corrects it: its tickets that have not ended go to Validação Cliente with
    `text`, and who waits for it is told, one by one in the background.

    Desk only, and only who sees all of those tickets (R1). Sent twice, it is released once (L12).
    """
    bulk.desk_only(by)
    defect = Defect.objects.select_for_update(of=("self",)).get(pk=defect.pk)
    if done := bulk.done_before(by):
        return done
    if defect.state == Defect.State.RELEASED:
        raise Refused("released", _("A correção deste defeito já foi liberada."))
    fixed_in = version_of(defect.product, version)
    if fixed_in is None:
        raise Refused("no_version", _("Diga em que versão a correção saiu."))
    if not clean(text).strip():
        raise Refused("empty", _("Escreva o que os clientes devem fazer."))
    defect.state, defect.fixed_in, defect.released_at = Defect.State.RELEASED, fixed_in, by.at
    defect.save(update_fields=["state", "fixed_in", "released_at"])
    return bulk.begin(
        by=by,
        text=told(defect, fixed_in.name, text),
        tickets=tickets_of(defect).active(),
        defect=defect,
        previewed_at=previewed_at,
    )


def told(defect: Defect, version: str, text: str) -> str:
    """What customers read: `text`, and always the code and the version."""
    end = _("Corrigido na versão %(version)s (defeito %(code)s: %(title)s).")
    said = {"version": version, "code": defect.code, "title": defect.title}
    return f"{clean(text).strip()}\n\n{end % said}"


def tickets_of(defect: Defect) -> TicketQuerySet:
    """All tickets of the defect, ended or not, whoever may see them."""
    found: TicketQuerySet = Ticket.objects.filter(of_defects__defect=defect)
    return found


def version_of(product: Product, name: str) -> Version | None:
    """The product's version of that name, made where there is none yet; None for no name."""
    name = one_line(name, LONGEST_VERSION)
    return Version.objects.get_or_create(product=product, name=name)[0] if name else None


def _not_by_hand(state: str) -> None:
    if state not in (
        Defect.State.CONFIRMED,
        Defect.State.IN_CORRECTION,
        Defect.State.WONT_FIX,
    ):
        raise Refused("not_by_hand", _("Um defeito só fica Corrigido pela liberação da correção."))


def _words(title: str, text: str) -> tuple[str, str]:
    title, text = one_line(title, LONGEST_TITLE), clean(text).strip()
    if not title:
        raise Refused("no_title", _("Dê um título que o cliente reconheça."))
    if len(text) > LONGEST_TEXT:
        raise Refused("too_long", _("O texto é longo demais. Encurte-o."))
    return title, text
