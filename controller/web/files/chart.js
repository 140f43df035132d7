// Charts of what is measured now, against the bands of the triggers: asked for every few seconds while the page is
// looked at, drawn with uPlot, told in words beside it.
const every = 5000;
const kept = 720;
const gap = 900; // seconds without anything kept: drawn as such
const told = 60; // rows of a chart's table, the newest

function load(name, kind) {
  return new Promise((done, failed) => {
    const element = document.createElement(kind === "style" ? "link" : "script");
    const address = new URL(name, import.meta.url).href;
    if (kind === "style") {
      element.rel = "stylesheet";
      element.href = address;
    } else {
      element.src = address;
    }
    element.addEventListener("load", done);
    element.addEventListener("error", failed);
    document.head.append(element);
  });
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function words(chart) {
  if (chart.value === null) return `${chart.name}: NO DATA. No monitored instance has told it within the last minute; that is not a zero.`;
  const value = Number(chart.value.toPrecision(3));
  const state = chart.critical !== null && chart.value > chart.critical ? "CRITICAL"
    : chart.warning !== null && chart.value > chart.warning ? "above the limit" : "within its limit";
  const limit = chart.warning === null ? "" : `, limit ${chart.warning}`;
  const judged = chart.warning === null ? "" : `: ${state}`;
  return `${chart.name}: ${value} ${chart.unit} at worst (${chart.instance})${limit}${judged}. ${againstBaseline(chart)}`;
}

// Each instance has a band of its own: who is above it need not be the worst.
function againstBaseline(chart) {
  const {count, first} = chart.above_baseline;
  const band = chart.baseline === null ? "No baseline is recorded for it."
    : `Its baseline allows ${Number(chart.baseline.toPrecision(3))}.`;
  if (count === 0) return band;
  const others = count === 1 ? "" : ` and ${count - 1} more`;
  return `${band} ABOVE THEIR BASELINE: ${first}${others}.`;
}

function judgement(chart) {
  if (chart.value === null) return "no data";
  if (chart.critical !== null && chart.value > chart.critical) return "critical";
  if (chart.warning !== null && chart.value > chart.warning) return "warning";
  if (chart.above_baseline?.count > 0) return "above its baseline";
  return chart.warning === null && chart.baseline === null ? "no limit" : "within its band";
}

// When the rollout entered a stage, was reversed or ended: as the page says it.
function marks() {
  return Array.from(document.querySelectorAll("[data-moves] > li"), (move) => ({
    at: Date.parse(move.querySelector("time")?.dateTime ?? "") / 1000,
    what: move.querySelector("strong")?.textContent ?? "",
  })).filter((mark) => Number.isFinite(mark.at));
}

function markMoves(plot) {
  const {ctx, bbox} = plot;
  for (const {at, what} of marks()) {
    if (at < plot.scales.x.min || at > plot.scales.x.max) continue;
    const x = Math.round(plot.valToPos(at, "x", true));
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = colour("--soft");
    ctx.setLineDash([4, 4]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.textBaseline = "top";
    ctx.textAlign = "right";
    ctx.fillText(what, x - 4, bbox.top + 4);
    ctx.restore();
  }
}

function cell(row, text, kind = "td") {
  const made = document.createElement(kind);
  made.textContent = text;
  row.append(made);
}

// The same in a table, for who does not see the curve.
function tableOf(chart) {
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = `The numbers: ${chart.name}`;
  const table = document.createElement("table");
  table.className = "table";
  const head = table.createTHead().insertRow();
  for (const title of ["Measured at", `Worst, ${chart.unit}`, "Instance", "Judgement"]) cell(head, title, "th");
  for (const title of head.cells) title.scope = "col";
  details.append(summary, table);
  return {details, rows: table.createTBody()};
}

function band(plot, from, to, fill) {
  const {ctx, bbox} = plot;
  const top = Math.max(plot.valToPos(to, "y", true), bbox.top);
  const bottom = Math.min(plot.valToPos(from, "y", true), bbox.top + bbox.height);
  if (bottom <= top) return;
  ctx.save();
  ctx.fillStyle = fill;
  ctx.fillRect(bbox.left, top, bbox.width, bottom - top);
  ctx.restore();
}

// The highest that the baseline of the worst instance allows.
function line(plot, at, stroke) {
  const y = Math.round(plot.valToPos(at, "y", true));
  const {ctx, bbox} = plot;
  if (y < bbox.top) return;
  ctx.save();
  ctx.strokeStyle = stroke;
  ctx.setLineDash([2, 3]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}

class Chart {
  constructor(place, first) {
    this.root = document.createElement("figure");
    this.root.className = "chart";
    this.said = document.createElement("figcaption");
    this.root.append(this.said);
    place.append(this.root);
    this.table = tableOf(first);
    this.data = [[], []];
    this.limits = first;
    this.width = () => Math.max(this.root.clientWidth, 240);
    const rule = () => colour("--line");
    const axis = {stroke: () => colour("--soft"), grid: {stroke: rule, width: 1}, ticks: {stroke: rule}};
    const highest = (min, max) => [0, Math.max(max ?? 0, (first.warning ?? 0) * 1.3, this.limits.baseline ?? 0, 0.001) * 1.1];
    this.plot = new globalThis.uPlot({
      width: this.width(), height: 180, legend: {show: false}, cursor: {y: false},
      scales: {x: {range: (_, min, max) => [Math.min(min, max - 600), max]}, y: {range: (_, min, max) => highest(min, max)}},
      axes: [axis, {...axis, size: 60}],
      series: [{}, {label: first.name, stroke: () => colour("--accent"), width: 2, points: {show: true, size: 4}}],
      hooks: {drawClear: [(plot) => {
        const ceiling = plot.scales.y.max;
        const {baseline} = this.limits;
        if (baseline !== null) {
          band(plot, 0, baseline, colour("--good-back"));
          line(plot, baseline, colour("--soft"));
        }
        if (first.warning === null) return;
        band(plot, first.warning, Math.min(first.critical ?? ceiling, ceiling), colour("--waiting-back"));
        if (first.critical !== null) band(plot, first.critical, ceiling, colour("--bad-back"));
      }], draw: [markMoves]},
    }, this.data, this.root);
    this.root.append(this.table.details);
    addEventListener("resize", () => this.plot.setSize({width: this.width(), height: 180}));
    const redraw = () => this.plot.redraw();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
    new MutationObserver(redraw).observe(document.documentElement, {attributes: true});
  }

  remember(at, value) {
    this.data[0].push(at);
    this.data[1].push(value);
    if (this.data[0].length > kept) this.data.forEach((values) => values.shift());
  }

  // What was measured before the page was opened; of it only the worst is known, not whose it was.
  tell(history, which) {
    let last = Infinity;
    for (const {at, values} of history) {
      if (at - last > gap) this.remember((at + last) / 2, null);
      last = at;
      this.remember(at, values[which]);
      this.write(at, {...this.limits, value: values[which], instance: "", baseline: null, above_baseline: {count: 0}});
    }
  }

  add(at, chart) {
    this.limits = chart;
    this.remember(at, chart.value);
    this.plot.setData(this.data);
    this.said.textContent = words(chart);
    this.root.classList.toggle("chart-nothing", chart.value === null);
    this.write(at, chart);
  }

  write(at, chart) {
    const row = this.table.rows.insertRow(0);
    cell(row, new Date(at * 1000).toLocaleTimeString());
    cell(row, chart.value === null ? "no data" : String(Number(chart.value.toPrecision(3))));
    cell(row, chart.instance);
    cell(row, judgement(chart));
    while (this.table.rows.rows.length > told) this.table.rows.deleteRow(-1);
  }

  lost() {
    this.said.textContent = `${this.limits.name}: NOT KNOWN. The controller does not answer; the curve ends where it did.`;
    this.root.classList.add("chart-nothing");
  }
}

async function draw(place) {
  const charts = [];
  const look = async () => {
    if (document.hidden) return;
    const address = charts.length === 0 ? `${place.dataset.charts}?history=1` : place.dataset.charts;
    const answer = await fetch(address, {headers: {Accept: "application/json"}}).catch(() => null);
    if (!answer?.ok || !(answer.headers.get("content-type") ?? "").includes("json")) {
      charts.forEach((chart) => chart.lost());
      return;
    }
    const news = await answer.json();
    if (charts.length === 0) {
      place.textContent = "";
      for (const one of news.charts) charts.push(new Chart(place, one));
      const before = news.history.filter(({at}) => at < news.at);
      charts.forEach((chart, i) => chart.tell(before, i));
    }
    news.charts.forEach((one, i) => charts[i].add(news.at, one));
  };
  await Promise.all([load("uplot.min.js", "script"), load("uplot.css", "style")]);
  await look();
  setInterval(() => look().catch(() => {}), every);
}

for (const place of document.querySelectorAll("[data-charts]")) draw(place).catch(() => {});
