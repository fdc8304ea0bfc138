"""Decimal numbers: exact, with at most six places, so that 0.1 and 0.2 make 0.3 in every evaluator."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

#: How many places a decimal number has at most, and how many figures in all.
PLACES, FIGURES = 6, 38
_LAST = Decimal(1).scaleb(-PLACES)
#: The greatest whole part; more could not be held exactly beside six places once two are multiplied.
_MOST = Decimal(10) ** 12


def read_decimal(value: object) -> Decimal | None:
    """`value` (a number, or its figures as text) exactly; None where it is no number or does not fit.

    A float is read as it is written: 0.1 is a tenth.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        return None
    try:
        number = Decimal(value if isinstance(value, (str, Decimal)) else repr(value))
        fits = number.is_finite() and abs(number) < _MOST and number == rounded(number)
    except InvalidOperation:
        return None
    return number if fits else None


def rounded(number: Decimal) -> Decimal:
    """To six places; exactly half way goes to the even neighbour, as Polars has it."""
    return number.quantize(_LAST, ROUND_HALF_EVEN)


def as_json(number: Decimal) -> int | float:
    """The number as JSON has it; 4.0 is 4."""
    return int(number) if number == number.to_integral_value() else float(number)


def decimal_words(number: Decimal) -> str:
    """ "4.5"; "2" without its noughts."""
    return f"{number.normalize():f}"
