// A pasted lyric is read without leaving the page. Without script the form does the same and comes back.

/** Ties the form in the page to where its answer goes; `settle` brings to life what came. */
export function readPasted(form, settle) {
  const place = document.querySelector("#read");
  let pending = null;

  form.addEventListener("submit", async (event) => {
    if (form.dataset.plain !== undefined) return;
    event.preventDefault();
    pending?.abort();
    pending = new AbortController();
    place.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { Accept: "text/html" },
        signal: pending.signal,
      });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("#read");
      if (!fresh) throw new Error(answer.statusText);
      place.replaceChildren(...fresh.childNodes);
      settle(place);
      place.scrollIntoView({ block: "start" });
      place.removeAttribute("aria-busy");
    } catch (error) {
      if (error.name === "AbortError") return;
      form.dataset.plain = "";
      form.requestSubmit();
    }
  });
}
