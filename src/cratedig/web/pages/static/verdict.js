// What you say of a track, said without leaving the page. Without script the forms do the same and come back.

const said = document.querySelector("#status");

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const verdict = form.closest("[data-verdict]");
  if (!verdict || form.dataset.plain) return;
  event.preventDefault();
  const fields = new URLSearchParams(new FormData(form, event.submitter));
  fields.set("part", "true");
  const kind = event.submitter.value;
  try {
    const answer = await fetch(form.action, { method: "POST", body: fields, headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-verdict]");
    verdict.replaceWith(fresh);
    const button = fresh.querySelector(`[value=${kind}]`);
    button.focus();
    if (said) said.textContent = button.textContent;
  } catch {
    form.dataset.plain = "";
    form.requestSubmit(event.submitter);
  }
});
