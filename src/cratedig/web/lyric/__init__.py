"""What the pages show of a lyric: its rhymes, its flow, its emotions, who read it and where they differ."""
