"""What every other package stands on; it knows nothing of tickets."""

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import trans_real


class CommonConfig(AppConfig):
    name = "common"
    verbose_name = "Sistema"

    def ready(self) -> None:
        # The sources are Portuguese of Brazil, so that none of our texts is in a catalogue. Each
        # would be looked for in those of Portugal too, one a package, hundreds of times a page.
        vars(trans_real.translation(settings.LANGUAGE_CODE))["_fallback"] = None
