"""What becomes of a mail, by the rules (L5 to L8, C3, R1), done through the house's own verbs.

`Refused` stands for all that a person has to decide: the mail goes to quarantine, and the sentence
says why. Whoever calls holds the transaction and writes down what came of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts.access import send_welcome_letter
from accounts.models import Membership, Organization, User
from catalog.models import Product
from interfaces.inbox import answers, bounces, loops, newcomers, publish, returns, route, trust
from interfaces.inbox.automatic import automatic, doubt
from interfaces.inbox.models import InboundMail, Mailbox, Outcome, Strangers
from interfaces.inbox.publish import Case
from interfaces.inbox.route import Named
from tickets import rules
from tickets.errors import Refused
from tickets.models import SenderCheck, Ticket, TicketEvent, Verb

_MOST_COPIED = 50


@dataclass(frozen=True)
class Effect:
    """What came of a mail, why, and the event that it caused, if any."""

    outcome: Outcome
    why: str
    event: TicketEvent | None = None


def decide(case: Case) -> Effect:
    """Do what the mail asks for, where that is clear; notes on it what is known of its sender and
    of the ticket that it names. What machines write has no effect (L5)."""
    mail, parsed = case.mail, case.content.parsed
    if mail.whole_size is not None:
        return _refuse_size(case, mail.whole_size)
    if bounce := bounces.read(parsed, case.content.raw):
        why, event = returns.note(mail, case.content, bounce)
        return Effect(Outcome.BOUNCE, why, event)
    if machine := _machine(case):
        return machine
    named = case.content.named
    mail.about = named.ticket if named else None
    _judge_sender(case)
    person = route.sender(parsed)
    if person is None:
        return _from_stranger(case, named)
    _require_active(person)
    if person.is_desk:
        return _from_staff(case, named, person)
    if named is not None:
        return _from_customer(case, named, person)
    _require_not_disowned(mail)
    return _opened(case, person, _organization_of(person))


def _refuse_size(case: Case, size: int) -> Effect:
    """For a mail of which only the head was taken, for its size: nothing of it can be published.

    Its sender is told, and then it is over; where nobody may be told, a person has to look.
    `size` is in bytes.
    """
    if machine := _machine(case):
        return machine
    megabytes = {"megabytes": -(-size // 2**20), "most": settings.MAX_MAIL_BYTES // 2**20}
    _judge_sender(case)
    if not answers.may_answer(case.mail):
        raise Refused("too_big", _("O e-mail passa de %(most)d MB e não foi lido.") % megabytes)
    answers.too_big(case.mail, route.sender(case.content.parsed), **megabytes)
    why = _("O e-mail passa de %(most)d MB; o remetente foi avisado.")
    return Effect(Outcome.REJECTED, why % megabytes)


def _machine(case: Case) -> Effect | None:
    """The effect of what certainly no person wrote: none (L5)."""
    if machine := automatic(case.content.parsed):
        return Effect(*machine)
    if why := loops.echo(case.content):
        return Effect(Outcome.AUTO_REPLY, why)
    return None


def _judge_sender(case: Case) -> None:
    """Note whether the mail is from whom it says; refuse what may be a machine or a loop."""
    mail, content = case.mail, case.content
    mail.trust, mail.trust_why = trust.check(content.parsed, content.raw, mail.mailbox)
    loops.require_calm(mail, content)
    _require_own_message_id(mail)
    if why := doubt(content.parsed):
        raise Refused("perhaps_automatic", why)


def _require_own_message_id(mail: InboundMail) -> None:
    """It is the first mail that came with its Message-ID, or a copy of that one: another one is
    written by a broken program, or by somebody who would have it taken for a copy."""
    claimed = InboundMail.objects.filter(claim=mail.claim).order_by("pk")
    if claimed.values_list("identity", flat=True)[0] != mail.identity:
        raise Refused(
            "borrowed_id", _("O e-mail usa a identificação (Message-ID) de outro e-mail.")
        )


def _require_active(person: User) -> None:
    if not person.is_active:
        raise Refused("inactive_sender", _("O remetente não tem mais acesso."))


def _require_not_disowned(mail: InboundMail) -> None:
    if mail.trust == SenderCheck.FAILED:
        raise Refused("disowned", _("O remetente não foi confirmado: o e-mail pode ser forjado."))


# --- By who wrote it ----------------------------------------------------------------------------


def _from_customer(case: Case, named: Named, person: User) -> Effect:
    """L5 to L7. Who holds a letter of ours is believed, and marked; the number alone proves
    nothing."""
    route.require_allowed(person, named.ticket)
    if not named.is_proof:
        _require_not_disowned(case.mail)
    return _said(publish.deliver(case, person, named.ticket), named.how)


def _from_staff(case: Case, named: Named | None, person: User) -> Effect:
    """A reply that reaches the customer in the name of support: only with proof of both, that a
    letter of ours was answered and that the sender is who it says."""
    if named is None:
        raise Refused("staff_sender", _("A equipe de suporte abre tickets pela mesa."))
    if not named.is_proof or case.mail.trust != SenderCheck.PASSED:
        raise Refused(
            "staff_unproven",
            _("É da equipe de suporte, mas não há prova de que o remetente é quem diz ser."),
        )
    route.require_allowed(person, named.ticket)
    return _said(publish.reply(case, person, named.ticket), named.how)


def _from_stranger(case: Case, named: Named | None) -> Effect:
    """Nobody we know: by the domain to a customer (R1), else as the mailbox has it."""
    mail = case.mail
    if not mail.from_address:
        raise Refused("no_sender", _("O e-mail não diz de quem é."))
    if named is not None or mail.mailbox is None:
        raise _unknown()
    _require_not_disowned(mail)
    if organization := newcomers.organization_by_domain(mail.from_address):
        answers.count_stranger(mail)
        return _opened(case, _admitted(case, organization), organization)
    match mail.mailbox.strangers:
        case Strangers.GUEST:
            answers.confirm(mail)
            return Effect(Outcome.QUARANTINED, _("Aguarda que o remetente confirme o endereço."))
        case Strangers.REFUSE:
            answers.refused(mail)
            return Effect(Outcome.REJECTED, _("A caixa só atende remetentes cadastrados."))
        case _:
            raise _unknown()


def _unknown() -> Refused:
    return Refused("unknown_sender", _("Ninguém está cadastrado com o endereço do remetente."))


def _admitted(case: Case, organization: Organization) -> User:
    """The sender, from now on of `organization`, who is told how to come in."""
    person = newcomers.admit(case.content.parsed, organization)
    if not case.mail.is_quiet:
        send_welcome_letter(person)
    return person


# --- What is done -------------------------------------------------------------------------------


def _said(event: TicketEvent, how: str) -> Effect:
    if event.verb != Verb.OPEN:
        return Effect(Outcome.REPLIED, how, event)
    is_new = "predecessor" not in event.data
    return Effect(Outcome.OPENED if is_new else Outcome.FOLLOWED_UP, how, event)


def _opened(case: Case, person: User, organization: Organization) -> Effect:
    """C3: a mail that names no ticket opens one, in the queue of its mailbox."""
    box = case.mail.mailbox
    if box is None:
        raise Refused("no_ticket", _("O e-mail não responde a nenhum ticket."))
    product = _product_of(box)
    watchers = _colleagues(case, person, organization)
    event = publish.open_ticket(case, person, organization, product, box.queue, watchers)
    return _said(event, _("Não responde a nenhum ticket: abriu um novo."))


def _product_of(box: Mailbox | None) -> Product:
    if box is None or box.product is None:
        raise Refused("no_product", _("A caixa não diz de que produto é um ticket novo."))
    return box.product


def _organization_of(person: User) -> Organization:
    """R2: the one to which the person belongs; of several the one that has the address.

    Where the address is another customer's, only a partner, who agreed to it, writes for the one.
    """
    mine = person.places
    if not mine:
        raise Refused("no_organization", _("O remetente não pertence a nenhuma empresa ativa."))
    organization = newcomers.organization_by_domain(person.email)
    if organization is not None and organization.pk in mine:
        return organization
    if len(mine) > 1:
        raise Refused("several_organizations", _("O remetente pertence a várias empresas."))
    pk, place = next(iter(mine.items()))
    if organization is not None and not place.is_partner:
        raise Refused("other_domain", _("O endereço do remetente é do domínio de outra empresa."))
    return Organization.objects.get(pk=pk)


def _colleagues(case: Case, person: User, organization: Organization) -> Sequence[User]:
    """Whom the mail was copied to and who belongs to the customer (R1): they will watch. Guests
    are no colleagues."""
    if organization.holds_guests:
        return []
    addresses = {each.lower() for each in case.content.parsed.recipients[:_MOST_COPIED]}
    if case.mail.mailbox is not None:
        addresses.discard(case.mail.mailbox.address.lower())
    belongs = Membership.objects.filter(
        user=OuterRef("pk"), organization=organization, is_active=True
    )
    people = User.objects.alias(address=Lower("email")).filter(
        Exists(belongs), address__in=addresses, is_active=True, desk_role=""
    )
    return list(people.exclude(pk=person.pk))


# --- What a person of the desk decides ----------------------------------------------------------


@dataclass(frozen=True)
class Choice:
    """What the desk chose for a mail in quarantine; what is None, the mail itself suggests.

    `ticket` is where it goes; with `as_new` it opens one although it names a ticket.
    `organization` is the sender's, for one whom we do not know or who is of several.
    """

    ticket: Ticket | None = None
    organization: Organization | None = None
    product: Product | None = None
    as_new: bool = False


def suggested(case: Case) -> Choice:
    """What one click on "accept" would do, for a page to show and to let change."""
    mail = case.mail
    person = route.sender(case.content.parsed)
    organization = None
    if person is None:
        organization = newcomers.organization_by_domain(mail.from_address)
    elif not person.is_desk:
        organization = _the_one_of(person)
    return Choice(mail.about, organization, mail.mailbox.product if mail.mailbox else None)


def _the_one_of(person: User) -> Organization | None:
    try:
        return _organization_of(person)
    except Refused:
        return None


def accepted(case: Case, choice: Choice) -> Effect:
    """Publish a mail as its sender's, by the hand of `case.entered_by`, who vouches for it.

    Refused where its sender could not take part in the ticket: its letters would go to a stranger
    (R1). Of somebody unknown the desk says, or the domain, of which customer he or she is.
    """
    ticket = None if choice.as_new else choice.ticket or case.mail.about
    person = route.sender(case.content.parsed) or _newcomer(case, choice, ticket)
    _require_active(person)
    why = _("Aceito por %(name)s.") % {"name": case.entered_by}
    if ticket is None:
        return _said(_open_as_chosen(case, choice, person), why)
    if person.is_desk:
        route.require_allowed(person, ticket)
        return _said(publish.reply(case, person, ticket), why)
    if not rules.may_watch(person, ticket):
        raise _of_another_customer()
    if not rules.may_take_part(person, ticket):
        raise _another_guest()
    return _said(publish.deliver(case, person, ticket), why)


def _newcomer(case: Case, choice: Choice, ticket: Ticket | None) -> User:
    address = case.mail.from_address
    organization = choice.organization or newcomers.organization_by_domain(address)
    if organization is None or not address:
        raise _unknown()
    if ticket is not None and ticket.organization_id != organization.pk:
        raise _of_another_customer()
    return _admitted(case, organization)


def _of_another_customer() -> Refused:
    return Refused("other_organization", _("O remetente não é do cliente deste ticket."))


def _another_guest() -> Refused:
    return Refused("other_guest", _("O ticket é de outro visitante, que o remetente não conhece."))


def _open_as_chosen(case: Case, choice: Choice, person: User) -> TicketEvent:
    if person.is_desk:
        raise Refused("staff_sender", _("A equipe de suporte abre tickets pela mesa."))
    box = case.mail.mailbox
    organization = choice.organization or _organization_of(person)
    product = choice.product or _product_of(box)
    watchers = _colleagues(case, person, organization)
    queue = box.queue if box else None
    return publish.open_ticket(case, person, organization, product, queue, watchers)
