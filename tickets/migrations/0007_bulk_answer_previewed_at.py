"""The moment of the preview that a bulk answer was agreed to."""

from django.db import migrations, models

import common.clock


class Migration(migrations.Migration):
    dependencies = [("tickets", "0006_intake_and_known")]

    operations = [
        migrations.AddField(
            model_name="bulkanswer",
            name="previewed_at",
            field=models.DateTimeField(default=common.clock.now, verbose_name="prévia de"),
        ),
    ]
