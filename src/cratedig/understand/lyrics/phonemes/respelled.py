"""Ways of saying words that the dictionary lacks or knows only the careful way: slang, clipped and old forms."""

from __future__ import annotations

from typing import Final

_SAID: Final = """
ya: Y AH0 | Y AA1
gonna: G AH1 N AH0 | G AA1 N AH0
finna: F IH1 N AH0
tryna: T R AY1 N AH0
imma: AY1 M AH0
ima: AY1 M AH0
i'ma: AY1 M AH0
gon: G AO1 N | G OW1 N
gon': G AO1 N | G OW1 N
oughta: AO1 T AH0
hafta: HH AE1 F T AH0
coulda: K UH1 D AH0
woulda: W UH1 D AH0
shoulda: SH UH1 D AH0
musta: M AH1 S T AH0
outta: AW1 T AH0
lotta: L AA1 T AH0
sorta: S AO1 R T AH0
kinda: K AY1 N D AH0
cuz: K AH1 Z
cos: K AH1 Z | K AA1 S
coz: K AH1 Z
'cos: K AH1 Z
bout: B AW1 T
til: T IH1 L
till: T IH1 L
em: AH0 M | EH1 M
dat: D AE1 T
dis: D IH1 S
dem: D EH1 M
dey: D EY1
den: D EH1 N
da: D AH0 | D AA1
tha: DH AH0
th': DH AH0
wit: W IH1 T
wit': W IH1 T
wid: W IH1 D
nuthin: N AH1 TH IH0 N
nuttin: N AH1 T IH0 N
sumthin: S AH1 M TH IH0 N
suttin: S AH1 T IH0 N
sho: SH OW1
fo: F OW1
mo: M OW1
hunnid: HH AH1 N IH0 D
hunnids: HH AH1 N IH0 D Z
ayy: EY1
ay: EY1 | AY1
aye: AY1 | EY1
yeah: Y AE1 | Y EH1 AH0
yea: Y EY1 | Y AE1
yah: Y AA1
uh: AH1
huh: HH AH1
skrt: S K ER1 T
brr: B ER1
grr: G ER1
shh: SH AH1
hmm: HH AH1 M
mm: AH1 M
mhm: M HH AH1 M
pow: P AW1
boi: B OY1
bruh: B R AH1
bruv: B R AH1 V
fam: F AE1 M
dawg: D AO1 G
homie: HH OW1 M IY0
homies: HH OW1 M IY0 Z
thugga: TH AH1 G AH0
gangsta: G AE1 NG S T AH0
playa: P L EY1 AH0
prolly: P R AA1 L IY0
lemme: L EH1 M IY0
gimme: G IH1 M IY0
whatcha: W AH1 CH AH0
gotcha: G AA1 CH AH0
betcha: B EH1 CH AH0
dunno: D AH0 N OW1
innit: IH1 N IH0 T
ain: EY1 N
ain': EY1 N
o'er: AO1 R | OW1 ER0
ne'er: N EH1 R
e'er: EH1 R
e'en: IY1 N
ev'n: IY1 V AH0 N
e'en: IY1 N
oft: AO1 F T
doth: D AH1 TH | D AO1 TH
ere: EH1 R
thy: DH AY1
thine: DH AY1 N
thyself: DH AY0 S EH1 L F
wast: W AA1 S T
wert: W ER1 T
hast: HH AE1 S T
dost: D AH1 S T
didst: D IH1 D S T
shalt: SH AE1 L T
wilt: W IH1 L T
canst: K AE1 N S T
quoth: K W OW1 TH
th: DH AH0
wind: W IH1 N D | W AY1 N D
i': IH1
o': AH0
an': AE1 N | AH0 N
and: AE1 N D | AH0 N D | AE1 N
a: AH0 | EY1
the: DH AH0 | DH IY0
to: T UW1 | T AH0
of: AH1 V
for: F AO1 R | F ER0
again: AH0 G EH1 N | AH0 G EY1 N
against: AH0 G EH1 N S T | AH0 G EY1 N S T
"""


def _table() -> dict[str, tuple[tuple[str, ...], ...]]:
    rows = (row.partition(": ") for row in _SAID.strip().splitlines())
    return {word: tuple(tuple(one.split()) for one in said.split(" | ")) for word, _, said in rows}


RESPELLED: Final = _table()
"""Phones by word; where the dictionary knows the word too, these are said first."""
