"""Words that say which music, told from those that only say that somebody wants some."""

from __future__ import annotations

from cratedig.music.text import fold


def word_set(words: str) -> frozenset[str]:
    """The words of a list written as one line."""
    return frozenset(words.split())


VAGUE = word_set(
    "a about all an and any anything are as at be best but can could cool do every everything favourite favorite "
    "find fine for from get give good great hear here hits i in is it just kind let like listen listening "
    "lists me mix music my new nice now of on one or perfect play played playing playlist please put radio "
    "really recommend recommendation recommendations related s similar sing so some something song songs sort "
    "sound sounds stuff suggest suggestion t that the these this those to top track tracks tune tunes us want "
    "we what whatever with would you your "
)
"""Words that say somebody wants music, not which."""


def content_words(text: str) -> list[str]:
    """The folded words that say which music, in order.

    >>> content_words("play me some good music")
    []
    """
    return [word for word in fold(text).split() if word not in VAGUE]
