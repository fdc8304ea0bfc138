from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import remit.web.full_text

CHUNK = 500


def words_of_posts(apps: Any, schema_editor: Any) -> None:
    """What there is already is found too."""
    post, words = apps.get_model("posts", "Post"), apps.get_model("posts", "PostWords")
    numbers = list(post.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(numbers), CHUNK):
        found = post.objects.filter(pk__in=numbers[start : start + CHUNK])
        words.objects.bulk_create(
            words(post=each, words="\n".join(text for text in _said(each) if text))
            for each in found.prefetch_related("targets", "post_media")
        )


def _said(post: Any) -> list[str]:
    return [post.text, *(t.text for t in post.targets.all()), *(p.alt_text for p in post.post_media.all())]


class Migration(migrations.Migration):
    dependencies = [("posts", "0008_answers_in_private")]

    operations = [
        migrations.CreateModel(
            name="PostWords",
            fields=[
                (
                    "post",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="found_by",
                        serialize=False,
                        to="posts.post",
                    ),
                ),
                ("words", remit.web.full_text.FullText()),
            ],
        ),
        migrations.RunPython(words_of_posts, migrations.RunPython.noop),
        remit.web.full_text.index_words("posts_postwords", "post_id", "words"),
    ]
