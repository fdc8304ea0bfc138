"""`make bench`: every measurement, or those named (`python -m bench deciding`). Prints; never passes or fails."""

from __future__ import annotations

import sys
from importlib import import_module

from bench.printing import started

#: Each is a module of this folder with a `main()`, in the order in which they are run.
TOPICS = ("loading", "deciding", "checking", "replaying", "evidence", "pages")


def main(names: list[str]) -> None:
    if unknown := set(names) - set(TOPICS):
        sys.exit(f"There is no measurement of {', '.join(sorted(unknown))}. Choose among: {', '.join(TOPICS)}.")
    started()
    for topic in names or TOPICS:
        import_module(f"bench.{topic}").main()


if __name__ == "__main__":
    main(sys.argv[1:])
