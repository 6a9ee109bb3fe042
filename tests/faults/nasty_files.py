"""Sixty files that somebody's dump could be: each with the rows that stand in it, counted by whoever wrote it."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass

HEAD = "id,title,artist,genre,playback_count\n"
GOOD = "1,Cry,Ann,pop,10\n2,Laugh,Ben,rock,20\n3,Sleep,Cleo,folk,30\n"
LONG = 2_000_000


@dataclass(frozen=True)
class Nasty:
    """`rows`: how many rows stand in the file. `titles`: some that must come through unharmed."""

    name: str
    data: bytes
    rows: int
    titles: tuple[str, ...] = ()
    suffix: str = ".csv"


def _file(name: str, text: str, rows: int, *titles: str, encoding: str = "utf-8", suffix: str = ".csv") -> Nasty:
    return Nasty(name, text.encode(encoding), rows, titles, suffix)


def nasty_files() -> Iterator[Nasty]:
    yield from _encodings()
    yield from _line_ends_and_quotes()
    yield from _ragged()
    yield from _headers()
    yield from _separators()
    yield from _values()
    yield from _json()
    yield from _damaged()


def _encodings() -> Iterator[Nasty]:
    text = HEAD + "1,Señorita,Björk,pop,10\n2,Olé,Ann,pop,20\n"
    yield _file("a byte order mark", text, 2, "Señorita", encoding="utf-8-sig")
    yield _file("UTF-16 with a mark", text, 2, "Señorita", encoding="utf-16")
    yield Nasty("UTF-16 big-endian with a mark", b"\xfe\xff" + text.encode("utf-16-be"), 2, ("Señorita",))
    yield _file("UTF-16 little-endian without a mark", text, 2, "Señorita", encoding="utf-16-le")
    yield _file("UTF-16 big-endian without a mark", text, 2, "Señorita", encoding="utf-16-be")
    yield _file("Latin-1", text, 2, "Señorita", "Olé", encoding="latin-1")
    yield _file(
        "Windows-1252 with curly quotes", HEAD + "1,It’s “Late”,Ann,pop,1\n", 1, "It’s “Late”", encoding="cp1252"
    )
    yield Nasty("bytes that Windows-1252 leaves open", HEAD.encode() + b"1,caf\xe9 \x81\x8d,Ann,pop,1\n", 1)
    yield Nasty(
        "one wrong byte in UTF-8", (HEAD + "1,Señorita,Björk,pop,1\n").encode() + b"2,caf\xe9,B,p,2\n", 2, ("Señorita",)
    )
    yield _file(
        "Arabic, Korean and emoji", HEAD + "1,دوام الحال,한국,pop,1\n2,🔥🔥,Ann,pop,2\n", 2, "دوام الحال", "🔥🔥"
    )
    yield _file("text that runs from right to left", HEAD + "1,\u202eevil\u202c,Ann,pop,1\n", 1)
    yield Nasty("a byte order mark in the middle", (HEAD + "1,A\ufeffB,Ann,pop,1\n").encode(), 1)
    late = (
        HEAD
        + "".join(f"{n},Song {n} {'long ' * 80},Artist {n},pop,{n}\n" for n in range(3000))
        + "3000,café,Zoë,pop,1\n"
    )
    yield _file("Latin-1 only after the first megabyte", late, 3001, "café", encoding="latin-1")


def _line_ends_and_quotes() -> Iterator[Nasty]:
    yield _file("lines that end in CR LF", (HEAD + GOOD).replace("\n", "\r\n"), 3, "Cry")
    yield _file("lines that end in CR", (HEAD + GOOD).replace("\n", "\r"), 3, "Cry", "Sleep")
    yield _file("lines that end in everything", HEAD + "1,A,x,p,1\r\n2,B,y,p,2\r3,C,z,p,3\n", 3, "A", "B", "C")
    yield _file("no end of the last line", (HEAD + GOOD).rstrip("\n"), 3, "Sleep")
    yield _file("empty lines between", HEAD + "\n\n1,A,x,p,1\n\n2,B,y,p,2\n\n\n", 2, "A", "B")
    yield _file("line ends in quotes", HEAD + '1,"A\nB",x,p,1\n2,"C\r\nD",y,p,2\n', 2, "A\nB")
    yield _file("quotes in quotes", HEAD + '1,"the ""Hit""",x,p,1\n', 1, 'the "Hit"')
    yield _file(
        "quotes escaped by a backslash", HEAD + '1,"the \\"Hit\\", live",x,p,1\n2,"a \\"b\\"",y,p,2\n', 2, 'a "b"'
    )
    yield _file("a quote inside a bare cell", HEAD + '1,12" Mix,x,p,1\n2,B,y,p,2\n', 2, '12" Mix', "B")
    yield _file("a quote that never closes", HEAD + '1,"A,x,p,1\n2,B,y,p,2\n3,C,z,p,3\n', 3, "B", "C")
    yield _file("a quote that never closes, in the last row", HEAD + '1,A,x,p,1\n2,"B,y,p,2\n', 2, "A")
    many = "".join(f"{n},Song {n},x{n},p,{n}\n" for n in range(2, 8000))
    yield _file(
        "a quote that never closes before 8,000 rows", HEAD + '1,"A,x,p,1\n' + many, 7999, "Song 2", "Song 7999"
    )
    two = HEAD + '1,"A,x,p,1\n2,B,y,p,2\n3,"C,z,p,3\n4,D,w,p,4\n'
    yield _file("two quotes that never close", two, 4, "B", "D")
    yield _file("text after a closing quote", HEAD + '1,"A" tail,x,p,1\n2,B,y,p,2\n', 2, "B")
    yield _file("a space before the quote", HEAD + '1, "A",x,p,1\n2,B,y,p,2\n', 2, "B")
    yield _file("nothing but quotes", HEAD + '1,"""",x,p,1\n2,"""""",y,p,2\n', 2)


def _ragged() -> Iterator[Nasty]:
    yield _file("rows that are too short", HEAD + "1,A\n2,B,y,p,2\n", 2, "A", "B")
    yield _file("rows that are too long", HEAD + "1,A,x,p,1,what,is,this\n2,B,y,p,2\n", 2, "B")
    yield _file("empty cells behind the last", HEAD + "1,A,x,p,1,,,\n2,B,y,p,2\n", 2, "A", "B")
    yield _file("rows of nothing but commas", HEAD + ",,,,\n1,A,x,p,1\n,,,,\n", 3, "A")
    yield _file("the header again and again", HEAD + "1,A,x,p,1\n" + HEAD + "2,B,y,p,2\n", 3, "A", "B")
    yield _file("rows without anything that names a track", "title,artist\n,Ann\nCry,Ann\n", 2, "Cry")
    yield Nasty("NUL bytes", (HEAD + "1,A\0B,x,p,1\n2,\0\0,y,p,2\n").encode(), 2, ("AB",))
    yield _file("a line of two million characters", HEAD + "1," + "x" * LONG + ",x,p,1\n2,B,y,p,2\n", 2, "B")
    yield _file("a quoted cell of two million characters", HEAD + '1,"' + "x" * LONG + '",x,p,1\n2,B,y,p,2\n', 2, "B")
    lines = "x\n" * 12_000
    yield _file(
        "an endless quoted cell of short lines", "title,artist,a,b\n" + '"' + lines + "Cry,Ann,1,2\n", 12_001, "Cry"
    )
    yield _file("a title that is a novel", HEAD + "1," + "word " * 40_000 + ",x,p,1\n", 1)
    yield _file("a name longer than an index entry", HEAD + "1,A," + "é" * 9_000 + ",p,1\n", 1, "A")
    yield _file("an id longer than an index entry", HEAD + "x" * 9_000 + ",A,x,p,1\n", 1, "A")


def _headers() -> Iterator[Nasty]:
    yield _file("two columns of one name", "title,genre,genre,artist\nCry,pop,rock,Ann\n", 1, "Cry")
    yield _file("columns without a name", ",title,,artist\n0,Cry,x,Ann\n1,Laugh,y,Ben\n", 2, "Cry")
    yield _file("an index column", "Unnamed: 0,title,artist\n0,Cry,Ann\n1,Laugh,Ben\n", 2, "Laugh")
    yield _file("headers in capitals with spaces", " TITLE , Artist Name \nCry,Ann\n", 1, "Cry")
    yield _file("headers nobody knows", "foo,bar\nA long song,Ann\nAnother song,Ann\n", 2)
    yield _file("one column", "title\nCry\nLaugh\n", 2, "Cry", "Laugh")
    yield _file("no header", "1,Cry,Ann,10\n2,Laugh,Ben,20\n", 2)
    wide = ",".join(f"c{n}" for n in range(3000))
    yield _file("three thousand columns", f"title,{wide}\nCry,{wide}\n", 1, "Cry")
    yield _file("columns named like ours", "title,extra,source,receipts,id\nCry,a,b,c,9\n", 1, "Cry")


def _separators() -> Iterator[Nasty]:
    yield _file("semicolons and decimal commas", "title;artist;energy;tempo\nCry;Ann;0,5;120,5\n", 1, "Cry")
    yield _file("tabs", (HEAD + GOOD).replace(",", "\t"), 3, "Cry", suffix=".tsv")
    yield _file("bars", (HEAD + GOOD).replace(",", "|"), 3, "Cry")
    yield _file("commas in a table of semicolons", "title;artist\nCry, baby;Ann, Ben\nLaugh;Cleo\n", 2, "Cry, baby")
    yield _file("separators mixed in one file", HEAD + "1,A,x,p,1\n2;B;y;p;2\n3,C,z,p,3\n", 3, "A", "C")


def _values() -> Iterator[Nasty]:
    odd = HEAD + '1,"=HYPERLINK(""http://x"",""y"")",=1+1,@cmd,+5\n2,-2+3,Ben,p,20\n'
    yield _file("formula cells", odd, 2, '=HYPERLINK("http://x","y")')
    mangled = "title,artist,energy,loudness\n" + "".join(f"S{n},A{n},{900 + n}.0,-{2000 + n}.0\n" for n in range(50))
    yield _file("decimals that a locale ate", mangled, 50, "S7")
    yield _file("numbers that are none", HEAD + "1,A,x,p,1e999\n2,B,y,p,-5\n3,C,z,p,NaN\n4,D,w,p,many\n", 4, "A", "D")
    yield _file("numbers beyond any integer", HEAD + "9" * 40 + ",A,x,p," + "9" * 400 + "\n", 1, "A")
    yield _file("impossible years", "title,artist,year\nA,x,20200\nB,y,0\nC,z,-1\nD,w,1999\n", 4, "A", "D")
    nested = "[" * 3000 + "]" * 3000
    yield _file("lists nested without end", f'title,artist,tags,more\nA,x,"{nested}","{nested}"\n', 1, "A")
    yield _file("code in a list", "title,artist,tags\nA,x,\"[__import__('os').system('false')]\"\n", 1, "A")
    yield _file("one id for everything", HEAD + "7,A,x,p,1\n7,B,y,p,2\n7,A,x,p,3\n", 3, "A")
    yield _file(
        "an SQL injection", HEAD + "1,'); drop table tracks; --,x,p,1\n2,\\N,\\.,p,2\n", 2, "'); drop table tracks; --"
    )


def _json() -> Iterator[Nasty]:
    rows = [{"title": "Cry", "artist": "Ann", "n": {"a": [1, {"b": None}]}}, {"title": "Laugh", "new": "x"}]
    lines = "\n".join(json.dumps(row) for row in rows)
    yield _file("JSON lines", lines, 2, "Cry", "Laugh", suffix=".jsonl")
    yield _file("JSON lines, some broken", lines + '\n{"title": \n[1]\n"x"\nnull\n' + lines, 8, "Cry", suffix=".jsonl")
    yield _file(
        "JSON lines with NaN, NUL and half a pair", '{"title": "A\\u0000B\\ud800", "x": NaN}\n' + lines, 3, "Cry"
    )
    yield _file("a JSON array on one line", json.dumps(rows), 2, "Cry", suffix=".json")
    yield _file("a JSON array over many lines", json.dumps(rows, indent=2), 2, "Cry", "Laugh", suffix=".json")
    yield _file(
        "a JSON array in an object", json.dumps({"total": 2, "tracks": rows}, indent=1), 2, "Cry", suffix=".json"
    )
    yield _file("a JSON array with a broken item", '[{"title": "A"}, {"title": B}, {"title": "C"}]', 3, "A", "C")
    yield _file("a JSON array that breaks off", '[{"title": "A"}, {"title": "B"}, {"titl', 3, "A", "B")
    yield _file(
        "JSON nested without end", '{"title": "A", "x": ' + "[" * 5000 + "]" * 5000 + '}\n{"title": "B"}\n', 2, "B"
    )


def _damaged() -> Iterator[Nasty]:
    table = (HEAD + "".join(f"{n},Song {n},Artist {n},pop,{n * 7919}\n" for n in range(3000))).encode()
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as stream:
        stream.write(table)
    yield Nasty("gzip under a plain name", packed.getvalue(), 3000, ("Song 0", "Song 2999"))
    yield Nasty(
        "two gzip files in one", gzip.compress(HEAD.encode()) + gzip.compress(GOOD.encode()), 3, ("Cry",), ".csv.gz"
    )
    yield Nasty(
        "gzip with rubbish behind it", gzip.compress((HEAD + GOOD).encode()) + b"rubbish", 3, ("Cry",), ".csv.gz"
    )
