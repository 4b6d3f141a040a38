"""What the demonstration's customers are asked, as data/checklists.toml says it (E2)."""

from datetime import timedelta
from typing import Any

from catalog.models import Checklist, IntakeField, Pattern, Product, Routine, Version
from catalog.publishing import STEP, publish
from catalog.queries import published
from common import clock
from helpdesk.demo import script
from tickets.intake import ROUTINE, VERSION, Told

# Versions that articles name and no customer has: "12.3" stands for all of 12.3.x.
_FAMILIES = ("12.1", "12.2", "12.3")


def ask(products: dict[str, Product]) -> None:
    """Routines, versions, published checklists and patterns."""
    told = script.checklists()
    for each in told["product"]:
        product = products[each["name"]]
        _make_versions(product, each["versions"])
        _publish(product, None, each["questions"])
        for position, part in enumerate(each.get("routine", ())):
            routine = Routine.objects.create(
                product=product, name=part["name"], code=part["code"], position=position
            )
            if "questions" in part:
                _publish(product, routine, part["questions"])
    for position, each in enumerate(told["pattern"]):
        product_name = each.pop("product", "")
        Pattern.objects.create(position=position, product=products.get(product_name), **each)


def _make_versions(product: Product, told: list[tuple[str, int]]) -> None:
    today = clock.now().date()
    for name, days in told:
        Version.objects.create(product=product, name=name, released_on=today - timedelta(days=days))
    for name in _FAMILIES:
        Version.objects.create(
            product=product, name=name, released_on=today - timedelta(days=400), is_offered=False
        )


def _publish(product: Product, routine: Routine | None, questions: list[dict[str, Any]]) -> None:
    checklist = Checklist.objects.create(product=product, routine=routine)
    IntakeField.objects.bulk_create(
        IntakeField(checklist=checklist, position=STEP * number, **each)
        for number, each in enumerate(questions, 1)
    )
    publish(checklist, by=None)


def told(product: Product, answers: dict[str, Any]) -> dict[str, Any]:
    """What a story's opening tells, as `open_ticket` takes it; nothing where it tells nothing."""
    if not answers:
        return {}
    answers = dict(answers)
    code = answers.pop("routine", "")
    routine = product.routines.get(code=code) if code else None
    of_form = {name: answers.pop(name) for name in Told.__dataclass_fields__ if name in answers}
    asked = published(product, routine)
    intake = Told(checklists=asked, answers=answers, offers=[ROUTINE, VERSION], **of_form)
    return {"routine": routine, "intake": intake}
