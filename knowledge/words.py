"""What of people's words searches weigh little, and what of them may be kept (values only)."""

import re

from common.text import fold, one_line

# With these people ask; what they ask about is said by the others. Those that the stemmer's own
# list of stop words has are here too where it has them with accents only.
ASKING = frozenset(
    """
    acontece agora ai ajuda ajudar alguem algum alguma ainda apenas aparece aqui assim ate
    aparecendo apareceu bem boa bom cade coisa coloca colocar como consegue consegui consigo
    conseguimos corretamente da dando dar deu deve devo dia diz duvida ela ele era esta estamos
    estao estava estou eu existe faco falta favor faz fazer fica ficou foi gente gostaria ha hoje
    ir isso isto ja jeito la lugar mais mas mesmo minha meu nada nao nenhum nenhuma nem nos nossa
    nosso o olá ola onde ontem outra outro para pela pelo pode podem posso pra precisa preciso
    problema qual quando que quem quer quero resolver sabe saber sai se sei sem sempre ser sera
    seu sistema so sobre sua tambem tarde tela tem tenho ter teve toda todo todos tudo um uma usar
    vai vem vez voce voces vou urgente
    """.split()  # noqa: SIM905 - a list of words reads as words
)

# What may name somebody is not kept with what was searched (K6).
_MAIL = re.compile(r"\S+@\S+")
_LONG_NUMBER = re.compile(r"\d[\d./-]{5,}\d|\d{6,}")
_MASK = "…"


# The end of a word, which its plural and its other forms have otherwise.
_ENDING = 3
_SHORTEST_STEM = 3


def marked(text: str, typed: str) -> list[tuple[str, bool]]:
    """`text` in parts, and which of them are words of `typed`, in whichever form."""
    asked = {fold(word) for word in re.findall(r"\w+", typed)} - ASKING
    begins = tuple(
        word[: max(_SHORTEST_STEM, len(word) - _ENDING)] for word in asked if len(word) > 1
    )
    parts: list[tuple[str, bool]] = []
    for part in re.split(r"(\w+)", text):
        is_asked = bool(begins) and len(part) > 1 and fold(part).startswith(begins)
        if part and parts and parts[-1][1] == is_asked:
            parts[-1] = (parts[-1][0] + part, is_asked)
        elif part:
            parts.append((part, is_asked))
    return parts


def masked(typed: str) -> str:
    """`typed` on a line, with no mail address and no number of six digits or more in it."""
    return one_line(_LONG_NUMBER.sub(_MASK, _MAIL.sub(_MASK, typed)), 200)


def as_looked_for(typed: str) -> str:
    """`typed`, masked, as equal searches have it: no case, accents or punctuation."""
    return one_line(" ".join(re.findall(r"[\w…]+", fold(masked(typed)))), 200)
