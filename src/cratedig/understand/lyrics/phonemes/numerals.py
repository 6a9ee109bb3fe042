"""Numbers as they are said."""

from __future__ import annotations

from typing import Final

_ONES: Final = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS: Final = ("zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES: Final = ((10**9, "billion"), (10**6, "million"), (10**3, "thousand"), (100, "hundred"))
_READ_OUT_FROM: Final = 10**12
_YEARS: Final = range(1100, 2100)


def said(digits: str) -> list[str]:
    """The words of a whole number: years in pairs, 808 with an oh, what begins with 0 or is very long by digit.

    >>> said("1994")
    ['nineteen', 'ninety', 'four']
    >>> said("808")
    ['eight', 'oh', 'eight']
    """
    number = int(digits[:20])
    if (len(digits) > 1 and digits[0] == "0") or len(digits) > 12 or number >= _READ_OUT_FROM:
        return [_ONES[int(digit)] for digit in digits[:20]]
    if 100 < number < 1000 and 0 < number % 100 < 10:
        return [_ONES[number // 100], "oh", _ONES[number % 10]]
    if number in _YEARS and number % 1000 > 9:
        return _year(number)
    return _cardinal(number)


def _year(number: int) -> list[str]:
    century, rest = divmod(number, 100)
    if rest == 0:
        return [*_cardinal(century), "hundred"]
    return [*_cardinal(century), *(["oh", _ONES[rest]] if rest < 10 else _cardinal(rest))]


def _cardinal(number: int) -> list[str]:
    if number < 20:
        return [_ONES[number]]
    if number < 100:
        tens, ones = divmod(number, 10)
        return [_TENS[tens], *([_ONES[ones]] if ones else [])]
    scale, name = next((scale, name) for scale, name in _SCALES if number >= scale)
    head, rest = divmod(number, scale)
    return [*_cardinal(head), name, *(_cardinal(rest) if rest else [])]
