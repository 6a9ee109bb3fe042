"""What is measured of a lyric by rules, word lists and counting."""
