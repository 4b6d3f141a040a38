"""E1: an index by which an organization's active tickets with a similar title are found."""

from django.contrib.postgres.operations import BtreeGinExtension
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0007_bulk_answer_previewed_at"), ("knowledge", "0003_search")]

    operations = [
        BtreeGinExtension(),
        migrations.RunSQL(
            "ALTER TABLE tickets_ticket ADD COLUMN title_stems tsvector"
            " GENERATED ALWAYS AS (f_stems(title)) STORED",
            "ALTER TABLE tickets_ticket DROP COLUMN title_stems",
        ),
        migrations.RunSQL(
            "CREATE INDEX ticket_similar ON tickets_ticket"
            " USING gin (organization_id, title_stems, f_words(title) gin_trgm_ops)"
            " WHERE status IN ('open', 'pending', 'validation')",
            "DROP INDEX ticket_similar",
        ),
    ]
