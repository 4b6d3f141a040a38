"""R5: people from a sheet are judged row by row; nobody is invited before it is accepted."""

import csv
import io
import zipfile
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from accounts import imports, sheets
from accounts.models import Membership, PeopleImport, User
from common.errors import Refused
from outbox.models import Delivery

HEAD = "nome;e-mail;papel;vê"
PASSWORD = "vento-norte-42-serra"


def url(name: str, organization: Any, *more: Any) -> str:
    return reverse(f"company:{name}", args=[organization.pk, *more])


def sent(browser: Any, organization: Any, data: bytes, name: str = "pessoas.csv") -> Any:
    file = SimpleUploadedFile(name, data)
    return browser.post(url("imports", organization), {"sheet": file})


def xlsx(*rows: list[Any]) -> bytes:
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def five_hundred() -> bytes:
    """480 right rows and 20 wrong ones, of four kinds."""
    rows = [f"Pessoa {n};p{n}@serraazul.example;;" for n in range(480)]
    rows += [f";sem-nome{n}@serraazul.example;;" for n in range(5)]
    rows += [f"Sem arroba {n};sem-arroba{n};;" for n in range(5)]
    rows += [f"Chefe {n};chefe{n}@serraazul.example;Rei;" for n in range(5)]
    rows += [f"De novo {n};p{n}@serraazul.example;;" for n in range(5)]
    return "\n".join([HEAD, *rows]).encode("latin-1")


def test_R5_of_500_people_with_20_bad_rows_the_480_are_invited_once_accepted_and_only_once(
    login: Any, carla: Any, organization: Any
) -> None:
    browser, before = login(carla), User.objects.count()

    address = sent(browser, organization, five_hundred())["Location"]
    page = browser.get(address).text
    errors = browser.get(f"{address}erros/").content.decode("utf-8-sig")

    assert "480 pessoas prontas para o convite" in page
    assert "20 linhas têm erro" in page
    assert (User.objects.count(), Delivery.objects.count()) == (before, 0)
    told = [(row[0], row[1]) for row in csv.reader(io.StringIO(errors), delimiter=";")]
    assert told[0] == ("linha", "coluna")
    assert [column for _line, column in told[1:]] == [
        *["nome"] * 5,
        *["e-mail"] * 5,
        *["papel"] * 5,
        *["e-mail"] * 5,
    ]

    for _time in range(2):
        browser.post(f"{address}aceite/")

    assert User.objects.count() == before + 480
    assert Delivery.objects.filter(letter="access_welcome").count() == 480


@pytest.mark.parametrize("count", [1, 25])
def test_a_preview_asks_five_statements(
    login: Any, carla: Any, organization: Any, count: int, django_assert_num_queries: Any
) -> None:
    browser = login(carla)
    rows = [f"Pessoa {n};p{n}@serraazul.example;;" for n in range(count)]
    address = sent(browser, organization, "\n".join([HEAD, *rows]).encode())["Location"]

    with django_assert_num_queries(5):
        browser.get(address)


@pytest.mark.parametrize("count", [1, 25])
def test_a_sheet_is_invited_in_sixteen_statements(
    carla: Any, organization: Any, count: int, django_assert_num_queries: Any
) -> None:
    rows = [[f"Pessoa {n}", f"p{n}@serraazul.example"] for n in range(count)]
    lines = [(1, ["nome", "e-mail"]), *enumerate(rows, start=2)]
    sheet = imports.preview(organization, lines, name="pessoas.csv", by=carla)

    with django_assert_num_queries(16):
        imports.accept(sheet, by=carla)


def test_R5_the_links_of_a_sheets_letters_let_their_people_in(
    login: Any, client: Any, carla: Any, organization: Any
) -> None:
    sent(login(carla), organization, f"{HEAD}\nIara;Iara@x.example;;".encode())
    imports.accept(PeopleImport.objects.get(), by=carla)
    link = Delivery.objects.get(letter="access_welcome").context["url"]

    page = client.get(urlsplit(link).path, follow=True)
    client.post(page.redirect_chain[-1][0], {"password1": PASSWORD, "password2": PASSWORD})

    assert User.objects.get(email="iara@x.example").check_password(PASSWORD)


def test_R5_whoever_is_of_it_already_is_left_as_he_is(
    login: Any, carla: Any, bruno: Any, organization: Any
) -> None:
    data = f"{HEAD}\nOutro;{bruno.email.upper()};Administrador;\nIara;iara@x.example;;".encode()
    sent(login(carla), organization, data)
    sheet = PeopleImport.objects.get()

    count = imports.accept(sheet, by=carla)

    assert [row.level for row in imports.rows_of(sheet)] == ["skip", "ok"]
    assert count == 1
    assert Membership.objects.get(user=bruno).role == "member"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_sheets_are_read_as_spreadsheets_write_them(encoding: str, delimiter: str) -> None:
    text = f"nome{delimiter}e-mail\r\nJoão Avelã{delimiter}joao@x.example\r\n\r\n"

    assert sheets.read(text.encode(encoding)) == [
        (1, ["nome", "e-mail"]),
        (2, ["João Avelã", "joao@x.example"]),
    ]


def test_an_xlsx_reads_as_a_csv_does() -> None:
    data = xlsx(["nome", "e-mail"], ["Ana", "a@x.example"], [], [7.0, None])

    assert [(line, cells[:2]) for line, cells in sheets.read(data)] == [
        (1, ["nome", "e-mail"]),
        (2, ["Ana", "a@x.example"]),
        (4, ["7", ""]),
    ]


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (30 * 1024 * 1024))
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"x" * (2 * 1024 * 1024 + 1), "too_big"),
        (b"\xd0\xcf\x11\xe0rest", "old_sheet"),
        (b"PK\x03\x04rest", "unreadable"),
        (bomb(), "unpacks_too_big"),
        (b"nome;e-mail\nA\x00;b", "unreadable"),
        (b"nome;e-mail\n" + b"A;a@x.example\n" * 5001, "too_many_rows"),
        (b"nome;e-mail\n", "no_rows"),
        (b"", "no_rows"),
    ],
)
def test_what_is_no_sheet_of_people_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        sheets.read(data)

    assert refused.value.code == code


def test_a_sheet_without_a_column_of_addresses_says_which_is_missing(
    login: Any, carla: Any, organization: Any
) -> None:
    response = sent(login(carla), organization, b"nome;idade\nAna;30\n")

    assert response.status_code == 422
    assert "Falta a coluna “e-mail”" in response.text


def test_formulas_come_back_as_text_in_the_sheet_of_errors(
    login: Any, carla: Any, organization: Any
) -> None:
    browser = login(carla)
    data = f"{HEAD}\n=cmd|'/c calc'!A1;@sum;+1;-1\n".encode()

    address = sent(browser, organization, data)["Location"]
    errors = browser.get(f"{address}erros/").content.decode("utf-8-sig")

    rows = list(csv.reader(io.StringIO(errors), delimiter=";"))
    cells = {cell for row in rows for cell in row}
    assert {cell for cell in cells if cell[:1] in "=+-@" and cell} == set()
    assert "'=cmd|'/c calc'!A1" in cells


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_names_the_columns(
    login: Any, carla: Any, organization: Any, kind: str
) -> None:
    data = login(carla).get(url("import_template", organization) + f"?format={kind}").content

    if kind == "xlsx":
        head = [cell.value for cell in next(iter(load_workbook(io.BytesIO(data)).active.rows))]
    else:
        head = data.decode("utf-8-sig").strip().split(";")
    assert head == ["nome", "e-mail", "papel", "vê", "equipe", "produtos"]
