"""Trigram indexes over people's names and addresses, by which tickets and callers are found."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("tickets", "0004_clock_fault_in_plain_words"),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX user_name_words ON accounts_user USING gin (f_norm(name) gin_trgm_ops)",
            "DROP INDEX user_name_words",
        ),
        migrations.RunSQL(
            "CREATE INDEX user_email_words ON accounts_user USING gin (f_norm(email) gin_trgm_ops)",
            "DROP INDEX user_email_words",
        ),
    ]
