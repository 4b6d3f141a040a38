"""A delivery written out as the message that goes over the wire: its words and its headers."""

from email.utils import format_datetime, formataddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.template import Context, Engine, TemplateDoesNotExist, TemplateSyntaxError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from common.text import one_line
from outbox.models import Delivery

# What the customer writes stands above this line; interfaces/inbox cuts the rest.
REPLY_MARKER = "##- responda acima desta linha -##"


class LetterBroken(Exception):  # noqa: N818 - reads as what happened
    """The letter cannot be written, today or tomorrow; the sentence tells staff why."""


def write(delivery: Delivery) -> EmailMultiAlternatives:
    """The message, text and HTML, in the installation's language and dated `created_at`.

    Written twice it is the same message: a retry keeps its Message-ID and its date. Raises
    `LetterBroken` for an address that is none and for a template that fails or gives no subject.
    """
    try:
        validate_email(delivery.to_address)
    except ValidationError as error:
        raise LetterBroken(_("O endereço do destinatário não é válido.")) from error
    with translation.override(settings.LANGUAGE_CODE):
        subject = one_line(_render(delivery, "subject.txt"), 200)
        text = _tidy(_render(delivery, "body.txt", subject=subject))
        html = _render(delivery, "body.html", subject=subject).strip() + "\n"
    if not subject:
        raise LetterBroken(
            _("A carta “%(letter)s” está sem assunto.") % {"letter": delivery.letter}
        )
    message = EmailMultiAlternatives(
        subject,
        text,
        settings.MAIL_FROM,
        [formataddr((one_line(delivery.to_name, 100), delivery.to_address))],
        reply_to=[formataddr((settings.SITE_NAME, delivery.reply_to))] if delivery.reply_to else [],
        headers=_headers(delivery),
    )
    message.attach_alternative(html, "text/html")
    return message


def _headers(delivery: Delivery) -> dict[str, str]:
    thread = {"In-Reply-To": delivery.in_reply_to, "References": " ".join(delivery.references)}
    return {
        **delivery.headers,
        **{name: value for name, value in thread.items() if value},
        "Message-ID": delivery.message_id,
        "Date": format_datetime(timezone.localtime(delivery.created_at)),
        # Keeps vacation notes from answering (RFC 3834; the other is Exchange's).
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }


def _render(delivery: Delivery, part: str, **more: str) -> str:
    name = f"emails/{delivery.letter}/{part}"
    values = {
        **delivery.context,
        **more,
        "site_name": settings.SITE_NAME,
        "base_url": settings.BASE_URL,
        "to_name": delivery.to_name,
        "first_name": delivery.to_name.split(" ")[0],
        "reply_marker": REPLY_MARKER if delivery.reply_to else "",
    }
    try:
        template = Engine.get_default().get_template(name)
        return template.render(Context(values, autoescape=part.endswith(".html")))
    except (TemplateDoesNotExist, TemplateSyntaxError) as error:
        raise LetterBroken(_broken(name, f"{type(error).__name__}: {error}")) from error
    except Exception as error:
        # Whatever a template's tags raise, this letter is broken; its text may hold a secret.
        raise LetterBroken(_broken(name, type(error).__name__)) from error


def _broken(name: str, error: str) -> str:
    return _("O modelo %(name)s tem um erro (%(error)s).") % {"name": name, "error": error}


def _tidy(text: str) -> str:
    """Without the blank lines that empty blocks of the layout leave behind."""
    tidy: list[str] = []
    for line in text.strip().split("\n"):
        if line.strip() or tidy[-1:] != [""]:
            tidy.append(line.rstrip())
    return "\n".join(tidy) + "\n"
