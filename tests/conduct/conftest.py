"""People of a force under a shipped policy, as the pages of the shell have them."""

from tests.web.conftest import person

__all__ = ["person"]
