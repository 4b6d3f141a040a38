"""tickets/admin/policies.py: a change of policy or calendar is shown before it is saved (B3)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from calendars.models import Calendar, CalendarException
from catalog.models import Product
from tests.admin.reading import INLINE, dates_shown, foreseen, hidden_fields
from tests.cast import by, make_calendar, make_queue
from tickets import actions
from tickets.models import ProductQueue, Queue, Ticket

Form = Callable[..., dict[str, Any]]


@pytest.fixture
def pending(ticket: Ticket, elisa: Any) -> Ticket:
    """Information was requested on Friday, 13 November, at 10:00; it says 23/11, then 02/12."""
    return actions.request_information(
        ticket, by=by(elisa, "2026-11-13T10:00", "desk"), body="Envie o XML."
    ).ticket


@pytest.fixture
def queue_page(queue: Queue) -> str:
    return reverse("admin:tickets_queue_change", args=[queue.pk])


@pytest.fixture
def queue_form(queue: Queue, elisa: Any) -> Form:
    """What the queue's page posts; `pending_days=8` and the like change the policy."""

    def form(**changes: Any) -> dict[str, Any]:
        policy = {
            "id": queue.policy.pk,
            "queue": queue.pk,
            "calendar": queue.policy.calendar_id,
            "pending_days": 5,
            "validation_days": 7,
            "reminder_lead": 1,
            "attention_days": 2,
        }
        own = {key: changes.pop(key) for key in list(changes) if key not in policy}
        return (
            {
                "name": "Fiscal",
                "is_active": "on",
                "analysts": [elisa.pk],
                "policy-TOTAL_FORMS": "1",
                "policy-INITIAL_FORMS": "1",
                "default_products-TOTAL_FORMS": "0",
                "default_products-INITIAL_FORMS": "0",
                "_save": "Salvar",
            }
            | {f"policy-0-{name}": value for name, value in (policy | changes).items()}
            | own
        )

    return form


@pytest.fixture
def calendar_page(calendar_sp: Calendar) -> str:
    return reverse("admin:calendars_calendar_change", args=[calendar_sp.pk])


def calendar_form(*exceptions: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """What the calendar's page posts, with these rows of exceptions."""
    stored = [row for row in exceptions if "id" in row]
    rows = {
        f"exceptions-{number}-{name}": value
        for number, row in enumerate(exceptions)
        for name, value in ({"name": "Ponte", "kind": "off"} | row).items()
    }
    return {
        "name": "São Paulo",
        "time_zone": "America/Sao_Paulo",
        "weekdays": ["1", "2", "3", "4", "5"],
        "opens_at": "09:00",
        "closes_at": "18:00",
        "uf": "SP",
        "exceptions-TOTAL_FORMS": len(exceptions),
        "exceptions-INITIAL_FORMS": len(stored),
        **rows,
        **changes,
    }


def exceptions() -> list[tuple[date, str]]:
    return list(CalendarException.objects.values_list("date", "kind"))


# --- The queue's page ----------------------------------------------------------------------------


def test_B3_a_policy_that_moves_tickets_is_shown_first(
    admin: Client, queue: Queue, queue_page: str, queue_form: Form, pending: Ticket
) -> None:
    response = admin.post(queue_page, queue_form(pending_days=6))

    queue.policy.refresh_from_db()
    assert response.status_code == 200
    assert "Esta mudança altera as datas de 1 ticket ativo." in response.text
    assert "Nada foi salvo ainda." in response.text
    assert dates_shown(response) == [
        [
            f"{pending.number} NF-e rejeitada com o código 539"
            " Metalúrgica Serra Azul · Pendente Cliente",
            "Prazo do cliente",
            "seg., 23/11, 23:59",
            "ter., 24/11, 23:59",
        ],
        ["Encerramento", "qua., 02/12, 23:59", "qui., 03/12, 23:59"],
    ]
    assert (queue.policy.pending_days, queue.policy.version) == (5, 1)


def test_B3_what_is_confirmed_is_saved(
    admin: Client, queue: Queue, queue_page: str, queue_form: Form, pending: Ticket, fabio: Any
) -> None:
    form = queue_form(pending_days=6, name="Fiscal e contábil", analysts=[fabio.pk])
    shown = admin.post(queue_page, form)

    response = admin.post(queue_page, hidden_fields(shown) | {"_confirmed": "Confirmar"})

    queue = Queue.objects.get()
    assert (response.status_code, response["Location"]) == (
        302,
        reverse("admin:tickets_queue_changelist"),
    )
    assert (queue.name, queue.policy.pending_days, queue.policy.version) == (
        "Fiscal e contábil",
        6,
        2,
    )
    assert list(queue.analysts.all()) == [fabio]


def test_who_goes_back_finds_the_form_as_it_was_typed(
    admin: Client, queue: Queue, queue_page: str, queue_form: Form, pending: Ticket, product: Any
) -> None:
    other = Product.objects.create(name="Folha")
    form = queue_form(pending_days=6, name="Fiscal e contábil", analysts=[]) | {
        "default_products-TOTAL_FORMS": "1",
        "default_products-0-product": other.pk,
    }
    shown = admin.post(queue_page, form)

    back = admin.post(queue_page, hidden_fields(shown) | {"_back": "Voltar"})

    typed = back.context["adminform"].form
    policy, products = (each.formset.forms[0] for each in back.context["inline_admin_formsets"])
    assert (back.status_code, list(back.context["errors"]), foreseen(back)) == (200, [], None)
    assert (typed["name"].value(), typed["analysts"].value()) == ("Fiscal e contábil", [])
    assert (policy["pending_days"].value(), products["product"].value()) == ("6", str(other.pk))
    assert Queue.objects.get().policy.pending_days == 5
    assert list(ProductQueue.objects.values_list("product", flat=True)) == [product.pk]


@pytest.mark.parametrize("changes", [{}, {"pending_days": 4}, {"name": "Fiscal e contábil"}])
def test_what_moves_no_ticket_is_saved_at_once(
    admin: Client, queue_page: str, queue_form: Form, pending: Ticket, changes: dict[str, Any]
) -> None:
    response = admin.post(queue_page, queue_form(**changes))

    queue = Queue.objects.get()
    assert response.status_code == 302
    assert (queue.name, queue.policy.pending_days) == (
        changes.get("name", "Fiscal"),
        changes.get("pending_days", 5),
    )


def test_what_is_wrong_is_said_before_anything_is_foreseen(
    admin: Client, queue_page: str, queue_form: Form, pending: Ticket
) -> None:
    response = admin.post(queue_page, queue_form(pending_days=0))

    assert (response.status_code, foreseen(response)) == (200, None)
    assert list(response.context["errors"]) == [
        ["Certifique-se que este valor seja maior ou igual a 1."]
    ]


def test_a_queue_has_always_one_policy(admin: Client, calendar_sp: Calendar) -> None:
    form = {
        "name": "Folha",
        "is_active": "on",
        "policy-TOTAL_FORMS": "1",
        "policy-INITIAL_FORMS": "0",
        "policy-0-pending_days": "5",
        "policy-0-validation_days": "7",
        "policy-0-reminder_lead": "1",
        "policy-0-attention_days": "2",
        "default_products-TOTAL_FORMS": "0",
        "default_products-INITIAL_FORMS": "0",
    }
    page = reverse("admin:tickets_queue_add")

    refused = admin.post(page, form)
    response = admin.post(page, form | {"policy-0-calendar": calendar_sp.pk})

    assert (refused.status_code, list(refused.context["errors"])) == (
        200,
        [["Este campo é obrigatório."]],
    )
    assert response.status_code == 302
    assert Queue.objects.get().policy.calendar == calendar_sp


def test_R3_a_product_names_its_queue_on_its_own_page(admin: Client, queue: Queue) -> None:
    form = {
        "name": "Folha",
        "is_active": "on",
        "default_queue-TOTAL_FORMS": "1",
        "default_queue-INITIAL_FORMS": "0",
        "default_queue-0-queue": queue.pk,
        **{
            f"{each}-{count}_FORMS": "0"
            for each in ("routines", "versions")
            for count in ("TOTAL", "INITIAL")
        },
    }

    admin.post(reverse("admin:catalog_product_add"), form)

    assert [str(each) for each in ProductQueue.objects.all()] == ["Folha → Fiscal"]
    listed = admin.get(reverse("admin:catalog_product_changelist")).text
    assert '<td class="field-queue">Fiscal</td>' in listed


def test_other_staff_change_only_what_they_may(
    staff: Callable[..., Client], queue_page: str, queue_form: Form, pending: Ticket
) -> None:
    form = queue_form(pending_days=6, name="Contábil") | {"_confirmed": "1"}
    reader = staff("view_queue", "view_queuepolicy")

    assert reader.get(queue_page).status_code == 200
    assert reader.post(queue_page, form).status_code == 403
    assert Queue.objects.get().name == "Fiscal"


def test_who_may_not_change_policies_changes_the_queue_alone(
    staff: Callable[..., Client], queue_page: str, queue_form: Form, pending: Ticket
) -> None:
    form = queue_form(pending_days=6, name="Contábil")

    response = staff("change_queue", "view_queuepolicy").post(queue_page, form)

    queue = Queue.objects.get()
    assert response.status_code == 302
    assert (queue.name, queue.policy.pending_days) == ("Contábil", 5)


@pytest.mark.parametrize("count", [1, 25])
def test_the_list_of_queues_takes_few_statements(
    statements: Callable[[str], int], calendar_sp: Calendar, count: int
) -> None:
    for number in range(count):
        make_queue(f"Fila {number}", calendar_sp)

    assert statements(reverse("admin:tickets_queue_changelist")) == 7


# --- The calendar's page, and exceptions by themselves -------------------------------------------


def test_B3_a_day_off_in_a_calendar_is_shown_first(
    admin: Client, calendar_page: str, pending: Ticket
) -> None:
    form = calendar_form({"date": "16/11/2026"})

    shown = admin.post(calendar_page, form)
    before = exceptions()
    done = admin.post(calendar_page, hidden_fields(shown) | {"_confirmed": "Confirmar"})

    assert [row[-2:] for row in dates_shown(shown)] == [
        ["seg., 23/11, 23:59", "ter., 24/11, 23:59"],
        ["qua., 02/12, 23:59", "qui., 03/12, 23:59"],
    ]
    assert (before, done.status_code) == ([], 302)
    assert exceptions() == [(date(2026, 11, 16), "off")]


def test_B3_all_that_the_page_says_counts_together(
    admin: Client, calendar_sp: Calendar, calendar_page: str, pending: Ticket
) -> None:
    kept, gone, moved = (
        CalendarException.objects.create(calendar=calendar_sp, date=day, name="Ponte", kind="off")
        for day in (date(2026, 10, 1), date(2026, 10, 2), date(2026, 10, 5))
    )
    form = calendar_form(
        {"id": kept.pk, "date": "01/10/2026"},
        {"id": gone.pk, "date": "02/10/2026", "DELETE": "on"},
        {"id": moved.pk, "date": "17/11/2026"},
        {"date": "16/11/2026"},
        uf="DF",  # 30/11 is its own holiday
    )

    shown = admin.post(calendar_page, form)

    assert [row[-2:] for row in dates_shown(shown)] == [
        ["seg., 23/11, 23:59", "qua., 25/11, 23:59"],
        ["qua., 02/12, 23:59", "seg., 07/12, 23:59"],
    ]


def test_B7_a_day_worked_moves_no_promise_and_is_saved_at_once(
    admin: Client, calendar_page: str, pending: Ticket
) -> None:
    response = admin.post(calendar_page, calendar_form({"date": "14/11/2026", "kind": "worked"}))

    assert response.status_code == 302
    assert exceptions() == [(date(2026, 11, 14), "worked")]


def test_a_calendar_with_many_exceptions_is_still_saved(
    admin: Client, calendar_sp: Calendar, calendar_page: str, pending: Ticket
) -> None:
    first = date(2030, 1, 1)
    CalendarException.objects.bulk_create(
        CalendarException(calendar=calendar_sp, date=first + timedelta(days=n), name="Recesso")
        for n in range(300)
    )
    rows = [
        {
            "id": row.pk,
            "calendar": calendar_sp.pk,
            "date": f"{row.date:%d/%m/%Y}",
            "name": "Recesso",
        }
        for row in CalendarException.objects.all()
    ]

    shown = admin.post(calendar_page, calendar_form(*rows, {"date": "16/11/2026"}))
    done = admin.post(calendar_page, hidden_fields(shown) | {"_confirmed": "1"})

    assert (foreseen(shown).told, done.status_code) == (1, 302)
    assert CalendarException.objects.count() == 301


def test_a_new_name_of_a_calendar_asks_nothing(
    admin: Client, calendar_page: str, pending: Ticket
) -> None:
    response = admin.post(calendar_page, calendar_form(name="Capital"))

    assert response.status_code == 302
    assert Calendar.objects.get().name == "Capital"


def test_B3_an_exception_by_itself_is_asked_about_too(
    admin: Client, calendar_sp: Calendar, pending: Ticket
) -> None:
    page = reverse("admin:calendars_calendarexception_add")
    form = {"calendar": calendar_sp.pk, "date": "16/11/2026", "name": "Ponte", "kind": "off"}

    shown = admin.post(page, form)
    before = exceptions()
    admin.post(page, hidden_fields(shown) | {"_confirmed": "1"})

    assert (foreseen(shown).told, before) == (1, [])
    assert exceptions() == [(date(2026, 11, 16), "off")]


def test_B3_an_exception_that_changes_its_calendar_moves_the_tickets_of_both(
    admin: Client, calendar_sp: Calendar, opened: Callable[..., Ticket], elisa: Any, queue: Queue
) -> None:
    rio = make_calendar("Rio", "RJ")
    cariocas = make_queue("Cariocas", rio, elisa)
    exception = CalendarException.objects.create(
        calendar=calendar_sp, date=date(2026, 11, 16), name="Ponte", kind="off"
    )
    opened()
    actions.move(opened(), to=cariocas, by=by(elisa, "2026-11-13T10:00", "desk"))
    page = reverse("admin:calendars_calendarexception_change", args=[exception.pk])

    shown = admin.post(
        page, {"calendar": rio.pk, "date": "16/11/2026", "name": "Ponte", "kind": "off"}
    )

    assert [row[-2:] for row in dates_shown(shown)] == [
        ["ter., 17/11, 23:59", "qua., 18/11, 23:59"],
        ["qua., 18/11, 23:59", "ter., 17/11, 23:59"],
    ]


def test_B3_removing_exceptions_shows_what_moves_in_the_confirmation(
    admin: Client, calendar_sp: Calendar, queue: Queue, opened: Callable[..., Ticket]
) -> None:
    exception = CalendarException.objects.create(
        calendar=calendar_sp, date=date(2026, 11, 16), name="Ponte", kind="off"
    )
    opened()
    one = reverse("admin:calendars_calendarexception_delete", args=[exception.pk])
    several = reverse("admin:calendars_calendarexception_changelist")
    chosen = {"action": "delete_selected", "_selected_action": [exception.pk]}

    pages = [admin.get(one), admin.post(several, chosen)]
    before = exceptions()
    done = admin.post(several, chosen | {"post": "yes"})

    assert [dates_shown(page)[0][-2:] for page in pages] == [
        ["qua., 18/11, 23:59", "ter., 17/11, 23:59"]
    ] * 2
    assert before == [(date(2026, 11, 16), "off")]
    assert (done.status_code, exceptions()) == (302, [])


def test_B3_a_file_of_exceptions_shows_what_it_moves_in_its_confirmation(
    admin: Client, calendar_sp: Calendar, pending: Ticket
) -> None:
    def upload(content: str) -> Any:
        return admin.post(
            reverse("admin:calendars_calendarexception_import"),
            {
                "resource": "0",
                "format": "0",
                "calendar": calendar_sp.pk,
                "import_file": SimpleUploadedFile("feriados.csv", content.encode(), "text/csv"),
            },
        )

    moving = upload("data;nome;tipo\n16/11/2026;Ponte;folga\n17/11/2026;Ponte;folga\n")
    idle = upload("data;nome;tipo\n25/01/2027;Aniversário;folga\n")
    wrong = upload("data;nome;tipo\n31/02/2027;Nunca;folga\n")

    assert [row[-2:] for row in dates_shown(moving)] == [
        ["seg., 23/11, 23:59", "qua., 25/11, 23:59"],
        ["qua., 02/12, 23:59", "sex., 04/12, 23:59"],
    ]
    assert ["Esta mudança altera" in page.text for page in (moving, idle, wrong)] == [
        True,
        False,
        False,
    ]
    assert exceptions() == []


def test_no_page_has_what_the_CSP_forbids(
    admin: Client, queue: Queue, queue_page: str, queue_form: Form, pending: Ticket
) -> None:
    pages = [
        admin.get(queue_page),
        admin.post(queue_page, queue_form(pending_days=6)),
        admin.get(reverse("admin:tickets_queue_changelist")),
        admin.get(reverse("admin:catalog_product_changelist")),
    ]

    assert [INLINE.findall(page.text) for page in pages] == [[]] * 4
