"""For another WSGI server than `remit serve`: the same application behind the same checks."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "remit.settings")

from django.core.wsgi import get_wsgi_application

from remit import safety

application = get_wsgi_application()
safety.refuse_unsafe_start()
safety.refuse_rolled_back_ledger()
