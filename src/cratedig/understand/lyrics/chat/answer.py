"""What a chat model may say of a lyric, and what becomes of it: the one schema of all providers."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, Field

from cratedig.models.chat.plain import label, own_words, sentence
from cratedig.music.finding import EMOTIONS, Theme
from cratedig.music.lyric import Lyric
from cratedig.music.mood import Mood

MOST_SUMMARY_WORDS: Final = 30
MOST_THEMES: Final = 6
CONTRADICTION: Final = 0.15
"""A valence so far on the other side of 0 than the sentiment contradicts it."""

Device = Literal[
    "alliteration",
    "anaphora",
    "assonance",
    "call and response",
    "dialogue",
    "hyperbole",
    "irony",
    "metaphor",
    "multisyllabic rhyme",
    "personification",
    "punchline",
    "simile",
    "storytelling",
    "wordplay",
]
Share = Annotated[float, Field(ge=0, le=1)]
Signed = Annotated[float, Field(ge=-1, le=1)]


def _sentence(said: str) -> str:
    return sentence(said, most_words=MOST_SUMMARY_WORDS)


class SaidTheme(BaseModel):
    name: Annotated[str, Field(min_length=1, max_length=40), AfterValidator(label)]
    share: Share


class SaidEmotions(BaseModel):
    joy: Share
    sadness: Share
    anger: Share
    fear: Share
    surprise: Share
    love: Share


class Said(BaseModel):
    """Fields beyond these are not read. Every text is plain words; nothing else can be written into one."""

    sentiment: Literal["negative", "neutral", "positive"]
    valence: Signed
    arousal: Signed
    confidence: Share
    emotions: SaidEmotions
    themes: Annotated[list[SaidTheme], Field(max_length=MOST_THEMES)]
    complexity: Share
    devices: Annotated[list[Device], Field(max_length=8)]
    summary: Annotated[str, Field(min_length=1, max_length=400), AfterValidator(_sentence)]

    @property
    def mood(self) -> Mood:
        return Mood(self.valence, self.arousal)

    def ranked_themes(self) -> tuple[Theme, ...]:
        """Strongest first, each name once."""
        strongest: dict[str, float] = {}
        for theme in self.themes:
            strongest[theme.name] = max(theme.share, strongest.get(theme.name, 0.0))
        return tuple(Theme(name, share) for name, share in sorted(strongest.items(), key=lambda it: (-it[1], it[0])))

    def strengths(self) -> dict[str, float]:
        """By the name of the emotion."""
        said: dict[str, Any] = self.emotions.model_dump()
        return {name: said[name] for name in EMOTIONS}


def will_do(said: Said, lyric: Lyric, instructions: str) -> None:
    """Raises ValueError, in words for the model, where an answer contradicts itself or repeats the lyric or us."""
    side = {"negative": -1, "neutral": 0, "positive": 1}[said.sentiment]
    if side * said.valence < -CONTRADICTION:
        raise ValueError(f"sentiment {said.sentiment} and valence {said.valence:g} contradict each other")
    try:
        own_words(said.summary, [lyric.text, instructions])
        own_words(" ".join(theme.name for theme in said.themes), [lyric.text])
    except ValueError as error:
        raise ValueError(f"summary {error}") from None
