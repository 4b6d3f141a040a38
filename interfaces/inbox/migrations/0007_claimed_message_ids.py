from django.db import migrations, models
from django.db.models import F


def fill(apps, schema_editor):
    """Until now the Message-ID alone was what told mails apart."""
    apps.get_model("inbox", "InboundMail").objects.update(claim=F("identity"))


class Migration(migrations.Migration):
    dependencies = [("inbox", "0006_strangers_reached")]

    operations = [
        migrations.AddField(
            model_name="inboundmail",
            name="claim",
            field=models.CharField(
                default="", editable=False, max_length=64, verbose_name="identificação"
            ),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RemoveIndex(model_name="inboundmail", name="inbound_mail_identity"),
        migrations.AddIndex(
            model_name="inboundmail",
            index=models.Index(fields=["claim"], name="inbound_mail_claim"),
        ),
    ]
