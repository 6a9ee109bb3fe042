// What the pages do beyond links and forms: swap in answers without a reload, keys, tips, and the plane.
// Every address it goes to also works on its own.

import { readPasted } from "./analyze.js";
import { drawArc } from "./arc.js";
import { readRhymes } from "./lyric.js";
import { drum, togglePlay } from "./drums.js";
import { drawPlane } from "./plane.js";
import { follow } from "./player.js";
import { followTasks } from "./tasks.js";
import "./verdict.js";

document.documentElement.classList.add("scripted");

const main = () => document.querySelector("#main");
let asked = null;
let undraw = null;

function settle() {
  undraw?.();
  undraw = drawPlane(document.querySelector("#plane"), { go, light });
}

async function show(url) {
  asked?.abort();
  asked = new AbortController();
  document.body.classList.add("busy");
  try {
    const answer = await fetch(url, { headers: { Accept: "text/html" }, signal: asked.signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    main().replaceChildren(...page.querySelector("#main").childNodes);
    document.title = page.title;
    const box = document.querySelector("#search");
    const fresh = page.querySelector("#search");
    if (document.activeElement !== box.q) box.q.value = fresh.q.value;
    box.querySelectorAll("input[type=hidden]").forEach((kept) => kept.remove());
    box.append(...fresh.querySelectorAll("input[type=hidden]"));
    settle();
    const found = document.querySelectorAll(".result").length;
    document.querySelector("#status").textContent = `${found} results`;
    document.body.classList.remove("busy");
  } catch (error) {
    if (error.name !== "AbortError") location.assign(url);
  }
}

function go(url) {
  history.pushState(null, "", url);
  scrollTo({ top: 0 });
  return show(url);
}

const isFind = (url) => url.origin === location.origin && url.pathname === "/";

document.addEventListener("submit", (event) => {
  const form = event.target;
  const url = new URL(form.action, location.href);
  if (form.method !== "get" || !isFind(url)) return;
  event.preventDefault();
  for (const [name, value] of new FormData(form)) if (value) url.searchParams.append(name, value);
  go(url);
  if (form.id === "search") form.q.blur();
});

document.addEventListener("click", (event) => {
  const keys = event.target.closest("[data-keys]");
  if (keys) return document.querySelector("#keys").showModal();
  const link = event.target.closest("a[href]");
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!link || !plain || link.target || !isFind(new URL(link.href)) || location.pathname !== "/") return;
  event.preventDefault();
  go(new URL(link.href));
});

addEventListener("popstate", () => show(new URL(location.href)));

const player = document.querySelector("[data-player]");
if (player) follow(player);

let withdraw = null;

function bringToLife(root) {
  withdraw?.();
  withdraw = drawArc(root);
  readRhymes(root);
}

bringToLife(document);
const paste = document.querySelector("form[data-analyze]");
if (paste) readPasted(paste, bringToLife);

drum(document);

const work = document.querySelector("#tasks");
if (work) followTasks(work, () => show(new URL(location.href)));

// keys

const results = () => [...document.querySelectorAll(".result")];

function step(by) {
  const all = results();
  if (!all.length) return;
  const at = all.indexOf(document.activeElement?.closest(".result"));
  const next = all[Math.max(0, Math.min(all.length - 1, at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by))];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

const ACTS = {
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
  "/": () => document.querySelector("#q").select(),
  "?": () => document.querySelector("#keys").showModal(),
  " ": () => togglePlay() || player?.querySelector("audio").dispatchEvent(new Event("toggle-play")),
  Enter: (result) => result?.querySelector(".result-title").click(),
  w: (result) => result?.querySelector("summary").click(),
  m: (result) => result?.querySelector("[data-act=more]").click(),
  x: (result) => result?.querySelector("[data-act=less]").click(),
};

document.addEventListener("keydown", (event) => {
  const within = event.target;
  const typing = within.matches("input, textarea, select");
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (typing && event.key === "Escape") return within.blur();
  if (event.key === " " && within.matches("button, summary, a")) return;
  if (typing && !(within.id === "q" && event.key === "ArrowDown")) return;
  const act = ACTS[event.key];
  const needsResult = act && act.length === 1;
  if (!act || (needsResult && !within.matches(".result"))) return;
  if (event.key.startsWith("Arrow") && !results().length) return;
  event.preventDefault();
  act(needsResult ? within : undefined);
});

// a result and its point light up together

function light(track) {
  for (const result of results()) result.classList.toggle("lit", result.dataset.track === track);
}

for (const kind of ["pointerover", "focusin"]) {
  document.addEventListener(kind, (event) => {
    const track = event.target.closest?.(".result")?.dataset.track ?? null;
    document.querySelector("#plane")?.dispatchEvent(new CustomEvent("light", { detail: track }));
  });
}

// tips

const tip = Object.assign(document.createElement("div"), { className: "tip", hidden: true });
document.body.append(tip);

function showTip(owner) {
  tip.textContent = owner.dataset.tip;
  tip.hidden = false;
  const at = owner.getBoundingClientRect();
  const left = Math.min(innerWidth - tip.offsetWidth - 8, Math.max(8, at.left + at.width / 2 - tip.offsetWidth / 2));
  const above = at.top - tip.offsetHeight - 8;
  tip.style.left = `${left}px`;
  tip.style.top = `${above > 8 ? above : at.bottom + 8}px`;
}

for (const kind of ["pointerover", "focusin"]) {
  document.addEventListener(kind, (event) => {
    const owner = event.target.closest?.("[data-tip]");
    if (owner) showTip(owner);
    else tip.hidden = true;
  });
}
addEventListener("scroll", () => (tip.hidden = true), { passive: true });

settle();
