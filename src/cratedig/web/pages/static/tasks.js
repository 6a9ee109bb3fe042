// Tasks as they go on: each bar moves by itself, and a page on which everything has ended is read anew.

const left = (end) => {
  const seconds = Math.round((new Date(end) - Date.now()) / 1000);
  return seconds > 1 ? `, about ${seconds > 90 ? `${Math.round(seconds / 60)} min` : `${seconds} s`} left` : "";
};

/** Follows every unfinished task in `list`; calls `ended` when the last of them has ended. */
export function followTasks(list, ended) {
  const live = [...list.querySelectorAll("[data-live]")];
  let running = live.length;
  for (const row of live) {
    const events = new EventSource(`/api/v1/task/${row.dataset.task}/events`);
    const draw = ({ data }) => {
      const task = JSON.parse(data);
      row.dataset.status = task.status;
      row.querySelector("[data-bar]").setAttribute("width", `${task.progress}%`);
      row.querySelector("[data-percent]").textContent = `${task.progress} %`;
      const said = task.current_step ?? task.error ?? task.status.replace("_", " ");
      row.querySelector("[data-words]").textContent = said + (task.estimated_completion ? left(task.estimated_completion) : "");
    };
    events.addEventListener("progress", draw);
    events.addEventListener("end", (event) => {
      draw(event);
      events.close();
      row.querySelector("form")?.remove();
      running -= 1;
      if (!running) ended();
    });
  }
}
