// The outline of a sound: fills as it plays, and a click goes there. The browser's own controls do the rest.

/** Ties the outline in `box` to its audio element. */
export function follow(box) {
  const audio = box.querySelector("audio");
  const outline = box.querySelector("[data-outline]");
  const played = box.querySelector("[data-played]");
  if (!played) return;
  const width = outline.viewBox.baseVal.width;
  let frame = 0;

  const draw = () => {
    played.setAttribute("width", audio.duration ? (width * audio.currentTime) / audio.duration : 0);
    frame = audio.paused ? 0 : requestAnimationFrame(draw);
  };
  const start = () => (frame ||= requestAnimationFrame(draw));

  for (const kind of ["play", "pause", "seeked", "ended"]) audio.addEventListener(kind, start);
  audio.addEventListener("toggle-play", () => (audio.paused ? audio.play() : audio.pause()));
  outline.addEventListener("click", (event) => {
    const at = outline.getBoundingClientRect();
    if (audio.duration) audio.currentTime = (audio.duration * (event.clientX - at.left)) / at.width;
    audio.play();
  });
}
