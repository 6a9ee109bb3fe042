"""What songs are about: 24 themes, each with a sentence that says it and words that speak of it; ours."""

from __future__ import annotations

from typing import Final

_THEMES: Final = """
love | A song about being in love, tenderness, two people who belong together.
 love beloved darling sweetheart honey lover adore cherish devoted embrace romance romantic tender tenderness
 valentine
 soulmate forever cuddle affection heartbeat wedding marry bride kiss
 люблю любовь любить любимый любимая милый милая нежность обними целую поцелуй влюблён влюблена

heartbreak | A song about a broken heart, being left, missing an ex, a love that is over.
 heartbreak heartbroken goodbye tears crying lonely betray betrayed cheated cheating divorce breakup ex unfaithful
 jilted
 parting separated leaving abandoned regret apart unloved forsaken jealous
 расстались ушла ушёл прощай скучаю слёзы слезы разбито одиночество предала изменила бросила бывшая

desire | A song about bodies, lust, flirting, wanting someone tonight.
 desire lust sexy naked body lips thighs hips bedroom seduce seduction temptation touch skin erotic sensual flirt
 curves
 undress passion climax moan strip horny sweaty
 тело губы хочу страсть секс желание голая кожа бёдра

family | A song about mother, father, children, brothers and sisters, home and growing up together.
 family mother mama mom momma father papa daddy dad son daughter brother sister baby child children grandma
 grandmother
 grandpa uncle aunt cousin parents kids cradle home household birthday
 мама мать отец папа сын дочь брат сестра семья дети дом бабушка дед родители

friendship | A song about friends, loyalty, the crew, standing by each other.
 friend friends friendship buddy pal homie homies crew squad loyal loyalty gang brotherhood companion comrades dawg
 fam
 trust together team teammates mates bro
 друг друзья братан дружба верный команда пацаны вместе

faith | A song about God, prayer, the soul, heaven, sin and salvation.
 god lord jesus christ pray prayer heaven holy angel angels church faith amen bless blessed hallelujah gospel bible
 soul
 sin sinner savior salvation almighty preacher cross devil hell allah spirit eternal worship
 бог господь молитва молюсь рай ангел грех душа церковь вера храм крест

money | A song about cash, wealth, expensive cars, jewels and spending.
 money cash dollar dollars bills rich wealth wealthy gold golden diamonds jewelry chain bank bread cheddar racks
 stacks
 millionaire million millions billionaire ferrari lamborghini benz rolex gucci luxury expensive price pay paid coins
 treasure profit checks
 деньги бабки бабло кэш бабла золото богатый миллион бриллианты доллар рубль гонорар

hustle | A song about working hard, grinding, ambition, from nothing to the top.
 hustle hustling hustler grind grinding ambition work working worker boss business deal success climb winning overtime
 career earn labor labour job effort determined goal goals focus disciplined sweat toil
 работа работать пахать цель успех труд дело бизнес

street | A song about the block, the hood, police, hustlers on the corner and prison.
 street streets block hood ghetto corner projects thug gangster gangsta hustlers cops police prison jail cell felony
 snitch
 trap dealer turf bail parole court sirens badge warrant rob robbery
 улица улицы район двор тюрьма мент менты подъезд блок квартал

violence | A song about guns, fighting, blood, war and killing.
 gun guns glock pistol rifle bullet bullets shoot shooting shot kill killer killing murder blood bloody knife stab
 fight
 fighting punch war weapon attack bomb beef enemy enemies victim trigger violence violent corpse sword slay
 кровь убить убил пуля пистолет нож драка война враг оружие выстрел

party | A song about dancing, the club, a celebration, a night out with the music loud.
 party dance dancing dancer club dj disco dancefloor celebrate celebration champagne boogie bass floor rave groove
 bounce
 vip twerk cheers crowd festival tonight weekend jam rhythm
 вечеринка танцуй танцы танцуем клуб праздник тусовка туса музыка бас

drugs | A song about smoking, drinking, pills, being high, addiction.
 drug drugs weed smoke smoking joint blunt marijuana cannabis cocaine coke crack heroin pills xanax codeine lean molly
 drunk drink drinking whiskey vodka wine beer liquor bottle stoned addict addiction rehab overdose needle high sober
 трава дым курю вино водка пьян пьяный бухать бутылка наркотик таблетки кокс

fame | A song about stardom, the stage, fans, cameras, the music business.
 fame famous star superstar stage fans camera cameras paparazzi spotlight celebrity hollywood interview magazine
 studio
 album record records label charts radio concert microphone mic audience rapper singer headline tour limelight
 слава сцена звезда фанаты микрофон концерт камера альбом студия рэп

pride | A song about self-confidence, boasting, being the best, winning.
 pride proud best king queen crown champion legend legendary boss throne greatest winner winners victory unstoppable
 confident confidence swagger respect power powerful strong ruler reign genius supreme
 гордость король королева корона лучший победа чемпион трон сила уважение

struggle | A song about poverty, hardship, surviving, hard times.
 struggle struggling poor poverty hungry hunger broke homeless survive survival suffer suffering hardship burden rent
 debt
 debts welfare starving pain hurting trouble troubles misery endure desperate battle
 бедность нищета голод боль беда долги нужда выживать трудно

self-doubt | A song about fear, depression, insecurity, being lost inside your own head.
 doubt doubts insecure insecurity depressed depression anxiety anxious worthless numb hopeless empty emptiness afraid
 scared ashamed shame guilty failure lost demons overthinking broken suicide suicidal therapy hollow confused
 страх боюсь сомнения депрессия пустота тревога стыд потерян вина

grief | A song about death, mourning someone who is gone, a funeral.
 grief grieve mourn mourning death dead die dying died funeral grave coffin tomb buried burial cemetery casket widow
 orphan ashes tombstone departed memorial weep sorrow perished
 смерть умер могила гроб похороны горе траур скорбь кладбище умерла

nostalgia | A song about memories, the old days, childhood, how time passes.
 remember memory memories yesterday nostalgia childhood youth past ago photographs photograph reminisce old younger
 school
 decades years history forgotten souvenir diary vintage
 помню память вчера детство прошлое воспоминания годы молодость школа юность

dreams | A song about dreaming, hope, wishes, flying, a better tomorrow.
 dream dreams dreaming dreamer wish wishes hope hopes hopeful tomorrow future imagine imagination fly flying wings
 rainbow fantasy believe miracle destiny someday aspire
 мечта мечты мечтаю сон сны надежда завтра будущее крылья лечу

nature | A song about the sea, rain, trees, flowers, seasons and the sky.
 nature sea ocean river rain storm wind tree trees forest flower flowers rose roses mountain mountains meadow garden
 grass leaves snow winter summer spring autumn birds bird sky clouds waves sunshine sun
 море река дождь ветер лес дерево цветы роза гора снег зима лето весна осень небо солнце птицы

night | A song about the night, darkness, the moon, being awake late.
 night nights midnight moon moonlight stars darkness dark shadows shadow evening nighttime dusk sleepless insomnia
 twilight starlight nocturnal candle dawn lamp
 ночь ночи полночь луна звёзды звезды темнота тьма тень вечер сумерки

city | A song about a city: lights, traffic, towers, neighbourhoods and its name.
 city cities town downtown skyline skyscraper subway traffic brooklyn york london paris chicago compton harlem atlanta
 houston boulevard avenue apartment neon sidewalk rooftop metro suburb neighborhood urban
 город москва питер метро проспект этаж подъезды столица огни

travel | A song about the road, driving, leaving, planes and trains, far away.
 travel road roads highway drive driving car train railway plane airport ticket journey wander wandering ride riding
 miles
 suitcase passport wheel map horizon ship sail sailing motel roam voyage
 дорога поезд самолёт самолет путь еду машина билет вокзал аэропорт чемодан

politics | A song about society, protest, justice, government, race and revolution.
 politics political president government vote justice injustice freedom revolution protest racism racist rights law
 nation country flag system oppression slavery slaves corrupt corruption democracy equality army soldiers soldier
 propaganda congress taxes
 власть президент закон свобода революция протест страна флаг система народ армия политика
"""


def _read(table: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    themes = {}
    for block in table.strip().split("\n\n"):
        head, _, words = block.partition("\n")
        name, _, sentence = head.partition(" | ")
        themes[name] = (sentence, tuple(words.split()))
    return themes


THEMES: Final = _read(_THEMES)
"""Theme -> (what it is about, the words that speak of it)."""
