from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbox", "0002_mail_both_ways")]

    operations = [
        migrations.AddIndex(
            model_name="inboundmail",
            index=models.Index(fields=["identity"], name="inbound_mail_identity"),
        ),
    ]
