"""What a sound says of itself: rhythm, timbre, harmony, loudness, groove. Plain functions of samples; see docs/audio.md."""
