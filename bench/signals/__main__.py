"""Prints how often signals are right. Measures; never passes or fails."""

from __future__ import annotations

import statistics
import sys
from time import perf_counter

from bench.signals import fitting, labelled, others, pictures, tuning
from remit.signals import Content, read, sight


def texts() -> list[labelled.Labelled]:
    every = []
    for half in labelled.HALVES:
        rows = labelled.load(half)
        every.extend(rows)
        print(f"\n{half}: {len(rows)} texts, {sum(not row.shows for row in rows)} of them showing nothing")
        print(f"{'':<34}{'texts':>6}{'precision':>11}{'recall':>8}{'F1':>7}   aim")
        for name, score in labelled.score(rows).items():
            aim = (0.9, 0.85) if name in labelled.PATTERNED else (0.8, 0.75)
            met = score.precision >= aim[0] and score.recall >= aim[1]
            print(
                f"{name:<34}{score.right + score.missed:>6}{score.precision:>11.2f}{score.recall:>8.2f}{score.f1:>7.2f}"
                f"   {'met' if met else f'{aim[0]} and {aim[1]}'}"
            )
    return every


def seen_in_pictures() -> None:
    if not sight.available():
        print("\nPictures: not measured, the models are not installed.")
        return
    started = perf_counter()
    count, scores = pictures.measure()
    print(f"\n{count} pictures drawn for the purpose, {(perf_counter() - started) / count * 1000:.0f} ms each")
    for name, score in scores.items():
        print(f"{name:<34}{score.right + score.missed:>6}{score.precision:>11.2f}{score.recall:>8.2f}{score.f1:>7.2f}")


def beside_others(rows: list[labelled.Labelled]) -> None:
    judges, of_hate = others.abuse_judges(), others.abuse_judges(others.HATE)
    hate = others.public("hatecheck.csv", "test_case", "label_gold", "hateful")
    toxic = others.public("toxicity.csv", "text", "is_toxic", "Toxic")
    sets = [
        ("the labelled texts", others.abusive(rows), judges),
        ("hatecheck", [(text, truth) for text, truth, _ in hate], of_hate),
        ("toxicity", [(text, truth) for text, truth, _ in toxic], judges),
    ]
    print("\nAbuse, side by side")
    for title, found, those in sets:
        for name, judge in those.items() if found else ():
            precision, recall, share = others.right(found, judge)
            print(f"{title:<24}{name:<22}precision {precision:.2f}  recall {recall:.2f}  right {share:.2f}")
    if hate:
        print(f"\n{'hatecheck, by function':<28}{'texts':>6}" + "".join(f"{name:>22}" for name in of_hate))
        for function, count, shares in others.by_function(hate, of_hate):
            print(f"{function:<28}{count:>6}" + "".join(f"{share:>22.2f}" for share in shares.values()))
    other = others.presidio()
    print("\nPersonal data with a pattern, side by side, on the labelled texts")
    for name, judge in (("remit", lambda text: bool(labelled.seen(text) & others.PERSONAL)), ("presidio", other)):
        if judge:
            started = perf_counter()
            precision, recall, share = others.right(others.personal(rows), judge)
            rate = len(rows) / (perf_counter() - started)
            figures = f"precision {precision:.2f}  recall {recall:.2f}  right {share:.2f}"
            print(f"{name:<22}{figures}  {rate:,.0f} texts a second")


def speed(rows: list[labelled.Labelled]) -> None:
    taken = []
    for row in rows:
        started = perf_counter()
        read(Content(row.text))
        taken.append((perf_counter() - started) * 1000)
    cuts = statistics.quantiles(taken, n=100)
    print(
        f"\nReading one text: median {cuts[49]:.2f} ms, 99th percentile {cuts[98]:.2f} ms, slowest {max(taken):.2f} ms"
    )


def wrong(names: list[str]) -> None:
    """The texts of the half that may be looked at on which the signals are wrong about `names`."""
    rows = labelled.load("develop")
    for name in names:
        for how, text in labelled.mistakes(rows, name):
            print(f"{name}\t{how}\t{text!r}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--mistakes"]:
        wrong(sys.argv[2:])
    elif sys.argv[1:2] == ["tune"]:
        tuning.write(*([[int(fold) for fold in sys.argv[2:]]] if sys.argv[2:] else []))
    elif sys.argv[1:2] == ["fit"]:
        fitting.write()
    else:
        every = texts()
        speed(every)
        seen_in_pictures()
        beside_others(every)
