"""What a lyric says and how it is made.

`analyzers` names who can read a lyric, `choice` asks one of them. Of the rooms, `words` takes a lyric apart, `phonemes`
says how words are said, `rhyme` finds rhymes, and `measures` holds the rest of what `algorithmic` measures; `emotion`,
`chat` and `hybrid` are the other analyzers.
"""
