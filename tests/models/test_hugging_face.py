"""Without the extra [transformers]; extras/transformers has the tests that need it."""

from __future__ import annotations

import pytest

from cratedig.errors import ModelUnavailable
from cratedig.models.hugging_face import HuggingFaceReader


def test_without_the_extra_the_error_names_it() -> None:
    with pytest.raises(ModelUnavailable, match=r"extra \[transformers\]"):
        HuggingFaceReader.open()
