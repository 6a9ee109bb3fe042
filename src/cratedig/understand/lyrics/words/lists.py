"""Lists of words by what they do in a lyric, English and Russian, written for this project."""

from __future__ import annotations

from typing import Final


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


FUNCTION: Final = _set(
    """a about above after again against all am an and any are aren't as at be because been before being below between
    both but by can can't cannot cause could couldn't did didn't do does doesn't doing don't down during each few for
    from further had hadn't has hasn't have haven't having he he'd he'll he's her here here's hers herself him himself
    his how how's i i'd i'll i'm i've if in into is isn't it it's its itself just let's me might more most mustn't my
    myself no nor not of off on once only or other ought our ours ourselves out over own same shall shan't she she'd
    she'll she's should shouldn't so some such than that that's the their theirs them themselves then there there's
    these they they'd they'll they're they've this those through till to too 'til under until up upon us very was
    wasn't
    we we'd we'll we're we've were weren't what what's when when's where where's which while who who's whom why why's
    will with won't would wouldn't y'all you you'd you'll you're you've your yours yourself yourselves ain't gonna
    gotta
    wanna em 'em dont cant im ive thats whats thou thee thy thine ye hath doth o'er
    и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по только ее её мне было вот от меня
    еще ещё нет о из ему теперь когда даже ну ли если уже или ни быть был него до вас нибудь опять уж вам ведь там
    потом
    себя ничего ей может они тут где есть надо ней для мы тебя их чем была сам чтоб без будто чего раз тоже себе под
    будет ж тогда кто этот того потому этого какой ним здесь этом мой моя мои моё тем чтобы нее неё были куда зачем
    всех
    при об другой хоть после над больше тот через эти нас про всего них какая эту моей свою этой перед им твой твоя
    твои
    наш ваш это"""
)
"""Words that hold a sentence together: no content, and no stress of their own where they have one syllable."""

PROFANE: Final = _set(
    """arse arsehole ass asses asshole assholes bastard bastards bitch bitches bitchin bitching bollocks bullshit cock
    cocks cocksucker crap crappy cunt cunts damn damned damnit dammit dick dickhead dicks douche dumbass fuck fucka
    fucked fucker fuckers fuckin fuckin' fucking fucks goddamn goddam hell hoe hoes jackass motherfucka motherfucker
    motherfuckers motherfuckin motherfuckin' motherfucking muthafucka nigga niggas nigger niggers piss pissed prick
    pricks pussies pussy shit shits shitted shitting shittin shitty slut sluts thot thots tits titties twat wank
    wanker
    whore whores
    блин блять бля блядь блядский ебать ебал ебаный ёбаный ебут заебал пиздец пизда пиздато хуй хуйня хуя хуёвый
    хуевый
    нахуй похуй сука суки сучка дерьмо жопа жопы мудак говно сволочь"""
)
"""Words that radio bleeps, mild ones too. That a word is here says how it is heard, not whom it may hurt."""

FIRST_PERSON: Final = _set(
    """i i'd i'll i'm i've i'ma imma im ive me mine my myself us we we'd we'll we're we've our ours ourselves lemme
    я меня мне мной мною мой моя моё мое мои моего моей моих мы нас нам нами наш наша наше наши нашей наших"""
)
SECOND_PERSON: Final = _set(
    """you you'd you'll you're you've your yours yourself yourselves y'all ya ya'll u ur thou thee thy thine ye
    ты тебя тебе тобой твой твоя твоё твое твои твоей твоих вы вас вам вами ваш ваша ваше ваши"""
)
THIRD_PERSON: Final = _set(
    """he he'd he'll he's her hers herself him himself his she she'd she'll she's they they'd they'll they're they've
    them themselves their theirs em 'em он она оно они его её ее ему ей им их ими ней него неё нее них"""
)
SOUND_WORDS: Final = _set(
    """achoo bam bang bash beep blam bling boing boo boom bop brr brrr brrp buzz chirp chop clack clang clank clap
    clash
    clatter click clink clop cluck crack crackle crash creak crunch ding dong drip eek fizz flap grr grrr gurgle ha
    hah
    haha hiss hmm honk hoot howl huh hum jingle knock la meow moan moo mumble munch mutter na neigh oh ooh oooh oink
    ow
    pew ping plop poof pop pow prr psst puff purr quack rattle ring roar rumble rustle shh shhh sizzle skrt skrrt
    skrrr
    slam slap slurp smack snap snarl snore splash splat squeak squeal squelch swish swoosh tap thud thump thwack tick
    ting tinkle tock tweet uh ugh vroom wham whack whir whisper whizz whoa whoosh woo woof woosh wow yay yeah yo yow
    zap
    zing zip zoom
    бах бац бум бух бряк буль динь дзинь дон гав мяу му тук стук хлоп шлёп тик так тра ля ля-ля ой ох ух эх ха ха-ха
    вжух трах щёлк топ чик"""
)
"""Words that are the sound they name, and cries."""

SLANG: Final = _set(
    """ain't aight ayo ayy bae banger bankroll benjis benjamins bestie beef bezel bimmer blicky bougie bougee boujee
    bout
    brodie bruh bruv buss bussin cappin chiraq chopper cuz coulda crib cuddy cuh dat dawg dawgs deadass dem demon dis
    diss dissin doe dope drip drippin' drippin dro drank dunno endz errbody errthing fam fasho fendi finna finesse
    flexin
    flexin' flexing frfr fsho fr fye fuckboy g gangsta gangstas gat gimme glizzy gon gonna gotta grindin grindin'
    gucci
    gwop hella hol hommie homie homies hood hoodie hustla hustlin hustlin' iced icey imma i'ma innit izza jiggy jawn
    kinda
    kicks lambo lemme lil litty lo lookin lookin' lotta lowkey highkey mandem margiela molly mob moncler mula moolah
    naw
    nah nothin nothin' nuttin opp opps outta ol ova patek perc percs peeps peng phat plug po poppin poppin' prolly
    racks
    ride-or-die rollie rolly roadman rari shawty shoulda shorty sipp siptippin skrrt slatt slime slidin slime snitch
    snitchin somethin somethin' steez stunna stuntin stuntin' swag swaggin swagger swerve thang thangs tha thru thugs
    thot
    thuggin thuggin' tho tryna trappin trappin' trap trapper turnt turn-up twerk twerkin vibin vibin' wack waddup
    wassup
    wanna whatcha whip wit woulda wuz xan xans xanny yack ya ya'll y'all yall yass yeet yerrr yessir yuh yung zaddy
    zooted
    чё чо щас ща чел чувак братан бро кайф кайфую рил хайп хайпить флоу бит биты бабки бабло кэш тачка тачки пацан
    пацаны
    район движ движуха краш зашквар го лол рофл тусить туса"""
)
"""Words of the street and of rap that dictionaries lack: no coinages of this lyric."""

ENGLISH: Final = frozenset(word for word in FUNCTION if word.isascii()) - _set(
    "a all am an as at can do does em for he her here i in is it me mine no of on once or over same so such to us we"
    " was will"
)
"""Function words that other languages in Latin letters do not have, or seldom."""

COMPARING: Final = _set("like as словно будто как")
"""Words that a simile may begin with."""

KINDS: Final = (
    *(FUNCTION, PROFANE, FIRST_PERSON, SECOND_PERSON, THIRD_PERSON, SOUND_WORDS, SLANG, ENGLISH, COMPARING),
)
"""In the order of vocabulary.Column, from FUNCTION on."""

_RUSSIAN_VALENCES: Final = """
 3.0 | люблю любовь любить любимый любимая счастье счастлив счастлива счастливый счастливая счастья радость восторг
 3.0 | прекрасно прекрасный прекрасна чудо чудесный обожаю победа праздник
 2.2 | рад рада радуюсь смех смеюсь улыбка улыбнись улыбаюсь хорошо хороший лучший лучше нежность нежно нежный
 2.2 | красивый
 2.2 | красивая красота весело веселье друг друзья мечта мечты мечтаю надежда верю вера рай солнце свобода свободен
 2.2 | добро
 2.2 | добрый мир тепло тёплый теплый спасибо целую поцелуй обниму обними родной родная милый милая светлый свет сияет
 1.5 | можно ясный весна живой жив жизнь играй танцуй танцуем пою песня дом вместе мама сон удача богатый успех
 1.5 | спокойно
-3.0 | ненавижу ненависть смерть умер умерла умереть умираю убил убит убить убийца ад боль больно война кровь горе
-3.0 | труп
-3.0 | предал предала предатель страдание страдаю гроб могила насилие отчаяние
-2.2 | плачу плачь слёзы слезы слез слёз плакать грусть грустно грустный печаль печальный тоска тоскую одинок
-2.2 | одинокий одна
-2.2 | одиноко одиночество страх страшно боюсь бояться злой зло злость враг враги ложь лжёшь врёшь врать обман плохо
-2.2 | плохой плохая разбито разбитый разбила сломан сломано беда яд потерял потеряла потерян устал устала мрак тьма
-1.5 | холодно холод тёмный темный темнота ночь-то дождь уходи ушла ушёл ушел прощай скучаю забыл забыла пусто пустота
-1.5 | никогда никому никто тюрьма грязь грязный бедный нищий пьяный рана раны шрамы крик кричу скука дым долги
"""


def _valued(table: str) -> dict[str, float]:
    rows = (line.split("|") for line in table.splitlines() if "|" in line)
    return {word: float(number) for number, words in rows for word in words.split()}


RUSSIAN_VALENCES: Final = _valued(_RUSSIAN_VALENCES)
"""Russian word -> -4..4, as VADER's scale; ours, by one pair of eyes, not measured."""
RUSSIAN_NEGATIONS: Final = _set("не ни нет без никогда нельзя")
RUSSIAN_KNOWN: Final = frozenset(RUSSIAN_VALENCES) | frozenset(word for word in FUNCTION if word >= "Ѐ")
