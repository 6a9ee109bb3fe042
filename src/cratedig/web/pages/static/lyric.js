// A lyric's rhymes: pointing at one lights its group up, here and in the legend; the arrow keys step through them.

const near = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** Brings the reading in `root` to life, where there is one. */
export function readRhymes(root) {
  const reading = root?.querySelector("[data-reading]");
  if (!reading) return;
  const marks = [...reading.querySelectorAll(".rhyme[data-group]")];
  const entries = [...reading.querySelectorAll(".entry")];
  let pinned = null;

  const lit = (group) => {
    reading.classList.toggle("has-lit", group !== null);
    for (const one of [...marks, ...entries]) one.classList.toggle("lit", one.dataset.group === group);
  };
  const rest = () => lit(pinned);
  const pin = (group) => {
    pinned = pinned === group ? null : group;
    for (const one of entries) one.setAttribute("aria-pressed", String(one.dataset.group === pinned));
    rest();
  };

  for (const entry of entries) {
    entry.tabIndex = 0;
    entry.setAttribute("role", "button");
    entry.setAttribute("aria-pressed", "false");
  }
  const told = new Map(entries.map((one) => [one.dataset.group, one.innerText.replace(/\s+/g, " ").trim()]));
  for (const mark of marks) {
    mark.tabIndex = mark === marks[0] ? 0 : -1;
    mark.dataset.tip = told.get(mark.dataset.group);
  }

  const step = (from, by, sameGroup) => {
    const way = sameGroup ? marks.filter((one) => one.dataset.group === from.dataset.group) : marks;
    const next = way[(way.indexOf(from) + by + way.length) % way.length];
    from.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  };

  const groupAt = (event) => event.target.closest?.("[data-group]")?.dataset.group ?? null;
  for (const kind of ["pointerover", "focusin"]) {
    reading.addEventListener(kind, (event) => (groupAt(event) === null ? rest() : lit(groupAt(event))));
  }
  reading.addEventListener("pointerleave", rest);
  reading.addEventListener("click", (event) => {
    if (groupAt(event) !== null) pin(groupAt(event));
  });
  reading.addEventListener("keydown", (event) => {
    const group = groupAt(event);
    if (group === null) return;
    if (event.key === "Escape" && pinned !== null) return pin(pinned);
    if (event.key === "Enter" || event.key === " ") pin(group);
    else if (event.target.matches(".rhyme") && near[event.key]) {
      step(event.target, near[event.key], event.key === "ArrowDown" || event.key === "ArrowUp");
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
}
