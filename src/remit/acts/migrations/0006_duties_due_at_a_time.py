from datetime import time

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("acts", "0005_says_that_lapse_and_widen"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="duty",
            options={"ordering": ["due_on", models.OrderBy(models.F("due_at"), nulls_last=True), "id"]},
        ),
        migrations.AddField(
            model_name="duty",
            name="anchor_time",
            field=models.TimeField(default=time.min),
        ),
        migrations.AddField(
            model_name="duty",
            name="due_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RemoveConstraint(
            model_name="duty",
            name="one_duty_an_anchor",
        ),
        migrations.AddConstraint(
            model_name="duty",
            constraint=models.UniqueConstraint(
                fields=("force", "pack", "rule", "subject", "anchor", "anchor_time"), name="one_duty_an_anchor"
            ),
        ),
    ]
