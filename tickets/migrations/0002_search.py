"""Search that forgives accents and case: one immutable function, and trigram indexes over it."""

from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations

FUNCTION = """
CREATE FUNCTION f_norm(words text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN public.unaccent('public.unaccent'::regdictionary, lower(normalize(words, NFC)))
"""


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_initial")]

    operations = [
        UnaccentExtension(),
        TrigramExtension(),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION f_norm(text)"),
        migrations.RunSQL(
            "CREATE INDEX ticket_title_words ON tickets_ticket"
            " USING gin (f_norm(title) gin_trgm_ops)",
            "DROP INDEX ticket_title_words",
        ),
        migrations.RunSQL(
            "CREATE INDEX message_words ON tickets_message"
            " USING gin (f_norm(body_text) gin_trgm_ops)",
            "DROP INDEX message_words",
        ),
    ]
