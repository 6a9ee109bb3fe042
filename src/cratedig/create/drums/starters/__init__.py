"""Written profiles of well-known drummers and genres: facts and bars in words and notation of ours, one file each.

Nothing here is a transcription of a recording. A profile says from what texts and recordings it was learned, and how
little that is to rest on: its claims have the wide intervals of a single piece of evidence.
"""

from __future__ import annotations

from cratedig.create.drums.starters.shelf import starter, starters

__all__ = ["starter", "starters"]
