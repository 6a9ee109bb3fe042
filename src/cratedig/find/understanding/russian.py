"""Russian words for moods, occasions, genres, years and the small words of a query, glossed in English.

The lexicon, the mood head and the embedder were made for English. A word is recognised by how it begins, which stands
for all its endings; a name it does not know stays as it is.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from cratedig.find.understanding.sounds import ATTRIBUTES
from cratedig.music.lexicon_words import MOODS

_WHOLE: Final = """
не: not | нет: no | без: without | кроме: except | но: but | и: and | или: or | ни: nor | под: for | для: for
как: like | вроде: like | очень: very | слишком: too | немного: a bit | чуть: a bit | слегка: slightly
более: more | менее: less | больше: more | меньше: less | самый: most | самое: most | до: before | с: since
после: after | от: from | из: from | в: in | на: for | про: about | по: by | мне: me | что: something | то: that
поп: pop | рок: rock | рэп: rap | реп: rap | фанк: funk | соул: soul | бег: running | бега: running
зал: gym | зала: gym | рейв: rave | сон: sleep | сна: sleep | мой: my | моя: my | моей: my | бывшей: ex
бывший: ex | бывшую: ex | бывшего: ex | лето: summer | летом: summer | летнее: summer | осень: autumn
диско: disco | кантри: country | регги: reggae | эмбиент: ambient | хаус: house | трэп: trap | лоу: lo | фай: fi
"""
_BEGINNINGS: Final = """
груст: sad | печаль: sad | тоск: melancholic | меланхол: melancholic | весел: happy | весёл: happy | радост: joyful
счаст: happy | спокой: calm | тихи: quiet | тиха: quiet | тихо: quiet | расслаб: relaxed | уют: cozy | нежн: tender
злы: angry | злая: angry | злост: angry | агрессив: aggressive | мрачн: gloomy | тёмн: dark | темны: dark
светл: bright | энергич: energetic | бодр: upbeat | зажигат: upbeat | драйв: energetic | мощн: powerful
романтич: romantic | любов: love | любл: love | одиноч: lonely | одинок: lonely | скуч: miss | тревож: anxious
страш: scary | мечтат: dreamy | ностальг: nostalgic | вдохнов: inspiring | эпич: epic | сонн: sleepy | плач: cry
плак: cry | слёз: tears | слез: tears | депресс: depressing | разбит: broken | сердц: heart | чил: chill
утр: morning | вечер: evening | ноч: night | трениров: workout | качал: gym | пробеж: running | учёб: study
учеб: study | учит: study | работ: work | вечерин: party | тусов: party | дорог: drive | машин: drive | поездк: drive
дожд: rain | зим: winter | весн: spring | осен: autumn | летн: summer | свадьб: wedding | похорон: funeral
расстав: breakup | ужин: dinner | кофе: coffee | игров: gaming | игры: gaming | спать: sleep | засып: sleep
уборк: cleaning | быстр: fast | медлен: slow | громк: loud | тяжёл: heavy | тяжел: heavy | мягк: soft | танц: dance
акустич: acoustic
инструментал: instrumental | гитар: guitar | пианин: piano | фортепиан: piano | барабан: drums | вокал: vocals
слов: lyrics | живо: live | электрон: electronic | музык: music | песн: songs | песен: songs | трек: tracks
джаз: jazz | блюз: blues | метал: metal | панк: punk | техно: techno | транс: trance | дабстеп: dubstep
классич: classical | народн: folk | фолк: folk | хип: hip | хоп: hop | инди: indie | шансон: chanson | драм: drum
восьмидесят: eighties | девяност: nineties | семидесят: seventies | шестидесят: sixties | нулев: noughties
пятидесят: fifties | год: | времен: | похож: like | стил: style | хочу: want | найди: find
"""


def _table(lines: str) -> dict[str, str]:
    pairs = (entry.split(":") for line in lines.strip().splitlines() for entry in line.split("|"))
    return {word.strip(): english.strip() for word, english in pairs}


WHOLE: Final = _table(_WHOLE)
"""Word -> English."""
BEGINNINGS: Final = _table(_BEGINNINGS)
"""How a word begins -> English; "" where it says nothing beside its neighbour ("80-х годов")."""
_LONGEST: Final = max(map(len, BEGINNINGS))
_SHORTEST: Final = min(map(len, BEGINNINGS))
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
_WORD = re.compile(r"[а-яё]+", re.IGNORECASE)
_DECADE = re.compile(r"(\d0)[\s-]*(?:х|ых|е|ые)\b", re.IGNORECASE)


def gloss(text: str) -> str:
    """The text with the Russian words it knows in English; the same text where it holds no Cyrillic letter.

    >>> gloss("грустный рок 80-х без барабанов")
    'sad rock 80s without drums'
    >>> gloss("Кино")
    'Кино'
    """
    if _CYRILLIC.search(text) is None:
        return text
    return " ".join(_WORD.sub(lambda match: _english(match.group()), _DECADE.sub(r"\1s", text)).split())


@lru_cache(maxsize=20_000)
def _english(word: str) -> str:
    lowered = word.lower()
    if lowered in WHOLE:
        return WHOLE[lowered]
    for length in range(min(_LONGEST, len(lowered)), _SHORTEST - 1, -1):
        if (english := BEGINNINGS.get(lowered[:length])) is not None:
            return f"more {english}" if _compares(lowered, english) else english
    return word


def _compares(word: str, english: str) -> bool:
    """Is it the comparative of a quality ("веселее"), and not a neuter ("летнее")?"""
    return word.endswith(("ее", "ей", "че", "ше")) and (english in MOODS or english in ATTRIBUTES)
