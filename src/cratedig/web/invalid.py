"""What is wrong with a field, in words a person would use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is no field of this request",
    "less_than_equal": "must be at most {le}",
    "less_than": "must be less than {lt}",
    "greater_than_equal": "must be at least {ge}",
    "greater_than": "must be more than {gt}",
    "finite_number": "must be a finite number",
    "string_type": "must be text",
    "string_unicode": "must be text without halves of characters",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "too_short": "must have at least {min_length} entries",
    "too_long": "must have at most {max_length} entries",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "must be a smaller whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
    "json_invalid": "is no JSON: {error}",
    "uuid_parsing": "must be a UUID",
}
_PATTERNS = {
    r"^[^\x00]*$": "must not hold a NUL character",
    r"^[^\x00]*[^\s\x00][^\x00]*$": "must hold more than spaces, and no NUL character",
    r"^[^\x00]*[^\W\d_][^\x00]*$": "must hold a letter, and no NUL character",
    r"^[a-z]{2}$": "must be two small letters, as en",
}


def in_words(wrong: Mapping[str, Any]) -> str:
    """One of pydantic's errors. What was sent is never part of it.

    >>> in_words({"type": "less_than_equal", "ctx": {"le": 100}, "msg": "Input should be less than or equal to 100"})
    'must be at most 100'
    """
    context = wrong.get("ctx", {})
    if wrong["type"] == "string_pattern_mismatch":
        return _PATTERNS.get(context["pattern"], "does not have the right form")
    if wrong["type"] == "value_error":
        return f"is wrong: {context['error']}"
    words = _WORDS.get(wrong["type"])
    return words.format(**context) if words else str(wrong["msg"])
