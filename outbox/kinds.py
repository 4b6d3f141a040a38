"""What staff call each kind of letter; its folder says it, as it says all the letter's words."""

from django.template import Context, Engine, TemplateDoesNotExist


def name_of(letter: str) -> str:
    """The name in `templates/emails/<letter>/name.txt`; of a letter that is no more, its code."""
    try:
        template = Engine.get_default().get_template(f"emails/{letter}/name.txt")
    except TemplateDoesNotExist:
        return letter
    return template.render(Context()).strip()
