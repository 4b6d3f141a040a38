"""The dotted paths of the settings, which the import contract cannot see."""

import pytest
from django.conf import settings
from django.utils.module_loading import import_string


@pytest.mark.parametrize(
    "path", [*settings.TICKET_FOLLOWERS, *settings.TICKET_CLOCK_GATES, *settings.DESK_ALERTS]
)
def test_each_follower_gate_and_alert_is_a_function(path: str):
    assert callable(import_string(path))
