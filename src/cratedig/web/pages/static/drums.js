// Grooves that sound: Tone.js is fetched with the first of them, and a kit is made of oscillators and noise.

const KITS = new Map();
let tone = null;
let playing = null;

/** Ties the play buttons in `root` to its grooves. */
export function drum(root) {
  stop();
  const transport = root.querySelector("[data-transport]");
  if (!transport) return;
  const tempo = transport.querySelector("[data-tempo]");
  const loop = transport.querySelector("[data-loop]");
  for (const box of root.querySelectorAll("[data-groove]")) {
    const button = box.querySelector("[data-play]");
    button.addEventListener("click", () => (playing?.box === box ? stop() : start(box, tempo, loop)));
  }
  tempo.addEventListener("input", () => {
    if (playing && tempo.validity.valid && tempo.value) playing.transport.bpm.value = Number(tempo.value);
  });
  loop.addEventListener("change", () => {
    if (playing) playing.transport.loop = loop.checked;
  });
}

/** Plays the groove on the page, or stops it: what the space bar does. True where there is one. */
export function togglePlay() {
  const button = (playing?.box ?? document.querySelector("[data-groove]"))?.querySelector("[data-play]");
  button?.click();
  return Boolean(button);
}

async function start(box, tempo, loop) {
  stop();
  const Tone = await loadTone();
  await Tone.start();
  const groove = JSON.parse(box.dataset.groove);
  const transport = Tone.getTransport();
  const kit = (KITS.get("kit") ?? KITS.set("kit", makeKit(Tone)).get("kit"));
  transport.PPQ = groove.ppq;
  transport.bpm.value = Number(tempo.value) || groove.tempo;
  transport.loop = loop.checked;
  transport.setLoopPoints(0, `${groove.length}i`);
  for (const [tick, note, velocity] of groove.strokes) {
    transport.schedule((time) => kit(note, velocity / 127, time), `${tick}i`);
  }
  transport.schedule(() => !transport.loop && setTimeout(stop), `${groove.length - 1}i`);
  transport.start("+0.05");
  playing = { box, transport, frame: 0 };
  show(true);
  follow(groove);
}

function stop() {
  if (!playing) return;
  playing.transport.stop();
  playing.transport.cancel();
  cancelAnimationFrame(playing.frame);
  show(false);
  playing = null;
}

function show(sounds) {
  const button = playing.box.querySelector("[data-play]");
  button.textContent = sounds ? "Stop" : "Play";
  button.setAttribute("aria-pressed", String(sounds));
  if (!sounds) for (const head of playing.box.querySelectorAll(".playhead")) head.setAttribute("hidden", "");
}

function follow(groove) {
  const bars = [...playing.box.querySelectorAll("[data-bar]")];
  const draw = () => {
    const now = Math.max(0, playing.transport.ticks) % groove.length;
    const at = groove.bars.findLastIndex((begin) => begin <= now);
    bars.forEach((bar, number) => {
      const head = bar.querySelector(".playhead");
      head.toggleAttribute("hidden", number !== at);
      const x = ((now - groove.bars[number]) / groove.ppq) * (bar.viewBox.baseVal.width / quarters(groove, number));
      if (number === at) head.setAttribute("transform", `translate(${x} 0)`);
    });
    playing.frame = requestAnimationFrame(draw);
  };
  draw();
}

function quarters(groove, bar) {
  return ((groove.bars[bar + 1] ?? groove.length) - groove.bars[bar]) / groove.ppq;
}

// Tone.js keeps time in a worker made of a blob, which the page's CSP forbids; without workers it keeps it in the page.
function loadTone() {
  tone ??= new Promise((settle, fail) => {
    const { Worker } = globalThis;
    const script = document.createElement("script");
    script.src = document.querySelector("[data-tone]").dataset.tone;
    script.addEventListener("load", () => {
      globalThis.Tone.getContext();
      globalThis.Worker = Worker;
      settle(globalThis.Tone);
    });
    script.addEventListener("error", () => fail(new Error("Tone.js is not there")));
    globalThis.TONE_SILENCE_LOGGING = true;
    globalThis.Worker = undefined;
    document.head.append(script);
  });
  return tone;
}

// The kit. Each voice is (velocity 0..1, time in seconds) => void; a stroke of an open hat is cut by a closed one.
function makeKit(Tone) {
  const out = new Tone.Compressor(-14, 3).toDestination();
  const skin = (pitch, decay, level) => {
    const voice = new Tone.MembraneSynth({
      octaves: 4, pitchDecay: 0.03, envelope: { attack: 0.001, decay, sustain: 0, release: 0.05 }, volume: level,
    }).connect(out);
    return (velocity, time) => voice.triggerAttackRelease(pitch, decay, time, velocity);
  };
  const hiss = (cutoff, decay, level) => {
    const filter = new Tone.Filter(cutoff, "highpass").connect(out);
    const voice = new Tone.NoiseSynth({ envelope: { attack: 0.001, decay, sustain: 0 }, volume: level }).connect(filter);
    return (velocity, time) => voice.triggerAttackRelease(decay, time, velocity);
  };
  const tick = (pitch, decay, level) => {
    const voice = new Tone.Synth({
      oscillator: { type: "square" }, envelope: { attack: 0.001, decay, sustain: 0, release: 0.01 }, volume: level,
    }).connect(new Tone.Filter(pitch, "bandpass").connect(out));
    return (velocity, time) => voice.triggerAttackRelease(pitch, decay, time, velocity);
  };
  const both = (...voices) => (velocity, time) => voices.forEach((voice) => voice(velocity, time));

  const kick = skin("C1", 0.3, 2);
  const snare = both(skin("G2", 0.12, -8), hiss(1800, 0.16, -8));
  const hat = { closed: hiss(8000, 0.05, -14), open: hiss(7000, 0.4, -15), foot: hiss(6500, 0.04, -18) };
  const ride = both(hiss(9000, 0.5, -20), tick(4200, 0.08, -26));
  const crash = hiss(5000, 1.4, -12);
  const toms = { 41: "E1", 43: "G1", 45: "A1", 47: "C2", 48: "D2", 50: "F2" };
  const voices = new Map([
    [35, kick], [36, kick], [38, snare], [40, snare], [37, tick(1700, 0.04, -8)], [39, hiss(1200, 0.12, -8)],
    [42, hat.closed], [44, hat.foot], [46, hat.open], [51, ride], [59, ride], [53, both(ride, tick(2800, 0.2, -20))],
    [49, crash], [57, crash], [55, hiss(7000, 0.6, -13)], [52, hiss(3500, 1, -13)],
    ...Object.entries(toms).map(([note, pitch]) => [Number(note), skin(pitch, 0.35, -2)]),
  ]);
  const other = tick(2200, 0.06, -16);
  return (note, velocity, time) => (voices.get(note) ?? other)(velocity, time);
}
