"""static/admin-checklist.js: questions are put in order by buttons and by dragging (E2)."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page, expect

from catalog.models import Checklist, ChecklistVersion, IntakeField


def labels(page: Page) -> list[str]:
    """The questions, as they stand."""
    return page.locator(".questions > .inline-related:not(.empty-form)").evaluate_all(
        "rows => rows.map((row) => row.querySelector('[name$=\"-label\"]').value)"
    )


def test_E2_questions_are_moved_by_the_keyboard_and_by_dragging(
    live: str, new_context: Any, gil: Any, product: Any
) -> None:
    checklist = Checklist.objects.create(product=product)
    for at, label in enumerate(["Um", "Dois", "Três"], start=1):
        IntakeField.objects.create(checklist=checklist, key=f"q{at}", label=label, position=at * 10)
    client = Client()
    client.force_login(gil)
    context = new_context(viewport={"width": 1440, "height": 900})
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live}])
    page = context.new_page()
    page.set_default_timeout(10_000)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{live}/admin/catalog/checklist/{checklist.pk}/change/")
    expect(page.get_by_role("button", name="Subir")).to_have_count(3)

    page.locator("#fields-2").get_by_role("button", name="Subir").press("Enter")
    expect(page.locator("#fields-2").get_by_role("button", name="Subir")).to_be_focused()
    expect(page.get_by_text("Pergunta movida para o lugar 2 de 3.")).to_be_attached()
    assert labels(page) == ["Um", "Três", "Dois"]

    page.get_by_role("button", name="Adicionar outro(a) Pergunta").click()
    page.locator("#fields-3 [name$='-label']").fill("Quatro")
    page.get_by_role("button", name="Adicionar outro(a) Pergunta").click()
    page.locator("#fields-3").get_by_role("button", name="Subir").press("Enter")
    page.locator("#fields-4 .inline-deletelink").click()
    assert labels(page) == ["Um", "Três", "Quatro", "Dois"]

    page.locator("#fields-1").scroll_into_view_if_needed()
    handle = page.locator("#fields-1 .move__handle").bounding_box()
    first = page.locator("#fields-0").bounding_box()
    assert handle is not None
    assert first is not None
    page.mouse.move(handle["x"] + 5, handle["y"] + 5)
    page.mouse.down()
    page.mouse.move(handle["x"] + 5, first["y"] + 5, steps=5)
    page.mouse.up()
    assert labels(page) == ["Dois", "Um", "Três", "Quatro"]
    found = Axe().run(page, context=".questions h3", options={"preload": False})
    assert found.violations_count == 0, found.generate_report()

    page.get_by_role("button", name="Salvar", exact=True).first.click()
    page.locator(".messagelist").first.wait_for()
    assert [row["label"] for row in ChecklistVersion.objects.get().fields] == [
        "Dois",
        "Um",
        "Três",
        "Quatro",
    ]
    assert complaints == []
