from django.db import migrations, models
from django.db.migrations.state import StateApps


def one_step(apps: StateApps, schema_editor: object) -> None:
    """What has been widened so far was so in the only step that there was."""
    apps.get_model("acts", "Say").objects.exclude(widened_at=None).update(widened=1)


class Migration(migrations.Migration):
    dependencies = [
        ("acts", "0008_undated_duties_last"),
    ]

    operations = [
        migrations.AddField(
            model_name="say",
            name="widened",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.RunPython(one_step, migrations.RunPython.noop),
    ]
