"""From here on the database itself refuses to change or remove a ledger entry."""

from django.db import migrations

from remit.ledger import triggers


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [migrations.RunPython(triggers.put_in_place, triggers.take_away)]
