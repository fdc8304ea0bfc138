"""The room of evidence: what an auditor sees and takes away."""

from __future__ import annotations

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "remit.evidence"

    def ready(self) -> None:
        from remit.evidence import acts, gathering  # noqa: F401 (acts register themselves)
        from remit.posts.evidence import about_post, about_publication, about_target

        gathering.register("posts.post", about_post)
        gathering.register("posts.target", about_target)
        gathering.register("posts.publication", about_publication)
