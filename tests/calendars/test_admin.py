"""The admin's pages of calendars, and exceptions by CSV (B1)."""

import re
from datetime import date, time
from typing import Any

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from calendars import seed
from calendars.models import Calendar, CalendarException

pytestmark = pytest.mark.django_db
IMPORT = "admin:calendars_calendarexception_import"
INLINE = re.compile(
    r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\s(?:src=|type=.application/json))"
)
TODAY = date(2026, 11, 24)


@pytest.fixture
def client(client: Client) -> Client:
    """Signed in as an administrator."""
    client.force_login(User.objects.create_superuser("adm@prazo.example", "Administração"))
    return client


@pytest.fixture
def calendar() -> Calendar:
    made = Calendar.objects.create(name="São Paulo", uf="SP")
    seed.fill(made, seed.horizon(TODAY))
    return made


def form(**changes: Any) -> dict[str, Any]:
    """What the calendar's page posts."""
    return {
        "name": "Manaus",
        "time_zone": "America/Manaus",
        "weekdays": ["1", "2", "3", "4", "5", "6"],
        "opens_at": "08:00",
        "closes_at": "17:00",
        "uf": "AM",
        "optional_days": ["carnaval", "cinzas"],
        "exceptions-TOTAL_FORMS": "1",
        "exceptions-INITIAL_FORMS": "0",
        "exceptions-0-date": "24/10/2026",
        "exceptions-0-name": "Aniversário de Manaus",
        "exceptions-0-kind": "off",
    } | changes


def exceptions() -> list[tuple[str, date, str, str]]:
    return list(
        CalendarException.objects.order_by("calendar__name", "date", "kind").values_list(
            "calendar__name", "date", "name", "kind"
        )
    )


# --- The calendar's page -------------------------------------------------------------------------


def test_B4_saving_a_new_calendar_fills_its_holidays(client: Client) -> None:
    response = client.post(reverse("admin:calendars_calendar_add"), form())

    calendar = Calendar.objects.get()
    assert response.status_code == 302
    assert (calendar.weekdays, calendar.opens_at) == ([1, 2, 3, 4, 5, 6], time(8))
    assert calendar.optional_days == ["carnaval", "cinzas"]
    assert calendar.filled_through is not None
    assert calendar.holidays.filter(origin="state", date=date(2026, 9, 5)).count() == 1
    assert exceptions() == [("Manaus", date(2026, 10, 24), "Aniversário de Manaus", "off")]


def test_B4_changing_the_unit_changes_the_holidays_at_once(
    client: Client, calendar: Calendar
) -> None:
    page = reverse("admin:calendars_calendar_change", args=[calendar.pk])

    response = client.post(page, form(uf="DF", optional_days=[]))

    assert response.status_code == 302
    days = set(calendar.holidays.filter(origin="state").values_list("date", flat=True))
    assert date(2026, 11, 30) in days
    assert date(2026, 7, 9) not in days


@pytest.mark.parametrize(
    ("changes", "field", "error"),
    [
        ({"weekdays": []}, "weekdays", "Este campo é obrigatório."),
        ({"closes_at": "08:00"}, None, "O calendário precisa fechar depois de abrir."),
        (
            {"time_zone": "Mars/Olympus"},
            "time_zone",
            "Faça uma escolha válida. Mars/Olympus não é uma das escolhas disponíveis.",
        ),
    ],
)
def test_B1_page_refuses_in_words(
    client: Client, changes: dict[str, Any], field: str | None, error: str
) -> None:
    response = client.post(reverse("admin:calendars_calendar_add"), form(**changes))

    assert response.status_code == 200
    assert response.context["adminform"].form.errors == {field or "__all__": [error]}
    assert Calendar.objects.count() == 0


def test_page_lists_the_librarys_holidays_and_the_list_shows_how_far_they_reach(
    client: Client, calendar: Calendar
) -> None:
    page = client.get(reverse("admin:calendars_calendar_change", args=[calendar.pk]))
    listed = client.get(reverse("admin:calendars_calendar_changelist"))
    new = client.get(reverse("admin:calendars_calendar_add"))

    assert "<li>09/07/2026 Revolução Constitucionalista (estadual)</li>" in page.text
    assert "31/12/2031" in listed.text
    assert new.status_code == 200


def test_deleting_a_calendar_asks_for_no_other_permission(
    client: Client, calendar: Calendar
) -> None:
    page = reverse("admin:calendars_calendar_delete", args=[calendar.pk])

    response = client.post(page, {"post": "yes"})

    assert response.status_code == 302
    assert Calendar.objects.count() == 0


def test_no_page_has_inline_styles_or_handlers_which_the_csp_refuses(
    client: Client, calendar: Calendar
) -> None:
    confirm(client, upload(client, CSV.encode(), calendar))
    addresses = [
        reverse("admin:calendars_calendar_changelist"),
        reverse("admin:calendars_calendar_change", args=[calendar.pk]),
        reverse("admin:calendars_calendarexception_changelist"),
        reverse(IMPORT),
    ]

    pages = [
        *(client.get(address) for address in addresses),
        upload(client, CSV.replace("Plantão", "Mutirão").encode(), calendar),
        upload(client, b"data;nome;tipo\n;;\n1;2;3\n", calendar),
    ]

    assert [page.status_code for page in pages] == [200] * 6
    assert [INLINE.findall(page.text) for page in pages] == [[]] * 6


# --- CSV in --------------------------------------------------------------------------------------


def upload(client: Client, content: bytes, calendar: Calendar | None = None) -> Any:
    return client.post(
        reverse(IMPORT),
        {
            "resource": "0",
            "format": "0",
            "calendar": calendar.pk if calendar else "",
            "import_file": SimpleUploadedFile("feriados.csv", content, "text/csv"),
        },
    )


def confirm(client: Client, shown: Any) -> Any:
    hidden = {name: value or "" for name, value in shown.context["confirm_form"].initial.items()}
    calendar = hidden["calendar"]
    return client.post(
        reverse("admin:calendars_calendarexception_process_import"),
        hidden | {"calendar": calendar.pk if calendar else ""},
    )


def row_errors(response: Any) -> list[tuple[int, str]]:
    return [
        (number, str(error.error))
        for number, errors in response.context["result"].row_errors()
        for error in errors
    ]


CSV = """data;nome;tipo
25/01/2027;Aniversário de São Paulo;sem expediente
2026-11-28;Plantão;Trabalhado
24/12/2026;Véspera;meio expediente
08/12/2026;Nossa Senhora;feriado
"""
EXCEPTIONS = [
    ("São Paulo", date(2026, 11, 28), "Plantão", "worked"),
    ("São Paulo", date(2026, 12, 8), "Nossa Senhora", "off"),
    ("São Paulo", date(2026, 12, 24), "Véspera", "half"),
    ("São Paulo", date(2027, 1, 25), "Aniversário de São Paulo", "off"),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("comma", [";", ","])
def test_B1_csv_is_shown_first_and_written_when_confirmed(
    client: Client, calendar: Calendar, encoding: str, comma: str
) -> None:
    shown = upload(client, CSV.replace(";", comma).encode(encoding), calendar)
    before = exceptions()
    done = confirm(client, shown)

    assert before == []
    assert [row.import_type for row in shown.context["result"].rows] == ["new"] * 4
    assert done.status_code == 302
    assert exceptions() == EXCEPTIONS


def test_B3_same_csv_again_changes_nothing_and_a_new_name_renames(
    client: Client, calendar: Calendar
) -> None:
    confirm(client, upload(client, CSV.encode(), calendar))
    calendar.refresh_from_db()
    before = calendar.version

    again = upload(client, CSV.encode(), calendar)
    confirm(client, again)
    calendar.refresh_from_db()
    after = calendar.version
    renamed = upload(client, CSV.replace("Plantão", "<Mutirão>").encode(), calendar)
    confirm(client, renamed)

    assert [row.import_type for row in again.context["result"].rows] == ["skip"] * 4
    assert after == before
    assert "<td><del>Plantão</del> <ins>&lt;Mutirão&gt;</ins></td>" in renamed.text
    assert [name for _, _, name, _ in exceptions()] == [
        "<Mutirão>",
        "Nossa Senhora",
        "Véspera",
        "Aniversário de São Paulo",
    ]


def test_B1_rows_may_name_their_calendar_and_win_over_the_forms(
    client: Client, calendar: Calendar
) -> None:
    Calendar.objects.create(name="Recife", uf="PE")
    content = (
        "nome,calendario,tipo,data\nSão João,Recife,folga,2027-06-24\nPonte,,folga,2027-06-25\n"
    )

    confirm(client, upload(client, content.encode(), calendar))

    assert exceptions() == [
        ("Recife", date(2027, 6, 24), "São João", "off"),
        ("São Paulo", date(2027, 6, 25), "Ponte", "off"),
    ]


def test_bad_rows_are_told_all_at_once_and_nothing_is_written(
    client: Client, calendar: Calendar
) -> None:
    content = (
        "data;nome;tipo;calendario\n"
        "31/02/2027;Nunca;folga;\n"
        "25/01/0207;Antigo;folga;\n"
        ";;;Nenhures\n"
        f"25/01/2027;{'x' * 121};talvez;\n"
        "25/01/2027;Bom;folga;\n"
    )

    response = upload(client, content.encode(), calendar)

    assert row_errors(response) == [
        (1, "“31/02/2027” não é uma data como 19/11/2026."),
        (2, "O ano parece errado: é anterior a 2000."),
        (
            3,
            "Não existe o calendário “Nenhures”. “” não é uma data como 19/11/2026. "
            "Falta o nome. “” não é um tipo; use: trabalhado, meio expediente, sem expediente.",
        ),
        (
            4,
            "Certifique-se de que o valor tenha no máximo 120 caracteres (ele possui 121). "
            "“talvez” não é um tipo; use: trabalhado, meio expediente, sem expediente.",
        ),
    ]
    assert "confirm_form" not in response.context
    assert exceptions() == []


def test_rows_without_any_calendar_are_refused(client: Client) -> None:
    response = upload(client, b"data;nome;tipo\n25/01/2027;Festa;folga\n")

    assert row_errors(response) == [
        (1, "Diga o calendário, no formulário ou na coluna “calendario”.")
    ]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"data;nome\n25/01/2027;Festa\n", "O arquivo não tem a coluna tipo."),
        (b"\x00\x01\x02\n", "O arquivo não tem a coluna data, nome, tipo."),
        (b'data;nome;tipo\n"' + b"x" * 200_000, "O arquivo não é um CSV."),
    ],
)
def test_file_that_cannot_be_read_is_refused_in_words(
    client: Client, calendar: Calendar, content: bytes, error: str
) -> None:
    response = upload(client, content, calendar)

    assert response.context["form"].errors == {"import_file": [error]}


def test_importing_needs_leave_to_add_and_to_change(client: Client, calendar: Calendar) -> None:
    from django.contrib.auth.models import Permission

    viewer = User.objects.create_user("elisa@prazo.example", "Elisa", is_staff=True)
    viewer.user_permissions.add(
        *Permission.objects.filter(codename__in=["view_calendarexception", "add_calendarexception"])
    )
    client.force_login(viewer)

    refused = upload(client, CSV.encode(), calendar)
    exported = client.get(reverse("admin:calendars_calendarexception_export"))

    assert (refused.status_code, exported.status_code) == (403, 200)


# --- CSV out -------------------------------------------------------------------------------------


def test_export_opens_in_a_spreadsheet_and_comes_back_the_same(
    client: Client, calendar: Calendar
) -> None:
    confirm(client, upload(client, CSV.encode(), calendar))
    CalendarException.objects.create(calendar=calendar, date=date(2027, 2, 1), name="=1+1")
    before = exceptions()

    exported = client.get(reverse("admin:calendars_calendarexception_export"))
    CalendarException.objects.all().delete()
    confirm(client, upload(client, exported.content))

    assert exported.content.decode("utf-8-sig").splitlines() == [
        "calendario;data;nome;tipo",
        "São Paulo;2026-11-28;Plantão;trabalhado",
        "São Paulo;2026-12-08;Nossa Senhora;sem expediente",
        "São Paulo;2026-12-24;Véspera;meio expediente",
        "São Paulo;2027-01-25;Aniversário de São Paulo;sem expediente",
        "São Paulo;2027-02-01;'=1+1;sem expediente",
    ]
    assert exported.content.startswith(b"\xef\xbb\xbf")
    assert exceptions() == before


def test_export_takes_the_filter_of_the_list(client: Client, calendar: Calendar) -> None:
    confirm(client, upload(client, CSV.encode(), calendar))

    exported = client.get(
        reverse("admin:calendars_calendarexception_export"), {"kind__exact": "worked"}
    )

    assert exported.content.decode("utf-8-sig").splitlines() == [
        "calendario;data;nome;tipo",
        "São Paulo;2026-11-28;Plantão;trabalhado",
    ]


def test_calendars_and_exceptions_are_registered() -> None:
    assert admin.site.is_registered(Calendar)
    assert admin.site.is_registered(CalendarException)
