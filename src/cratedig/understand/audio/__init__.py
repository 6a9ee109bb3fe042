"""What a sound says of itself: rhythm, timbre, harmony, loudness, groove (docs/audio.md). Plain functions."""

from __future__ import annotations

from cratedig.understand.audio.features import AudioFeatures, analyze

__all__ = ["AudioFeatures", "analyze"]
