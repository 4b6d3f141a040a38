"""E1: a title's words are kept as they are compared, since to make them takes longer than to
compare them; the index of similar titles is over them."""

from django.db import migrations

_INDEX = (
    "CREATE INDEX ticket_similar ON tickets_ticket"
    " USING gin (organization_id, title_stems, {words} gin_trgm_ops)"
    " WHERE status IN ('open', 'pending', 'validation')"
)


class Migration(migrations.Migration):
    dependencies = [("tickets", "0009_scope_messages")]

    operations = [
        migrations.RunSQL(
            "DROP INDEX ticket_similar",
            _INDEX.format(words="f_words(title)"),
        ),
        migrations.RunSQL(
            "ALTER TABLE tickets_ticket ADD COLUMN title_words text"
            " GENERATED ALWAYS AS (f_words(title)) STORED",
            "ALTER TABLE tickets_ticket DROP COLUMN title_words",
        ),
        migrations.RunSQL(
            _INDEX.format(words="title_words"),
            "DROP INDEX ticket_similar",
        ),
    ]
