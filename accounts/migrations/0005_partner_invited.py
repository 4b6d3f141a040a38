from django.db import migrations, models


class Migration(migrations.Migration):
    """R2: an invitation to a person of another organization waits until it is accepted."""

    dependencies = [("accounts", "0004_customers_administration")]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="invited_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="De quem já é de outra empresa e ainda não aceitou (R2).",
                null=True,
                verbose_name="convite à espera desde",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("invited_at", None),
                    models.Q(("is_active", False), ("is_partner", True)),
                    _connector="OR",
                ),
                name="membership_waits_or_counts",
            ),
        ),
    ]
