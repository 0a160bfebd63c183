"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const color = (name) =>
    getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  const number = new Intl.NumberFormat("en");
  const text = (value) => (value == null ? "" : number.format(Math.round(value * 10) / 10));

  /** What was let in, what was refused and why, what failed; in the order of the stack. */
  const VERDICTS = {
    admitted: "#2f9e62", waiting: "#7cc79b", order: "#4f86c6",
    "not-released": "#9aa5b1", "not-open": "#c3b26a", "too-fast": "#e0a458",
    "sold-out": "#b98b73", closed: "#84695b", paused: "#8f86d1", "not-found": "#6f9c9a",
    "not-counted": "#a98fb5", "already-ordered": "#cf8fb4", "ordered-recently": "#b56a97",
    unauthenticated: "#57687c", left: "#b9c0c8",
    overloaded: "#e36b5d", "timed-out": "#8c1d18", cut: "#c4362d",
  };
  const OTHER = "#a0a0a0";
  const BLUE = "#4f86c6", AMBER = "#e0a458", RED = "#d6554a", GREEN = "#2f9e62", PLUM = "#8f70b8";
  const MARKS = {
    KILLED: ["killed", "killed, until it was ready again"],
    STORE_AWAY: ["away", "the database taken away"],
    PAUSED: ["paused", "paused"],
    CLOSED: ["moment", "closed"],
  };

  // One range for all, so that what stands above each other happened together.
  const ends = data.marks.flatMap((mark) => [mark.from, mark.until ?? mark.from]);
  const times = [data.seconds.at, data.samples.at, data.waves.at, ends].flat();
  const from = Math.min(0, ...times);
  const until = Math.max(1, ...times) + 1;

  function marks(u) {
    const { ctx, bbox } = u;
    const x = (seconds) => u.valToPos(seconds, "x", true);
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    for (const mark of [{ what: "OPENED", from: 0, until: null }, ...data.marks]) {
      ctx.fillStyle = color(MARKS[mark.what]?.[0] ?? "moment");
      const width = mark.until == null ? 1 : Math.max(2, x(mark.until) - x(mark.from));
      ctx.fillRect(Math.round(x(mark.from)), bbox.top, width, bbox.height);
    }
    ctx.restore();
  }

  function axis(more) {
    return {
      stroke: color("quiet"), font: "12px system-ui, sans-serif",
      grid: { stroke: color("grid"), width: 1 }, ticks: { stroke: color("grid"), width: 1, size: 4 },
      ...more,
    };
  }

  /** Ends of a logarithmic scale: 10, 20, 50 and so on. */
  const steps = [1, 2, 3, 4, 5, 6].flatMap((power) => [1, 2, 5].map((n) => n * 10 ** power));
  const atCursor = { label: "\u00a0", value: (u, v) => (v == null ? "" : `at ${text(v)} s`) };

  function options(series, { log, height = 200, at = atCursor, spans } = {}) {
    const cursor = { sync: { key: "seconds" }, y: false };
    return {
      width: 100, height, series: [at, ...series],
      cursor: spans ? { ...cursor, dataIdx: begun } : cursor,
      scales: {
        x: { time: false, range: (u, min, max) => zoomed(u, min, max) },
        y: log ? { distr: 3, range: (u, min, max) => [1, steps.find((step) => step >= max)] } : { range: (u, min, max) => [0, Math.max(1, max * 1.05)] },
      },
      axes: [
        axis({ size: 28, values: (u, all) => all.map((v) => v + " s") }),
        axis({ size: 56, values: (u, all) => all.map((v) => (v == null ? "" : number.format(v))) }),
      ],
      hooks: { drawClear: [marks] },
    };
  }

  /** Of figures that stand for a span from their time on: the span under the cursor. */
  function begun(u, series, nearest, x) {
    return nearest > 0 && u.data[0][nearest] > x ? nearest - 1 : nearest;
  }

  function zoomed(u, min, max) {
    const whole = u.data[0].length < 2 || (min === u.data[0][0] && max === u.data[0].at(-1));
    return whole ? [from, until] : [min, max];
  }

  const drawn = [];

  function draw(id, opts, columns) {
    const place = document.getElementById(id);
    if (columns.slice(1).every((column) => column.every((value) => value == null))) {
      place.textContent = "Nothing was counted.";
      return;
    }
    const fitting = () => ({ width: Math.max(200, place.clientWidth), height: opts.height });
    const plot = new uPlot({ ...opts, ...fitting() }, columns, place);
    const observer = new ResizeObserver(() => plot.setSize(fitting()));
    observer.observe(place);
    drawn.push(() => {
      observer.disconnect();
      plot.destroy();
    });
  }

  function line(label, stroke, more) {
    return {
      label, stroke, width: 1.5, points: { size: 4, fill: stroke },
      value: (u, v) => text(v), ...more,
    };
  }

  /** Bars of all verdicts on each other: the tallest is drawn first, the others over it. */
  function verdicts() {
    const { at, verdicts: counts } = data.seconds;
    const known = Object.keys(VERDICTS).filter((name) => counts[name]);
    const names = [...known, ...Object.keys(counts).filter((name) => !VERDICTS[name])];
    const tops = [];
    let top = at.map(() => 0);
    for (const name of names) {
      top = top.map((sum, i) => sum + counts[name][i]);
      tops.push(top);
    }
    const series = names.map((name) => {
      const total = counts[name].reduce((a, b) => a + b, 0);
      return {
        label: name, fill: VERDICTS[name] ?? OTHER, stroke: VERDICTS[name] ?? OTHER, width: 0,
        paths: uPlot.paths.bars({ size: [0.92, Infinity], align: 1 }), points: { show: false },
        value: (u, v, s, i) => text(i == null ? total : counts[name][i]),
      };
    });
    document.getElementById("verdicts").classList.add("stacked");
    draw("verdicts", options(series.reverse(), { height: 260, spans: true }), [at, ...tops.reverse()]);
  }

  function latency(id, { p50, p99, max }, log) {
    // Zero milliseconds have no place on a logarithmic scale.
    const raised = (column) => column.map((v) => (v == null ? null : Math.max(1, v)));
    const series = [line("p50", BLUE), line("p99", AMBER), line("max", RED)];
    draw(id, options(series, { log, spans: true }), [data.seconds.at, ...[p50, p99, max].map(raised)]);
  }

  function waves() {
    const { at, everySeconds, places, entries, admitted } = data.waves;
    const wave = (u, v) => (v == null ? "" : `at ${text(v)} s, wave ${Math.round(v / everySeconds)}`);
    const bars = uPlot.paths.bars({ size: [0.8, 24], align: 1 });
    const series = [
      line("places", color("quiet"), { width: 1, paths: uPlot.paths.stepped({ align: 1 }),
        points: { show: false } }),
      { label: "admitted", fill: GREEN, width: 0, paths: bars, points: { show: false },
        value: (u, v, s, i) => text(i == null ? admitted.reduce((a, b) => a + b, 0) : v) },
      { label: "asked in it", scale: "none", show: true, paths: () => null,
        points: { show: false }, value: (u, v) => text(v) },
    ];
    const opts = options(series, { at: { label: "\u00a0", value: wave }, spans: true });
    opts.scales.none = { range: [0, 1] };
    draw("waves", opts, [at, places, admitted, entries]);
  }

  function sampled(id, lines) {
    const series = lines.map(([, label, stroke]) => line(label, stroke));
    const columns = lines.map(([name]) => data.samples[name]);
    draw(id, options(series), [data.samples.at, ...columns]);
  }

  function key() {
    const place = document.getElementById("marks");
    place.replaceChildren();
    for (const [what, [name, words]] of Object.entries(MARKS)) {
      const count = data.marks.filter((mark) => mark.what === what).length;
      if (count > 0) {
        const mark = document.createElement("span");
        const swatch = document.createElement("i");
        mark.className = "mark";
        swatch.style.background = color(name);
        swatch.style.width = name === "moment" ? "2px" : "";
        mark.append(swatch, ` ${words}${count > 1 ? ` (${count} times)` : ""}`);
        place.append(mark);
      }
    }
  }

  function drawAll() {
    drawn.splice(0).forEach((clear) => clear());
    key();
    verdicts();
    latency("asks", data.seconds.asks, true);
    latency("click", data.seconds.clickToPay, false);
    waves();
    sampled("stock", [["available", "available", BLUE], ["held", "held", AMBER],
      ["sold", "sold", PLUM], ["paid", "paid", GREEN]]);
    sampled("queue", [["queued", "orders", BLUE]]);
    sampled("lag", [["commitP99Ms", "database: a commit's p99 over the last minutes", BLUE],
      ["eventLagMs", "events: the oldest's age", AMBER]]);
  }

  drawAll();
  dark.addEventListener("change", drawAll);
})();
