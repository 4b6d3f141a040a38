"""The words by which mail programs announce what they quote, forward or sign: pt, en, es.

As written by Gmail, Outlook (desktop, web, mobile), Apple Mail, Thunderbird, Yahoo, Zimbra,
Roundcube, Horde, Samsung, Proton and the webmails of UOL, BOL, Terra and Locaweb. Each takes one
line, or two or three joined where programs wrap it; none takes more than linear time.
"""

import re

MARKS = re.compile(r"[ \t]*(?:>[ \t]?)*")

# Our `outbox.letters.REPLY_MARKER`, also translated: what no translator touches are its ends.
_MARKER = re.compile(r"##\s?[-–—]\s?[^\s#][^#]{3,120}?[-–—]\s?##")

_DAY_OR_MONTH = (
    r"(?:seg|ter|qua|qui|sex|s[áa]b|dom|feira|mon|tue|wed|thu|fri|sat|sun|lun|mar|mi[ée]|jue|vie|"
    r"jan|fe[bv]|mar|ap?r|abr|ma[iy]|jun|jul|aug|ago|sep|set|oct|out|nov|de[cz]|dic|ene)"
)
_VERB = r"(?:escreveu|escreveram|wrote|escribi[óo]|enviou|sent)"
# "Em seg., 23 de nov. de 2026 às 10:00, Prazo <suporte@…> escreveu:"
_WROTE = re.compile(
    r"(?:-{2,3} ?)?(?:Em|On|El|Às|No dia|Dia)\s+(?:o\s+)?(?:dia\s+)?"
    rf"(?:{_DAY_OR_MONTH}[^\W\d]*[-.,]*\s*){{0,4}}\d.{{0,600}}\b{_VERB}\s?:",
    re.IGNORECASE,
)
# "Prazo <suporte@…> escreveu (segunda, 23/11/2026 à(s) 10:00):"
_WROTE_ON = re.compile(
    rf".{{0,200}}[^\s@]@[^\s@].{{0,80}}\b{_VERB}\b(?: no dia | em | el | on |\s?\().{{0,100}}:",
    re.IGNORECASE,
)
_QUOTING = re.compile(r"(?:Citando|Quoting) .{0,200}\S@\S.{0,100}:", re.IGNORECASE)
_BY_ADDRESS = re.compile(r"[^:\n]{0,200}<[^<>\s@]+@[^<>\s@]+>[^:\n]{0,80}(?:\d:\d\d[^:\n]{0,60})?:")
_MAY_BE_ATTRIBUTION = re.compile(
    r"(?:-{2,3} ?)?(?:Em|On|El|Às|No dia|Dia|Citando|Quoting)\s|.{0,300}@", re.IGNORECASE
)

_ORIGINAL = re.compile(
    r"-{2,}\s?(?:Mensagem original|Original Message|Original Appointment|Compromisso original|"
    r"Mensaje original|Cabe[çc]alho original|Message d.origine)\s?-{2,}",
    re.IGNORECASE,
)
_RULE = re.compile(r"[_-]{10,}")
_FORWARDED = re.compile(
    r"[-_*\s]{0,20}(?:Mensagem (?:re)?encaminhada|Forwarded message|Mensaje reenviado|"
    r"In[íi]cio da mensagem (?:re)?encaminhada|Begin forwarded message|"
    r"Inicio del mensaje reenviado|Mail encaminhado)\b.{0,60}",
    re.IGNORECASE,
)

_HEADER = re.compile(
    r"[*_\s]{0,4}(?:(?P<from>De|From|Remetente)|"
    r"(?P<date>Enviad[oa]s?(?: em| el)?|Sent|Data(?: de envio)?|Date|Fecha)|"
    r"(?P<to>Para|To)|(?P<cc>Cc|Cco|Bcc|C[óo]pia)|"
    r"(?P<subject>Assunto|Subject|Asunto)|"
    r"(?P<other>Responder (?:a|para)|Reply-To|Anexos?|Attachments|Prioridade|Import[âa]n(?:cia|ce)|"
    r"Organiza[çc][ãa]o))\s?:[*_\s]{0,4}(?P<value>.*)",
    re.IGNORECASE,
)

_LINK = r"(?:\s*[<(\[]?https?://\S{1,200})?"
_MAKER = r"(?:iPhone|iPad|iPod|Android|Samsung|Galaxy|Motorola|Moto|Xiaomi|Redmi|LG|Nokia|Huawei)"
_DEVICE = (
    rf"(?:{_MAKER}|iOS|BlackBerry|Windows Phone|celular|smartphone|telefone|tablet|m[óo]vil|"
    r"tel[ée]fono|mobile|phone|device|dispositivo)"
)
_PROGRAM = (
    r"(?:Outlook|Yahoo Mail|Yahoo|Gmail|Mail|E-?mail|Correo|Proton ?Mail|Zimbra|UOL Mail|BOL Mail|"
    r"Terra Mail|Spark|Samsung Email|aplicativo (?:de )?(?:e-?)?mail)"
)
_MOBILE = re.compile(
    rf"(?:Enviad[oa]|Sent|Escrito) (?:d[oae]|a partir d[oae]|pel[oa]|via|com|usando|from|with|"
    rf"using|by|desde|con)(?: o| a| el| la)?(?: meu| minha| my| mi| um| uma)?"
    rf"(?: {_DEVICE}| {_PROGRAM})"
    rf"(?: {_MAKER}| {_DEVICE}|(?: secure| seguro)? e-?mail)?[\w+ ./-]{{0,24}}?"
    rf"(?: (?:para|for|no|on|en|do) (?:iOS|iPhone|iPad|Android|Windows|Mac|o celular)(?: 1[01])?)?"
    rf"\.?{_LINK}[>\])]?|"
    rf"(?:Obter|Obtenha|Baixe|Instale|Get|Obtener|Obtenga) (?:o )?Outlook (?:para|for) "
    rf"(?:iOS|Android|Mac|Windows)\.?{_LINK}[>\])]?",
    re.IGNORECASE,
)
_SCANNED = re.compile(
    r"(?:Livre de v[íi]rus|N[ãa]o cont[ée]m v[íi]rus|Sem v[íi]rus|Virus-free|Libre de virus)"
    r"[.\s]{0,3}.{0,60}",
    re.IGNORECASE,
)
_SAYS_INSIDE = re.compile(
    r"\b(?:respond\w{1,8}|respost\w{1,3}|coment\w{2,9}|answer\w{0,5}|repl(?:y|ies|ied)|comment\w{0,3}|"
    r"respuest\w{1,3})\b[^.!?]{0,60}\b(?:abaixo|embaixo|logo a seguir|no corpo|entre as linhas|"
    r"em (?:vermelho|azul|verde|negrito|destaque|amarelo|mai[úu]scul\w{1,2})|"
    r"in[- ]?line|below|in (?:red|blue|green|bold)|en (?:rojo|azul|negrita)|m[áa]s abajo|debajo)\b",
    re.IGNORECASE,
)

_ANSWER = re.compile(r"\s*(?:re|res|resp|aw|sv|ref)\s?(?:[\[(]\d{1,3}[\])])?\s?:", re.IGNORECASE)
_FORWARD = re.compile(
    r"\s*(?:fwd?|enc|encaminhad[oa]|encaminhando|rv|tr|wg|reenv)\s?(?:[\[(]\d{1,3}[\])])?\s?:",
    re.IGNORECASE,
)


def may_be_marker(line: str) -> bool:
    return "##" in line


def is_marker(joined: str) -> bool:
    """Whether our line above which people answer begins in the first of these lines."""
    found = _MARKER.search(joined)
    return bool(found and found.start() <= max(joined.find("##"), 0))


def may_be_attribution(line: str) -> bool:
    return bool(_MAY_BE_ATTRIBUTION.match(line))


def is_attribution(joined: str) -> bool:
    return any(sign.fullmatch(joined) for sign in (_WROTE, _WROTE_ON, _QUOTING))


def is_any_attribution(joined: str) -> bool:
    """Whether a program may have put it above a quote that is one beyond doubt."""
    return is_attribution(joined) or bool(_BY_ADDRESS.fullmatch(joined))


def is_original(line: str) -> bool:
    return bool(_ORIGINAL.fullmatch(line))


def is_rule(line: str) -> bool:
    return bool(_RULE.fullmatch(line))


def is_forwarded(line: str) -> bool:
    return len(line) < 120 and bool(_FORWARDED.fullmatch(line))


def begins_headers(line: str) -> bool:
    found = _HEADER.match(line)
    return bool(found and found["from"] and found["value"].strip())


def header(line: str) -> str:
    """Which header of a quoted mail the line is: from, date, to, cc, subject, other; or empty."""
    found = _HEADER.match(line[:300])
    kinds = ("from", "date", "to", "cc", "subject", "other")
    return next((kind for kind in kinds if found[kind]), "") if found else ""


def is_device(line: str) -> bool:
    """Whether it is what telephones and their programs put under every mail."""
    return len(line) < 200 and bool(_MOBILE.fullmatch(line))


def is_program_line(line: str) -> bool:
    """Whether some program, not a person, may have put it below the whole mail."""
    return not any(c.isalnum() for c in line) or is_device(line) or bool(_SCANNED.fullmatch(line))


def says_answers_are_inside(words: str) -> bool:
    """Whether somebody says that the answers stand in the quoted text: "respondi em vermelho"."""
    return bool(_SAYS_INSIDE.search(words[:5_000]))


def is_answer(subject: str) -> bool:
    return bool(_ANSWER.match(subject))


def is_forward(subject: str) -> bool:
    return bool(_FORWARD.match(subject))
