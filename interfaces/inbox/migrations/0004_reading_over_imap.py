from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbox", "0003_copies_of_a_mail")]

    operations = [
        migrations.AddField(
            model_name="mailbox",
            name="imap_place",
            field=models.CharField(blank=True, editable=False, max_length=650),
        ),
        migrations.AddField(
            model_name="mailbox",
            name="imap_old_below",
            field=models.BigIntegerField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="mailbox",
            name="imap_old_before",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="inboundmail",
            name="whole_size",
            field=models.PositiveBigIntegerField(
                blank=True,
                help_text="Em bytes, de um e-mail grande demais: só o cabeçalho dele foi guardado.",
                null=True,
                verbose_name="tamanho",
            ),
        ),
    ]
