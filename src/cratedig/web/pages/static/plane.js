// The mood plane: valence to the right, arousal up. Draws what the page's result list holds; a click searches there.

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const light = matchMedia("(prefers-color-scheme: light)");

// A ring and a cross in the page's ink: the question has no mood colour that a result could also have.
const TARGET = "path://M13 0V8M13 18V26M0 13H8M18 13H26M13 4A9 9 0 1 1 13 22A9 9 0 1 1 13 4";

function points() {
  return [...document.querySelectorAll("[data-track][data-valence]")].map((owner, rank) => ({
    value: [Number(owner.dataset.valence), Number(owner.dataset.arousal)],
    track: owner.dataset.track,
    name: `${owner.dataset.title} — ${owner.dataset.artist}`,
    symbolSize: rank < 3 ? 17 : rank < 10 ? 13 : 10,
    itemStyle:
      owner.dataset.kind === "imputed"
        ? { color: "transparent", borderColor: owner.dataset.colour, borderWidth: 2 }
        : { color: owner.dataset.colour, borderColor: css("--edge"), borderWidth: 1 },
  }));
}

const number = (value) => (value < 0 ? "−" : "+") + Math.abs(value).toFixed(2);

function options(box) {
  const ink = css("--ink");
  const axis = {
    type: "value",
    min: -1.06,
    max: 1.06,
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { show: false },
    splitLine: { show: false },
  };
  const crowd = JSON.parse(box.dataset.crowd || "[]").map(([valence, arousal, colour]) => ({
    value: [valence, arousal],
    itemStyle: { color: colour },
  }));
  const marks = JSON.parse(box.dataset.marks || "[]").map(([valence, arousal, colour, words]) => ({
    name: `mood of its ${words}`,
    value: [valence, arousal],
    itemStyle: { color: colour, borderColor: ink, borderWidth: 1 },
    label: { show: true, formatter: words, color: ink, fontSize: 11, position: "right", distance: 6 },
  }));
  const target = box.dataset.valence ? [[Number(box.dataset.valence), Number(box.dataset.arousal)]] : [];
  const cross = { symbol: "none", silent: true, animation: false, label: { show: false } };
  return {
    animation: !calm.matches,
    animationDuration: 240,
    grid: { left: 0, right: 0, top: 0, bottom: 0, outerBoundsMode: "none" },
    xAxis: axis,
    yAxis: axis,
    tooltip: {
      renderMode: "richText", // the HTML tooltip needs style attributes, which the CSP forbids
      confine: true,
      backgroundColor: css("--raised"),
      borderColor: css("--line"),
      textStyle: { color: ink, fontSize: 12, overflow: "break", width: 240 },
      formatter: ({ name, value }) => `${name}\nvalence ${number(value[0])}, arousal ${number(value[1])}`,
    },
    series: [
      {
        type: "scatter",
        data: crowd,
        symbolSize: 5,
        silent: true,
        animation: false,
        itemStyle: { opacity: points().length ? 0.18 : 0.55 },
        markLine: { ...cross, lineStyle: { color: ink, opacity: 0.14, type: "solid", width: 1 }, data: [{ xAxis: 0 }, { yAxis: 0 }] },
      },
      {
        id: "results",
        type: "scatter",
        data: points(),
        emphasis: { scale: 1.5, itemStyle: { borderColor: ink, borderWidth: 2 } },
        z: 3,
      },
      {
        type: "scatter",
        data: marks,
        symbol: "rect",
        symbolSize: 9,
        z: 5,
        markLine: {
          ...cross,
          lineStyle: { color: ink, opacity: 0.4, type: "dashed", width: 1 },
          data: target.length ? marks.map(({ value }) => [{ coord: target[0] }, { coord: value }]) : [],
        },
      },
      {
        type: "scatter",
        data: target,
        symbol: TARGET,
        symbolSize: 30,
        silent: true,
        z: 4,
        itemStyle: { color: "transparent", borderColor: ink, borderWidth: 2 },
      },
    ],
  };
}

const clamp = (value) => Math.max(-1, Math.min(1, value)).toFixed(2);

/** Draws the plane into `box`; gives a function that takes it away again. */
export function drawPlane(box, { go, light: lightResult }) {
  if (!box || !window.echarts) return null;
  box.querySelector(".plane-still")?.remove();
  const canvas = document.createElement("div");
  canvas.className = "plane-still";
  box.prepend(canvas);
  const chart = window.echarts.init(canvas);
  chart.setOption(options(box));

  chart.on("mouseover", { seriesId: "results" }, ({ data }) => lightResult(data.track));
  chart.on("mouseout", { seriesId: "results" }, () => lightResult(null));
  chart.getZr().on("click", ({ offsetX, offsetY, target }) => {
    if (target && points().length && chart.containPixel("grid", [offsetX, offsetY])) {
      const near = points().find(({ value, symbolSize }) => {
        const [x, y] = chart.convertToPixel("grid", value);
        return Math.hypot(x - offsetX, y - offsetY) <= symbolSize / 2 + 2;
      });
      if (near) return location.assign(`/track/${near.track}`);
    }
    const [valence, arousal] = chart.convertFromPixel("grid", [offsetX, offsetY]);
    const url = new URL(box.dataset.url, location.href);
    url.searchParams.set("valence", clamp(valence));
    url.searchParams.set("arousal", clamp(arousal));
    if (location.pathname === "/") go(url);
    else location.assign(url);
  });

  const onLight = ({ detail }) => {
    chart.dispatchAction({ type: "downplay", seriesId: "results" });
    const index = detail ? points().findIndex(({ track }) => track === detail) : -1;
    if (index >= 0) chart.dispatchAction({ type: "highlight", seriesId: "results", dataIndex: index });
  };
  box.addEventListener("light", onLight);
  const onTheme = () => chart.setOption(options(box));
  light.addEventListener("change", onTheme);
  const resize = new ResizeObserver(() => chart.resize());
  resize.observe(box);
  return () => {
    light.removeEventListener("change", onTheme);
    box.removeEventListener("light", onLight);
    resize.disconnect();
    chart.dispose();
  };
}
