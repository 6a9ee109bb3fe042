"""The words of the mood lexicon: entries, contexts, styles, intensities and negations, as plain tables.

A line of a table is "valence arousal | entry, entry, ...": the entries share one point of the plane. Values are ours;
the first block of MOODS and CONTEXTS holds the points the recommender's spec gives.
"""

from __future__ import annotations

_MOODS = """
# the recommender's spec, section 7.1
 0.80  0.50 | happy
-0.70 -0.30 | sad
-0.60 -0.20 | miss, miss my ex, missing you, miss you, miss her, miss him
-0.50  0.80 | angry
 0.30 -0.70 | calm
 0.50 -0.60 | relaxed, relax
 0.70  0.80 | excited
-0.60 -0.50 | melancholic, melancholy, melancholia
 0.30  0.80 | energetic
 0.60 -0.70 | peaceful
-0.40  0.60 | anxious, anxiety
 0.70  0.70 | upbeat
 0.40 -0.50 | chill, chilled, chillout

# excited: glad and awake
 0.90  0.70 | ecstatic, ecstasy, euphoric, euphoria, elated, overjoyed, jubilant, on top of the world
 0.85  0.60 | joy, joyful, joyous, rejoice, delight, delighted, delightful, bliss out, over the moon
 0.80  0.70 | celebrate, celebration, triumph, triumphant, victory, victorious, winner, champion, glory, glorious
 0.80  0.70 | cheer
 0.75  0.60 | cheerful, merry, jolly, gleeful, fun, feel good, feelgood, good times, good vibes, high spirits
 0.75  0.60 | laugh, laughter
 0.75  0.75 | exciting, thrilled, thrilling, exhilarating, exhilarated, can't wait, cannot wait, cant wait
 0.75  0.75 | best day ever
 0.80  0.45 | smile, grin, sunny, sunshine, happiness, gladly, glad, happy ending, walking on sunshine
 0.70  0.55 | awesome, amazing, fantastic, fabulous, brilliant, wonderful, marvelous, marvellous, incredible
 0.70  0.55 | spectacular
 0.65  0.70 | lively, bouncy, perky, peppy, bubbly, jumpy, catchy, zesty, vibrant, buoyant, exuberant, rousing
 0.60  0.70 | playful, funky, groovy, groove, jam, swinging, danceable, get down, boogie, shake it, move your body
 0.55  0.85 | dance, dancing, dancefloor, dance floor, rave, banger, lit, turn up, hands up, let's go, party anthem
 0.55  0.85 | anthem
 0.55  0.80 | pump up, pump me up, pumped, pumped up, hyped, hype, get hyped, psyched, fired up, amped, adrenaline
 0.55  0.80 | wake me up
 0.50  0.75 | uplifting, uplift, motivating, motivation, motivational, motivated, inspiring, inspire, inspired
 0.50  0.75 | inspirational
 0.50  0.70 | unstoppable, invincible, empowering, empowered, fearless, confident, confidence, bold, brave, hero
 0.50  0.70 | heroic, conquer
 0.45  0.75 | epic, anthemic, soaring, passionate, passion, fiery, electrifying, electric, dynamic
 0.40  0.85 | wild, crazy, rowdy, insane, explosive, frantic fun, blast, turbo, rush, fast, uptempo, up tempo
 0.40  0.85 | high energy, hyper
 0.60  0.45 | proud, pride, free, freedom, alive, born to run, carefree, adventure, adventurous, optimistic, optimism
 0.75  0.35 | good, great, best, win, success, successful, lucky, luck, perfect, excellent, superb, cool
 0.55  0.35 | fresh, bright, spring in my step, new beginning, fresh start, rise, shine, sparkle, glow, spirited
 0.55  0.35 | witty, funny
 0.70  0.55 | sexy, seductive, flirty, flirt, kiss, hot, steamy, make love, turned on, crush
 0.45  0.30 | hope, hopeful, believe, faith, promise, dream big, wish come true, healing, heal, recover
 0.45  0.30 | better days, i will survive

# what listeners say of themselves and ask music to do
 0.60  0.75 | hype me up, get me going, get me moving, make me dance, let's dance, blow off steam, girls night
 0.60  0.60 | cheer me up, lift me up, lift my mood, make me smile, make me happy, feel alive, feel better
 0.30 -0.60 | calm me down, calm down, help me sleep, put me to sleep, fall asleep, slow down, de stress
 0.10 -0.60 | can't sleep, cant sleep, cannot sleep
 0.50  0.10 | first love, slow dance, moving on, heal my heart
-0.60 -0.25 | can't get over you, can't get over him, can't get over her, can't get over, cant get over
-0.60 -0.25 | over him, over her, get over you, missing home, missing someone, miss someone, wish you were here
-0.70 -0.20 | break my heart, broke my heart, broken hearted, brokenhearted, want to cry, make me cry, good cry
-0.30 -0.30 | in my feelings, in my feels, feel nothing, need a hug, on my own

# calm: glad and at rest
 0.80  0.35 | love, in love, beloved, falling in love, true love, adore, darling, sweetheart, valentine, lover
 0.80  0.35 | crazy in love
 0.65  0.10 | romantic, romance, affection, affectionate, caress, embrace, hug, cuddle, together forever
 0.65  0.10 | wedding song, honeymoon
 0.65  0.00 | sweet, sweetness, beautiful, beauty, lovely, pretty, charming, precious, graceful, elegant, angelic
 0.65  0.00 | heavenly, angel
 0.65 -0.15 | warm, warmth, cozy, cosy, comfort, comforting, comfortable, home sweet home, grateful, thankful
 0.65 -0.15 | blessed, blessing, gratitude
 0.55 -0.25 | tender, tenderness, gentle, kind, caring, intimate, sensual, soft spoken, heartwarming, pleasant
 0.55 -0.25 | content, satisfied, fulfilled
 0.70 -0.55 | bliss, blissful, paradise, heaven, serenity, harmony, harmonious, zen, nirvana
 0.60 -0.65 | serene, peace, tranquil, tranquility, inner peace, at ease, calming, soothing, soothe
 0.60 -0.65 | soothing sounds, stress relief
 0.45 -0.60 | mellow, laid back, laidback, easy going, easygoing, easy listening, relaxing, unwind, wind down
 0.45 -0.60 | chilling, lounge, breezy
 0.35 -0.70 | quiet, silence, silent, still, stillness, soft, slow down, gentle rain, restful, rest, tranquilize
 0.35 -0.70 | hushed, hush, whisper
 0.30 -0.80 | sleepy, drowsy, lullaby, meditate, meditation, meditative, meditating, mindfulness, mindful, asleep
 0.30 -0.80 | fall asleep
 0.35 -0.40 | dreamy, daydream, dream, dreaming, ethereal, floating, float, drifting, airy, hazy, lush, celestial
 0.35 -0.40 | spacey, weightless
 0.30 -0.50 | smooth, acoustic, stripped back, unplugged, minimal, slow, downtempo, down tempo, low key, lowkey
 0.30 -0.50 | simple, subdued

# tense: ill at ease and awake
-0.60  0.85 | rage, raging, furious, fury, enraged, outrage, wrath, livid, mad as hell, pissed, pissed off, infuriate
-0.65  0.70 | hate, hatred, hateful, hostile, hostility, revenge, vengeance, spite, venom, bitter fight, despise
-0.65  0.70 | disgust, disgusted, disgusting
-0.45  0.80 | aggressive, aggression, aggro, violent, violence, brutal, brutality, savage, vicious, ferocious
-0.45  0.80 | fierce, attack, destroy, smash
-0.60  0.75 | war, battle, kill, killer, murder, murderer, blood, bloody, gun, shoot, bomb, terror, terrorist
-0.60  0.75 | massacre, slaughter, assault, rape
-0.65  0.75 | fear, scared, afraid, terrified, terrifying, horror, horrified, horrific, panic, nightmare, scream
-0.65  0.75 | dread, frightened, frightening, scary
-0.45  0.65 | nervous, worried, worry, stressed, stress, stressful, tense, tension, restless, paranoid, paranoia
-0.45  0.65 | uneasy, unsettling, jittery, on edge
-0.35  0.70 | chaotic, chaos, frantic, manic, frenzy, frenzied, turbulent, unhinged, madness, mayhem, riot, rebel
-0.35  0.70 | rebellion, harsh, abrasive, noisy
-0.50  0.55 | annoyed, annoying, irritated, irritating, frustrated, frustration, frustrating, jealous, jealousy
-0.50  0.55 | envy, rude, argue, argument, quarrel
-0.55  0.45 | danger, dangerous, threat, threaten, threatening, menacing, ominous, sinister, evil, wicked, cruel
-0.55  0.45 | cruelty, hell, devil, demon, poison
-0.60  0.55 | crisis, disaster, catastrophe, emergency, accident, crash, explosion, victim, crime, criminal, abuse
-0.60  0.55 | torture, suffer, suffering
-0.55  0.60 | damn, fuck you, bitch, bullshit, shit, asshole, fight, fighting, punch, betray, betrayal, betrayed
-0.55  0.60 | cheat, cheater, liar, lie to me
-0.30  0.60 | intense, suspense, suspenseful, urgent, driven mad, obsessed, obsession, confused, confusion, shock
-0.30  0.60 | shocked, struggle, desperate plea
-0.25  0.55 | edgy, gritty, dirty, raw, defiant, rebellious, tough, gangster, gangsta, thug, badass, heavy, loud
-0.25  0.55 | hard hitting, hardcore

# sad: ill at ease and without strength
-0.80 -0.20 | heartbroken, heartbreak, heartbreaking, broken heart, heart broken, breakup, break up, broke up
-0.80 -0.20 | my heart is broken, dumped, divorce
-0.75 -0.25 | sorrow, sorrowful, grief, grieve, grieving, mourn, mourning, mournful, funeral, bereaved, in tears
-0.75 -0.25 | weep, tearjerker, teardrop
-0.65 -0.05 | cry, tear, tears, sob, crybaby, cry myself to sleep, sobbing, wail
-0.85 -0.10 | die, death, dead, suicide, suicidal, tragedy, tragic, kill myself, want to die, grave, doomed, doom
-0.85 -0.10 | agony, anguish
-0.80 -0.40 | depressed, depressing, depression, despair, hopeless, hopelessness, miserable, misery, worthless
-0.80 -0.40 | give up, giving up on life
-0.65 -0.40 | lonely, loneliness, alone, lonesome, all by myself, isolated, isolation, abandoned, forsaken
-0.65 -0.40 | nobody loves me, homesick, left behind
-0.60 -0.30 | hurt, hurting, pain, painful, ache, aching, wounded, wound, suffer in silence, broken, scar, scars
-0.60 -0.30 | bruise, shattered, torn apart
-0.60 -0.30 | without you, since you left, you're gone, lost you, losing you, let you go, goodbye, farewell
-0.60 -0.30 | say goodbye, over you, used to love
-0.55 -0.35 | gloomy, gloom, bleak, dreary, dismal, grim, somber, sombre, dark, darkness, cold, haunting, haunted
-0.55 -0.35 | desolate, sullen, downcast, down and out
-0.50 -0.25 | regret, guilt, guilty, ashamed, shame, sorry, apologize, remorse, mistake, lost, lose, loser, loss
-0.50 -0.25 | fail, failure, failed, rejected
-0.50 -0.40 | unhappy, sadness, upset, down, feeling down, blue, feeling blue, moody, disappointed, disappointing
-0.50 -0.40 | disappointment, let down, sigh
-0.35 -0.55 | tired, exhausted, weary, fatigue, drained, worn out, burned out, burnt out, numb, empty, emptiness
-0.35 -0.55 | hollow, bored, boring, dull, lifeless
-0.40  0.05 | ex, my ex, ex girlfriend, ex boyfriend, unrequited, toxic, bittersweet memory, drunk, drinking alone
-0.40  0.05 | hangover, addicted, addiction
-0.45  0.00 | bad, awful, terrible, horrible, worse, worst, poor, ugly, nasty, gross, sick, illness, ill, disease
-0.45  0.00 | cancer, problem, trouble, wrong, weak
-0.25 -0.30 | nostalgic, nostalgia, wistful, yearning, yearn, longing, pining, memories of you
-0.25 -0.30 | the one that got away, i remember you, faded
-0.10 -0.30 | bittersweet, sentimental, pensive, reflective, introspective, contemplative, thoughtful, solitude
-0.10 -0.30 | solitary, ballad, rainy mood
-0.35 -0.15 | poverty, hunger, starve, starving, homeless, helpless, powerless, prison, jail, trapped, stuck
-0.35 -0.15 | burden, broke, neglect

# what news, stories and letters speak of
-0.60  0.65 | terrorism, bombing, missile, weapon, stab, stabbing, shooting, gunman, gunmen, kidnap, kidnapped
-0.60  0.65 | hostage
-0.60  0.65 | raid, invade, invasion, nuclear, brutally, strangle, torment, threatened, riots, armed, combat, troops
-0.55  0.45 | burn, flood, earthquake, hurricane, wreck, collision, collapse, damage, ruin, devastate, devastating
-0.50  0.45 | arrest, convict, convicted, guilty verdict, corrupt, corruption, scandal, fraud, steal, stolen, rob
-0.50  0.45 | robbery
-0.50  0.40 | accuse, blame, condemn, criticize, criticise, protest, dispute, conflict, clash, oppose, deny, reject
-0.50  0.45 | warn, warning, alert, alarm, risk, unsafe, hazard, toxic waste, drug, drugs, overdose, smuggle, illegal
-0.55  0.30 | injure, injured, injury, bleed, beaten, torn, choke, drown, crippled, paralyzed, vomit, rotten
-0.55  0.30 | filthy, stink
-0.60  0.30 | appalled, appalling, disgrace, disgraceful, outrageous, insult, insulting, humiliate, humiliating
-0.60  0.30 | contempt, disdain
-0.50  0.40 | stupid, stupidity, idiot, idiotic, moron, ridiculous, absurd, nonsense, pathetic, ignorant, ignorance
-0.50  0.40 | arrogant
-0.55  0.50 | fuck, fucked, crap, suck, sucks, screwed, hell no, bastard, ass, bloody hell, wtf
-0.45  0.35 | bother, bothered, disturb, disturbing, complain, complaint, nag, tease, mock, bully, harass, offend
-0.45  0.35 | offensive
-0.45 -0.10 | impossible, unable, refuse, refused, difficult, difficulty, hardship, hurdle, obstacle, deprive
-0.45 -0.10 | deprived, shortage
-0.40 -0.15 | unfortunately, sadly, regrettably, unfair, unjust, injustice, needless, useless, pointless, waste
-0.40 -0.15 | wasted
-0.50 -0.30 | victims, orphan, widow, refugee, slave, slavery, oppressed, oppression, exile, hungry, thirst
-0.50 -0.30 | sick and tired
-0.45 -0.10 | decline, drop, fall apart, falling apart, decay, extinct, extinction, disappear, vanish, bankrupt
-0.45 -0.10 | unemployed, debt
-0.35  0.10 | doubt, suspect, suspicious, deceive, deception, lie, lies, propaganda, fake, false, pretend
-0.35  0.10 | hypocrite, greed, greedy
-0.35  0.25 | mess, messy, ugly truth, awkward, embarrassed, embarrassing, embarrassment, clumsy, creepy, weird
-0.35  0.25 | strange, nervously
-0.30  0.45 | snake, spider, wolf, vampire, monster, ghost, zombie, beast, shout, yell, grab, slam, punches, shook
-0.30  0.45 | shiver, tremble
-0.45 -0.20 | grim reaper, cemetery, coffin, corpse, bury, buried, wither, wilt, frown, frowned, groan, moan, wince
-0.45 -0.20 | wretched
 0.65  0.35 | pleasure, enjoyment, enjoyable, pleased, impressed, impressive, outstanding, remarkable, magnificent
 0.65  0.35 | stunning
 0.65  0.45 | breathtaking, gorgeous, dazzling, terrific, tremendous, superbly, thrill, excitement, fascinating
 0.65  0.45 | fascinated
 0.60  0.30 | delicious, tasty, yummy, feast, treat, luxury, luxurious, charm, magic, magical, enchanting, treasure
 0.55  0.30 | congratulations, congratulate, honor, honour, award, prize, medal, praise, admire, admiration
 0.55  0.30 | respect, applaud
 0.50  0.25 | accomplish, accomplishment, overcome, solve, solution, effective, improvement, thrive, flourish
 0.50  0.25 | prosper, prosperity
 0.50  0.25 | generous, generosity, charity, volunteer, donate, donation, contribute, contribution, goodwill
 0.50  0.25 | compassion, compassionate
 0.45  0.15 | protect, protection, safe, safety, secure, rescue, save, sanctuary, cure, relief, relieved, recovery
 0.45  0.15 | assist
 0.50  0.25 | educate, learn, discover, discovery, create, creative, creativity, invent, imagine, imagination
 0.50  0.25 | genius, wise, wisdom
 0.50  0.30 | invite, invitation, join, share, community, partner, partnership, teamwork, unite, unity, reunion
 0.50  0.30 | companion
 0.55  0.30 | popular, famous, unique, special, extraordinary, exceptional, ideal, valuable, worthy, worthwhile
 0.55  0.30 | important
 0.50  0.35 | gain, earn, profit, wealth, wealthy, rich, millionaire, bonus, bargain, advantage, advance, upgrade
 0.45  0.30 | tour, tourist, explore, visit, festival, museum, gallery, concert, theater, garden, wildlife
 0.55  0.10 | nature, natural, ocean, island, forest, flower, blossom, bloom, rainbow, butterfly, puppy, kitten
 0.55  0.10 | starlight
 0.50  0.05 | sincere, sincerely, faithful, polite, courtesy, patient, forgive, forgiveness, understanding, healthy
 0.50  0.05 | health, clean
 0.40  0.60 | wow, surprise, surprised, surprising, astonished, astonishing, wonder, eager, curious, curiosity
 0.40  0.60 | interesting
 0.30  0.50 | challenge, compete, competition, race, sport, athlete, champion spirit, jump, leap

# other
 0.10 -0.45 | ambient mood, minimalist, hypnotic, trance like, deep focus, concentrate, concentration, focus
 0.10 -0.45 | focused, background music
 0.05 -0.30 | mysterious, mystery, atmospheric, moonlight, spooky calm, lofi, lo fi, late night thoughts
 0.05 -0.30 | late night drive, night drive, midnight drive
 0.30  0.00 | soulful, spiritual, sacred, holy, pray, prayer, worship, hallelujah, amen, gospel joy, divine, grace
 0.30  0.00 | mercy
 0.35  0.60 | road trip, summer vibes, sing along, singalong, karaoke, drive fast, cruising, windows down
 0.25  0.65 | powerful, power, strong, strength, force, energy, energize, energise, energizing, energised, boost
 0.25  0.65 | stamina, sprint
 0.55  0.10 | friend, friendship, friendly, family, mother, baby, child, together, home, trust, loyal, honest, help
 0.55  0.10 | helpful, care, support, gift
 0.45  0.20 | enjoy, fine, nice, improve, benefit, opportunity, progress, achieve, reward, welcome, thank, thanks
 0.45  0.20 | favorite, favourite
"""

_EMOJI = """
 0.80  0.30 | ❤, 💕, 💖, 😍, 🥰, 💗, 💓
 0.70  0.60 | 😀, 😁, 😂, 🎉, 🥳, 😄, 🤩, ☀
 0.50  0.80 | 🔥, 💪, ⚡, 🚀
-0.70 -0.10 | 😭, 😢, 💔, 😞, 😔, 🥀
-0.50  0.75 | 😡, 🤬, 😠, 💀
 0.30 -0.70 | 😴, 😌, 🧘, 🌙
"""

_CONTEXTS = """
# name | valence arousal (- where the occasion has no mood of its own) | words
morning   | 0.3 0.4   | morning, sunrise, breakfast, wake up, waking up, dawn
afternoon | -         | afternoon, midday, noon
evening   | -         | evening, sunset, dusk, after work
night     | 0.0 -0.3  | night, midnight, late night, nighttime, tonight, 2am, 3am
workout   | 0.5 0.9   | workout, work out, gym, exercise, fitness, cardio, crossfit, lifting, weightlifting, hiit, zumba
run       | 0.4 0.85  | running, jogging, jog, marathon, treadmill
study     | 0.0 0.3   | study, studying, homework, exam, revision, reading
focus     | -         | focus, concentration, coding, programming, writing, deep work
work      | -         | office, working
party     | 0.6 0.8   | party, club, clubbing, pregame, nightclub, birthday, new year
sleep     | 0.2 -0.8  | sleep, bedtime, nap, insomnia, sleeping
rest      | 0.4 -0.7  | yoga, spa, massage, bath
drive     | -         | drive, driving, road trip, roadtrip, car ride, highway, commute, commuting, travel
dinner    | 0.5 -0.2  | dinner, cooking, date night, wine, candlelight
coffee    | 0.3 -0.2  | coffee, cafe, coffeehouse, brunch
rain      | -0.1 -0.4 | rain, rainy, rainy day, storm
summer    | 0.5 0.4   | summer, beach, pool, tropical, vacation, holiday
winter    | 0.0 -0.2  | winter, snow, fireplace
autumn    | -0.1 -0.3 | autumn
spring    | 0.4 0.2   | springtime
christmas | 0.6 0.2   | christmas, xmas
wedding   | 0.7 0.3   | wedding, first dance, bride
funeral   | -         | funeral, memorial, in memory of
halloween | -0.2 0.3  | halloween
cleaning  | 0.4 0.5   | cleaning, housework, chores
breakup   | -         | breakup, break up, broke up, divorce, my ex
gaming    | 0.2 0.6   | gaming, gamer, video game
walk      | 0.3 -0.1  | walk, walking, stroll, hike, hiking
weekend   | 0.4 0.2   | weekend, sunday, saturday, friday
monday    | -         | monday
"""

_STYLES = """
 0.25 -0.70 | ambient, drone, new age, sleep music, lullaby, meditation, nature sounds, asmr
 0.25 -0.45 | classical, piano, chamber, neoclassical, neo classical, modern classical, acoustic, folk
 0.25 -0.45 | singer songwriter, bossa nova
 0.30 -0.50 | chillout, chill, lounge, downtempo, lofi, lo fi, chillhop, chillwave, trip hop, easy listening
 0.30 -0.50 | smooth jazz, dream pop
 0.30 -0.10 | jazz, soul, neo soul, r b, rnb, rhythm and blues, reggae, dub, country, americana, gospel, bolero
 0.30 -0.10 | ballad
-0.45 -0.35 | slowcore, emo ballad, sadcore, darkwave, dark ambient, doom, gothic, goth, shoegaze, sad, fado
-0.25 -0.10 | blues, grunge, post punk, coldwave, emo
 0.15  0.30 | rock, indie, indie rock, alternative, alternative rock, hip hop, hiphop, rap, boom bap, soft rock, world
 0.50  0.35 | pop, indie pop, synth pop, synthpop, k pop, kpop, j pop, jpop, city pop, britpop, musical
 0.65  0.65 | disco, funk, nu disco, dance pop, ska, salsa, merengue, samba, afrobeat, afrobeats, soca, dancehall
 0.65  0.65 | latin, cumbia, bachata, latin pop
 0.50  0.70 | dance, edm, house, tropical house, progressive house, electro house, eurodance, big room
 0.50  0.70 | happy hardcore, future bass
 0.40  0.55 | deep house, tech house, trance, progressive trance, electro, electronic, electronica, electropop
 0.40  0.55 | garage, uk garage, reggaeton, amapiano
 0.10  0.75 | techno, drum bass, drum and bass, dnb, jungle, breakbeat, breakcore, hardstyle, hard techno, gabber
 0.10  0.75 | psytrance, dubstep, bass
-0.05  0.55 | trap, drill, gangster rap, gangsta rap, grime, phonk, hard rock, punk, punk rock, pop punk
-0.45  0.80 | metal, heavy metal, death metal, black metal, thrash, thrash metal, metalcore, deathcore, hardcore
-0.45  0.80 | hardcore punk, grindcore, industrial, noise, screamo
 0.20  0.20 | soundtrack, score, cinematic, orchestral, instrumental
"""

INTENSITY: dict[str, float] = {
    **dict.fromkeys(("extremely", "incredibly", "insanely", "unbelievably", "absolutely", "utterly", "intensely"), 1.6),
    **dict.fromkeys(("very", "super", "ultra", "deeply", "truly", "totally", "completely", "madly", "hella"), 1.35),
    **dict.fromkeys(("so", "really", "such", "too", "highly", "fucking", "freaking", "so much"), 1.25),
    **dict.fromkeys(("overly", "particularly", "all that"), 1.25),
    **dict.fromkeys(("quite", "pretty much", "more", "always"), 1.1),
    **dict.fromkeys(("fairly", "rather", "mostly", "somewhat", "moderately", "relatively"), 0.75),
    **dict.fromkeys(("a bit", "a little", "kinda", "kind of", "sort of", "sorta", "less", "half", "almost"), 0.6),
    **dict.fromkeys(("slightly", "mildly", "a tad", "a touch", "vaguely", "little bit", "a little bit"), 0.5),
}
"""Word of intensity -> the exponent f of music/lexicon.py; above 1 it strengthens."""

TWO_FACED: dict[str, float] = {"pretty": 1.1} | dict.fromkeys(("damn", "bloody", "wicked", "awfully", "terribly"), 1.35)
"""Entries that strengthen what follows when an entry follows: "pretty sad" is not pretty."""

NEGATIONS: frozenset[str] = frozenset(
    [
        "not",
        "no",
        "never",
        "none",
        "nothing",
        "nobody",
        "nowhere",
        "neither",
        "nor",
        "without",
        "cannot",
        "hardly",
        "scarcely",
        "barely",
        "lack",
        "lacks",
        "lacking",
        "aint",
        "arent",
        "cant",
        "couldnt",
        "didnt",
        "doesnt",
        "dont",
        "hadnt",
        "hasnt",
        "havent",
        "isnt",
        "mustnt",
        "neednt",
        "shouldnt",
        "wasnt",
        "werent",
        "wont",
        "wouldnt",
    ]
)

_IDIOMS = """
not only, not just, not to mention, no wonder, no doubt, no matter, why not, no one but, no problem, never stopped,
never stop, can't stop, cant stop, cannot stop, won't stop, wont stop, don't stop, dont stop, can't help, cant help,
cannot help, can't get enough, cant get enough, good music, good song, good songs, good tracks, great music,
great songs, best songs, best music, nice music, cool music, best of, greatest hits
"""

PLAIN_IDIOMS: frozenset[str] = frozenset(" ".join(idiom.split()) for idiom in _IDIOMS.split(","))
"""Idioms that look like a mood or a negation and are neither."""

NOT_INFLECTED: frozenset[str] = frozenset(
    [
        "blues",
        "news",
        "series",
        "species",
        "hers",
        "does",
        "goes",
        "used",
        "needed",
        "united",
        "flower",
        "shower",
        "power",
        "number",
        "bring",
        "king",
        "ring",
        "sing",
        "string",
        "thing",
        "nothing",
        "something",
        "everything",
        "anything",
        "during",
        "wing",
        "swing",
        "spring",
        "never",
        "ever",
        "over",
        "river",
        "silver",
        "cover",
        "discover",
        "remember",
        "december",
        "september",
        "november",
        "october",
        "under",
        "wonder",
        "thunder",
        "later",
        "water",
        "matter",
        "letter",
        "latter",
        "after",
        "other",
        "mother",
        "father",
        "brother",
        "sister",
        "either",
        "neither",
        "whether",
        "rather",
        "together",
        "number",
        "member",
        "order",
        "border",
        "corner",
        "former",
        "bass",
        "glass",
        "class",
        "pass",
        "grass",
        "mass",
        "less",
        "unless",
        "evening",
        "wedding",
        "building",
        "ceiling",
        "hundred",
        "indeed",
        "speed",
        "bleed",
        "feed",
        "seed",
        "weed",
        "breed",
        "red",
        "bed",
        "forest",
        "interest",
        "honest",
        "west",
        "best",
        "test",
        "guest",
        "finest",
        "lover",
        "killer",
        "winner",
        "loser",
        "dealer",
        "leader",
        "friday",
        "missile",
        "mission",
        "only",
        "early",
        "family",
        "reply",
        "apply",
        "supply",
        "fly",
        "july",
        "ally",
        "holy",
        "italy",
    ]
)
"""Words whose ending only looks like an inflection."""


def _rows(table: str) -> list[str]:
    return [line for line in table.splitlines() if "|" in line and not line.startswith("#")]


def _points(table: str) -> dict[str, tuple[float, float]]:
    points: dict[str, tuple[float, float]] = {}
    for line in _rows(table):
        numbers, names = line.split("|")
        valence, arousal = (float(x) for x in numbers.split())
        for name in names.split(","):
            points[name.strip()] = (valence, arousal)
    return points


def _occasions(table: str) -> dict[str, tuple[str, tuple[float, float] | None]]:
    occasions: dict[str, tuple[str, tuple[float, float] | None]] = {}
    for line in _rows(table):
        name, numbers, words = (part.strip() for part in line.split("|"))
        point = None if numbers == "-" else (float(numbers.split()[0]), float(numbers.split()[1]))
        for word in words.split(","):
            occasions[word.strip()] = (name, point)
    return occasions


MOODS: dict[str, tuple[float, float]] = _points(_MOODS) | _points(_EMOJI)
"""Word or phrase -> (valence, arousal)."""

CONTEXTS: dict[str, tuple[str, tuple[float, float] | None]] = _occasions(_CONTEXTS)
"""Word or phrase of an occasion -> (the occasion's name, its (valence, arousal) or None)."""

STYLES: dict[str, tuple[float, float]] = _points(_STYLES)
"""Genre -> the mood its tracks tend to (valence, arousal)."""
