"""Form fields that pages of the catalog share."""

from typing import Any

from django import forms

from common.text import one_line


class LinesField(forms.Field):
    """A list of short texts, typed one a line; blank lines do not count."""

    widget = forms.Textarea

    def __init__(self, *, longest: int, rows: int = 4, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows, "cols": 40}), **kwargs)
        self.longest = longest

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> list[str]:
        lines = value.splitlines() if isinstance(value, str) else value or ()
        return [line for each in lines if (line := one_line(each, self.longest))]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(initial) != self.to_python(data)
