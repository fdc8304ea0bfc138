from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("acts", "0009_says_widen_in_steps"),
    ]

    operations = [
        migrations.AddField(
            model_name="say",
            name="confirmed_at",
            field=models.DateTimeField(null=True),
        ),
    ]
