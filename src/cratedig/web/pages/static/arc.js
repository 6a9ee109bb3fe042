// The emotion arc: each emotion as a line over the words of a lyric, in the colour of its place on the mood plane.

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const light = matchMedia("(prefers-color-scheme: light)");
const DASHES = ["solid", [8, 4], [2, 3], [10, 3, 2, 3], [4, 4], [1, 2]];
const SYMBOLS = ["circle", "rect", "triangle", "diamond", "roundRect", "pin"];

function options({ sections, curves }) {
  const ink = css("--ink");
  const label = { color: css("--faint"), fontSize: 11 };
  const thin = { lineStyle: { color: css("--line") } };
  const nameAt = (x) => sections.find(([, start, end]) => x >= start && x <= end)?.[0] ?? "";
  return {
    animation: !calm.matches,
    animationDuration: 240,
    grid: { left: 34, right: 12, top: 12, bottom: 58, outerBoundsMode: "none" },
    legend: { bottom: 0, itemWidth: 30, textStyle: { color: css("--soft"), fontSize: 11 }, inactiveColor: css("--line") },
    tooltip: {
      trigger: "axis",
      renderMode: "richText", // the HTML tooltip needs style attributes, which the CSP forbids
      confine: true,
      backgroundColor: css("--raised"),
      borderColor: css("--line"),
      textStyle: { color: ink, fontSize: 12 },
      formatter: (points) =>
        [nameAt(points[0].value[0]), ...points.map(({ seriesName, value }) => `${seriesName} ${value[1].toFixed(2)}`)].join("\n"),
    },
    xAxis: {
      type: "value", min: 0, max: 1, axisTick: { show: false }, axisLine: thin, splitLine: { show: false },
      axisLabel: { ...label, formatter: (x) => (x === 0 ? "start" : x === 1 ? "end" : "") },
    },
    yAxis: { type: "value", min: 0, max: (range) => Math.min(1, Math.ceil(range.max * 5) / 5), splitNumber: 2, axisLabel: label, splitLine: thin },
    series: curves.map(([name, colour, values], at) => ({
      name,
      type: "line",
      data: values.map((value, section) => [(sections[section][1] + sections[section][2]) / 2, value]),
      symbol: SYMBOLS[at % SYMBOLS.length],
      symbolSize: 7,
      lineStyle: { color: colour, width: 2, type: DASHES[at % DASHES.length] },
      itemStyle: { color: colour },
      emphasis: { focus: "series" },
    })),
  };
}

/** Draws the arc that `root` holds; gives a function that takes it away again. */
export function drawArc(root) {
  const box = root?.querySelector("[data-arc]");
  if (!box || !window.echarts) return null;
  box.querySelector(".arc-still")?.remove();
  const canvas = document.createElement("div");
  canvas.className = "arc-canvas";
  box.append(canvas);
  const chart = window.echarts.init(canvas);
  const arc = JSON.parse(box.dataset.arc);
  chart.setOption(options(arc));
  const onTheme = () => chart.setOption(options(arc));
  light.addEventListener("change", onTheme);
  const resize = new ResizeObserver(() => chart.resize());
  resize.observe(box);
  return () => {
    light.removeEventListener("change", onTheme);
    resize.disconnect();
    chart.dispose();
  };
}
