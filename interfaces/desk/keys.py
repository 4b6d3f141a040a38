"""The desk's keys: one list, for the elements that they press and the dialog that names them."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Key:
    """`strokes` are said as on the keyboard; the first is what an element's `data-key` holds."""

    label: Promise
    strokes: tuple[str, ...]

    @property
    def letter(self) -> str:
        return self.strokes[0].lower()


# In the order of the dialog. `next`, `previous`, `open`, `send` and `list` are keys.js's own.
KEYS = {
    "next": Key(_("Próximo ticket da lista"), ("J",)),
    "previous": Key(_("Ticket anterior da lista"), ("K",)),
    "open": Key(_("Abrir o ticket"), ("O", "Enter")),
    "search": Key(_("Buscar"), ("/",)),
    "filter": Key(_("Filtrar a lista"), ("F",)),
    "assign": Key(_("Assumir ou mudar o responsável"), ("A",)),
    "move": Key(_("Mover de fila"), ("M",)),
    "history": Key(_("Histórico e prazos"), ("H",)),
    "reply": Key(_("Responder"), ("R",)),
    "note": Key(_("Nota interna"), ("N",)),
    "request": Key(_("Pedir informações"), ("I",)),
    "solution": Key(_("Propor solução"), ("S",)),
    "resume": Key(_("Retomar"), ("T",)),
    "article": Key(_("Usar um artigo na resposta"), ("U",)),
    "send": Key(_("Enviar"), ("Ctrl", "Enter")),
    "list": Key(_("Esta lista"), ("?",)),
}


def letter(name: str) -> str:
    """The key of `name`, as `data-key` holds it."""
    return KEYS[name].letter
