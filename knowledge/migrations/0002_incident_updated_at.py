"""When the customers' words of an incident were written last."""

from django.db import migrations, models

import common.clock


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="incident",
            name="updated_at",
            field=models.DateTimeField(
                default=common.clock.now, editable=False, verbose_name="atualizado em"
            ),
        ),
    ]
