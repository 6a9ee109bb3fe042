"""Lyrics worked out: rhymes, measures, themes, emotions; analyzers that say what they find."""
