from django.db import migrations, models


class Migration(migrations.Migration):
    """R5: what a customer ended, it may open again; what support ended stays so."""

    dependencies = [("accounts", "0005_partner_invited")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="ended_by_customer",
            field=models.BooleanField(
                default=False,
                editable=False,
                help_text="A conta terminou com o último vínculo (R5); o cliente pode reabri-la.",
            ),
        ),
    ]
