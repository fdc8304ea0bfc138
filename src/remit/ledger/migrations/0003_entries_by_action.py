"""Entries are found by what happened, however long the ledger is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_append_only")]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["action", "number"], name="ledger_entry_by_action"),
        ),
    ]
