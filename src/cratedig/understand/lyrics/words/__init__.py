"""A lyric taken apart into words, and what is known of each word."""
