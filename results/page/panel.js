// SPDX-License-Identifier: GPL-2.0-only
// One pair of axes of a figure: draws its series, says the values at the pointer or the keyboard's cursor, and zooms.
"use strict";

const DASHES = ["", "8 4", "2 3", "9 3 2 3", "13 4", "5 3", "2 2 7 2", "1 2"];
const LOAD_STEPS = 8;

// Shares up to 1 as one of the steps of --h*; only nothing at all has the first.
function loadStep(share) {
  return share > 0 ? 1 + Math.min(LOAD_STEPS - 2, Math.floor(share * (LOAD_STEPS - 1))) : 0;
}

class Panel {
  constructor(figure, panel, holder) {
    Object.assign(this, {figure, panel, zoomed: null, cursorAt: -1});
    if (panel.title) element("p", {class: "panel-title"}, holder, panel.title);
    this.svg = shape("svg", {class: "chart", tabindex: 0, role: "img",
      "aria-label": [figure.data.title, panel.title, figure.data.notes.join(" ")].filter(Boolean).join(": ") +
        " Arrow keys read values, plus and minus zoom, 0 shows all."}, holder);
    this.heat = panel.heat.length > 0;
    this.logX = panel.x.log || panel.x.sizes;
    this.logY = panel.y.log;
    this.listen();
  }

  shown() { return this.panel.series.filter(each => !this.figure.hidden.has(each.label)); }

  colour(series) { return `var(--c${this.figure.colourOf(series.label) % 8})`; }
  dash(series) {
    const at = this.figure.colourOf(series.label);
    return DASHES[(at + Math.floor(at / 8)) % 8];
  }

  height() {
    if (this.heat) return this.panel.heat.length * this.rowHeight() + 44;
    if (this.panel.y.names.length) return this.panel.y.names.length * 20 + 46;
    if (this.figure.data.own_legend) return 190;
    return Math.round(Math.max(210, Math.min(330, this.width * 0.55)));
  }
  rowHeight() { return Math.max(7, Math.min(18, 300 / this.panel.heat.length)); }

  layout() {
    const names = this.heat ? this.panel.heat.map(row => row.name) : this.panel.y.names;
    const longest = names.length ? Math.max(...names.map(each => each.length)) : 0;
    this.nameRoom = Math.min(longest * 6.1 + 8, this.width * 0.38);
    this.box = {left: names.length ? this.nameRoom : 56, right: this.width - 10, top: 8, bottom: this.height() - 36};
  }

  scales() {
    const xs = [], ys = [];
    for (const series of this.shown())
      for (const [x, y, low, high] of series.points) {
        xs.push(x);
        if (series.stroke === "spans") xs.push(low, high);
        else if (low !== undefined) ys.push(low, high);
        ys.push(y);
      }
    this.x = this.heat ? new Scale({names: [], sizes: false}, 0, this.columns(), false) : scaleOf(this.panel.x, xs, this.logX);
    this.y = this.heat ? new Scale({names: []}, this.panel.heat.length, 0, false) : scaleOf(this.panel.y, ys, this.logY);
    if (this.panel.y.names.length) [this.y.low, this.y.high] = [this.y.high, this.y.low];
    if (!this.zoomed) return;
    [this.x.low, this.x.high] = this.zoomed.x;
    if (this.zoomed.y) [this.y.low, this.y.high] = this.zoomed.y;
  }
  // The numbers of the y axis stand between its label and the axis, however long they are.
  makeRoomForNumbers() {
    if (this.heat || this.panel.y.names.length) return;
    const longest = Math.max(...this.y.ticks(this.linesOfY()).map(tick => this.y.text(tick).length), 1);
    this.box.left = Math.max(56, longest * 6.6 + 26);
  }
  linesOfY() { return this.panel.y.names.length || Math.max(3, (this.box.bottom - this.box.top) / 42); }
  columns() { return Math.max(...this.panel.heat.map(row => row.cells.length)); }

  px(x) { return this.box.left + this.x.place(x) * (this.box.right - this.box.left); }
  py(y) { return this.box.bottom - this.y.place(y) * (this.box.bottom - this.box.top); }

  draw(width) {
    this.width = Math.max(width, 220);
    this.layout();
    this.scales();
    this.makeRoomForNumbers();
    const height = this.height();
    this.svg.replaceChildren();
    for (const [key, value] of [["width", this.width], ["height", height], ["viewBox", `0 0 ${this.width} ${height}`]])
      this.svg.setAttribute(key, value);
    const id = "clip" + (Panel.count = (Panel.count || 0) + 1);
    const clip = shape("clipPath", {id}, shape("defs", {}, this.svg));
    shape("rect", {x: this.box.left, y: this.box.top - 3, width: this.box.right - this.box.left + 3,
                   height: this.box.bottom - this.box.top + 6}, clip);
    if (!this.heat) this.drawTicks();
    this.drawLabels();
    this.plot = shape("g", {"clip-path": `url(#${id})`}, this.svg);
    if (this.heat) this.drawHeat();
    const order = {band: 0, aside: 1};
    const bars = this.shown().filter(each => each.stroke === "bars");
    for (const series of [...this.shown()].sort((a, b) => (order[a.stroke] ?? 2) - (order[b.stroke] ?? 2)))
      this.drawSeries(series, bars);
    this.overlay = shape("g", {"pointer-events": "none"}, this.svg);
  }

  drawTicks() {
    const {left, right, top, bottom} = this.box;
    for (const tick of this.y.ticks(this.linesOfY())) {
      const y = this.py(tick);
      shape("line", {class: "grid", x1: left, x2: right, y1: y, y2: y}, this.svg);
      const text = this.y.text(tick), most = Math.floor(this.nameRoom / 6.1);
      shape("text", {x: left - 6, y: y + 4, "text-anchor": "end"}, this.svg,
            this.panel.y.names.length && text.length > most ? text.slice(0, most - 1) + "\u2026" : text);
    }
    const names = this.panel.x.names, longest = names.length ? Math.max(...names.map(each => each.length)) * 6.4 + 10 : 58;
    const room = Math.max(2, (right - left) / Math.min(longest, 110));
    for (const tick of this.x.ticks(room)) {
      const x = this.px(tick);
      if (!names.length) shape("line", {class: "grid", x1: x, x2: x, y1: top, y2: bottom}, this.svg);
      const text = this.x.text(tick);
      shape("text", {x, y: bottom + 15, "text-anchor": "middle"}, this.svg,
            text.length > 17 ? text.slice(0, 16) + "\u2026" : text);
    }
    shape("path", {class: "axis", fill: "none", d: `M${left} ${top}V${bottom}H${right}`}, this.svg);
  }

  drawLabels() {
    const {left, right, top, bottom} = this.box;
    shape("text", {class: "label", x: (left + right) / 2, y: bottom + 31, "text-anchor": "middle"}, this.svg, this.panel.x.label);
    if (!this.heat && this.panel.y.label)
      shape("text", {class: "label", transform: `translate(11 ${(top + bottom) / 2}) rotate(-90)`, "text-anchor": "middle"},
            this.svg, this.panel.y.label);
  }

  drawHeat() {
    const {left, right} = this.box, high = this.rowHeight();
    this.panel.heat.forEach((row, at) => {
      const y = this.box.top + at * high;
      if (row.name) shape("text", {x: left - 5, y: y + high / 2 + 4, "text-anchor": "end"}, this.svg, row.name);
      row.cells.forEach((cell, column) => {
        if (cell === null) return;
        const x = this.px(column);
        shape("rect", {x, y, width: Math.max(this.px(column + 1) - x - 0.5, 0.5), height: Math.max(high - 1, 1),
                       style: `fill:var(--h${loadStep(cell)})`}, this.plot);
      });
    });
    shape("path", {class: "axis", fill: "none", d: `M${left} ${this.box.bottom}H${right}`}, this.svg);
  }

  drawSeries(series, bars) {
    const points = series.points.filter(([x, y]) => (!this.logX || x > 0) && (!this.logY || y > 0));
    const draw = {line: "drawLine", steps: "drawLine", dots: "drawDots", band: "drawBand", bars: "drawBars",
                  spans: "drawSpans", aside: "drawAside"}[series.stroke];
    this[draw](series, points, bars);
  }

  path(points, steps) {
    return points.map(([x, y], at) => {
      const place = this.px(x).toFixed(1), level = this.py(y).toFixed(1);
      return at === 0 ? `M${place} ${level}` : steps ? `H${place}V${level}` : `L${place} ${level}`;
    }).join("");
  }
  drawLine(series, points) {
    shape("path", {class: "line", d: this.path(points, series.stroke === "steps"), "stroke-dasharray": this.dash(series),
                   style: "stroke:" + this.colour(series)}, this.plot);
  }
  drawAside(series, points) {
    shape("path", {class: "line", d: this.path(points, false), "stroke-dasharray": this.figure.asideDash(series.label), style: "stroke:var(--c7)"}, this.plot);
  }
  drawBand(series, points) {
    const upper = points.map(([x, , , high]) => [x, high]), lower = points.map(([x, , low]) => [x, low]);
    let back = "";
    for (let at = lower.length - 1; at >= 0; --at)
      back += `L${this.px(upper[at][0]).toFixed(1)} ${this.py(lower[at][1]).toFixed(1)}` +
        (at > 0 ? `L${this.px(upper[at][0]).toFixed(1)} ${this.py(lower[at - 1][1]).toFixed(1)}` : "");
    shape("path", {d: this.path(upper, true) + back + "Z", style: `fill:${this.colour(series)};opacity:.2`}, this.plot);
  }
  whisker(x, point) {
    if (point.length < 4 || point[2] === point[3]) return;
    const low = this.py(point[2]), high = this.py(point[3]);
    shape("path", {class: "whisker", d: `M${x - 3} ${low}h6M${x - 3} ${high}h6M${x} ${low}V${high}`}, this.plot);
  }
  drawDots(series, points) {
    this.drawLine(series, points);
    for (const point of points) {
      const x = this.px(point[0]), y = this.py(point[1]);
      this.whisker(x, point);
      this.mark(this.figure.colourOf(series.label), x, y, this.colour(series));
    }
  }
  mark(kind, x, y, colour) {
    const paths = [`M${x - 4} ${y}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0Z`, `M${x - 3.5} ${y - 3.5}h7v7h-7Z`, `M${x} ${y - 5}l4.5 8h-9Z`,
                   `M${x} ${y - 5}l5 5l-5 5l-5 -5Z`, `M${x} ${y + 5}l4.5 -8h-9Z`];
    shape("path", {d: paths[kind % paths.length], style: `fill:${colour};stroke:var(--card)`}, this.plot);
  }
  barPlace(bars, label) {
    const wide = Math.min((this.px(1) - this.px(0)) * 0.8 / bars.length, 72);
    return [wide, (bars.findIndex(each => each.label === label) - bars.length / 2) * wide];
  }
  drawBars(series, points, bars) {
    const [wide, shift] = this.barPlace(bars, series.label);
    for (const point of points) {
      const x = this.px(point[0]) + shift, y = this.py(point[1]), foot = this.logY ? this.box.bottom : this.py(0);
      shape("rect", {x, y: Math.min(y, foot), width: Math.max(wide - 2, 1), height: Math.max(Math.abs(foot - y), 1),
                     style: `fill:${this.colour(series)}`}, this.plot);
      this.whisker(x + wide / 2 - 1, point);
    }
  }
  drawSpans(series, points) {
    const wide = Math.abs(this.py(1) - this.py(0)) * 0.6;
    for (const [, y, from, to] of points)
      shape("rect", {x: this.px(from), y: this.py(y) - wide / 2, width: Math.max(this.px(to) - this.px(from), 1),
                     height: wide, style: "fill:var(--c1)"}, this.plot);
  }

  // What each series has at x: of steps the last point before, else the nearest.
  pointAt(series, x) {
    const points = series.points;
    let low = 0, high = points.length - 1;
    if (high < 0) return null;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (points[middle][0] <= x) low = middle;
      else high = middle - 1;
    }
    if (series.stroke === "steps" && points[low][0] > x) return null;
    const next = points[low + 1];
    if (series.stroke !== "steps" && next && Math.abs(this.px(next[0]) - this.px(x)) < Math.abs(this.px(points[low][0]) - this.px(x)))
      return next;
    return points[low];
  }

  valueText(point, series) {
    const value = this.y.text(point[1]);
    if (point.length < 4 || series.stroke === "spans") return value;
    return point[2] === point[3] ? value : `${value} (${this.y.text(point[2])} to ${this.y.text(point[3])})`;
  }

  lines(x, y) {
    if (this.heat) return this.heatLines(x, y);
    if (this.panel.y.names.length) return this.spanLines(x, y);
    const named = this.panel.x.names.length > 0;
    const all = this.shown().filter(each => each.stroke !== "band").map(series => [series, this.pointAt(series, named ? Math.round(x) : x)])
      .filter(([, point]) => point && (!named || point[0] === Math.round(x)));
    if (!all.length) return [];
    const head = this.panel.x.label.replace(/ \(.*/, ""), unit = (this.panel.x.label.match(/\((.*?)[;)]/) || ["", ""])[1];
    return [["", named ? this.x.text(x) : `${head} ${this.x.text(this.panel.x.sizes ? all[0][1][0] : x)} ${unit === "bytes" ? "B" : unit}`]]
      .concat(all.map(([series, point]) => [this.swatch(series), `${series.label}: ${this.valueText(point, series)}`]));
  }
  swatch(series) { return series.stroke === "aside" ? "var(--c7)" : this.colour(series); }
  heatLines(x, y) {
    const row = this.panel.heat[Math.floor(y)], column = Math.floor(x), cell = row && row.cells[column];
    if (cell === undefined || cell === null) return [];
    const merged = this.panel.merged > 1 ? `${column * this.panel.merged} to ${column * this.panel.merged + this.panel.merged - 1}, the busiest` : column;
    return [["", `${row.name} ${this.panel.x.label} ${merged}`], [`var(--h${loadStep(cell)})`, `${this.figure.data.heat_label} ${numberText(cell * 100)} %`]];
  }
  spanLines(x, y) {
    const row = Math.round(y), lines = [["", this.panel.y.names[row] || ""]];
    for (const series of this.shown())
      for (const [, at, from, to] of series.points)
        if (at === row && x >= from - (this.x.high - this.x.low) / 200 && x <= to + (this.x.high - this.x.low) / 200)
          lines.push(["var(--c1)", `paused ${numberText(to - from)} us from ${numberText(from)} us`]);
    return lines.length > 1 ? lines.slice(0, 4) : [];
  }

  point(event) {
    const frame = this.svg.getBoundingClientRect(), scale = this.width / frame.width;
    return [(event.clientX - frame.left) * scale, (event.clientY - frame.top) * scale];
  }
  inside([x, y]) { return x >= this.box.left && x <= this.box.right && y >= this.box.top - 4 && y <= this.box.bottom + 4; }
  values([x, y]) {
    return [this.x.value((x - this.box.left) / (this.box.right - this.box.left)),
            this.y.value((this.box.bottom - y) / (this.box.bottom - this.box.top))];
  }

  listen() {
    this.svg.addEventListener("pointermove", event => this.moved(event));
    this.svg.addEventListener("pointerleave", () => this.unmark());
    this.svg.addEventListener("blur", () => this.unmark());
    this.svg.addEventListener("pointerdown", event => {
      if (event.button === 0 && event.pointerType !== "touch" && this.inside(this.point(event)) && !this.heat)
        this.from = this.point(event);
    });
    this.svg.addEventListener("pointerup", event => this.released(event));
    this.svg.addEventListener("dblclick", () => this.reset());
    this.svg.addEventListener("keydown", event => this.key(event));
  }

  unmark() {
    if (this.overlay) this.overlay.replaceChildren();
    Tip.hide();
  }

  moved(event) {
    const at = this.point(event);
    this.overlay.replaceChildren();
    if (this.from) {
      shape("rect", {class: "select", x: Math.min(at[0], this.from[0]), width: Math.abs(at[0] - this.from[0]), y: this.box.top,
                     height: this.box.bottom - this.box.top}, this.overlay);
      return Tip.hide();
    }
    if (!this.inside(at)) return Tip.hide();
    const lines = this.lines(...this.values(at));
    if (!lines.length) return Tip.hide();
    this.mark_cursor(at[0]);
    Tip.show(event.clientX, event.clientY, lines, false);
  }

  mark_cursor(x) {
    if (!this.heat) shape("line", {class: "cursor", x1: x, x2: x, y1: this.box.top, y2: this.box.bottom}, this.overlay);
  }

  released(event) {
    const from = this.from, at = this.point(event);
    this.from = null;
    if (!from || Math.abs(at[0] - from[0]) < 6) return;
    const [low, high] = [from, at].map(each => this.values([Math.min(Math.max(each[0], this.box.left), this.box.right), each[1]])[0])
      .sort((a, b) => a - b);
    this.setZoom([low, high]);
  }

  // Figures over time share the part of it that they show.
  setZoom(x) {
    const all = this.figure.data.own_legend ? this.figure.panels : [this];
    for (const panel of all) {
      panel.zoomed = x ? {x} : null;
      panel.draw(panel.width);
    }
    Tip.hide();
  }
  reset() { this.setZoom(null); }
  zoom(factor) {
    const middle = this.cursorAt >= 0 ? this.cursorAt : 0.5;
    this.setZoom([this.x.value(middle - middle / factor), this.x.value(middle + (1 - middle) / factor)]);
  }

  key(event) {
    const step = event.shiftKey ? 0.1 : 0.02;
    const acts = {ArrowRight: () => this.walk(step), ArrowLeft: () => this.walk(-step), Home: () => this.walk(-2), End: () => this.walk(2),
                  "+": () => this.zoom(2), "=": () => this.zoom(2), "-": () => this.zoom(0.5), 0: () => this.reset(), Escape: () => this.unmark()};
    if (!acts[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    acts[event.key]();
  }

  walk(by) {
    const names = this.panel.x.names.length;
    const step = names ? Math.sign(by) / names : by;
    this.cursorAt = Math.min(1, Math.max(0, this.cursorAt < 0 ? (names ? 0.5 / names : 0) : this.cursorAt + step));
    const x = this.box.left + this.cursorAt * (this.box.right - this.box.left), y = (this.box.top + this.box.bottom) / 2;
    this.overlay.replaceChildren();
    this.mark_cursor(x);
    const frame = this.svg.getBoundingClientRect(), scale = frame.width / this.width;
    const lines = this.lines(...this.values([Math.min(x, this.box.right - 0.5), this.heat ? this.box.top + 2 : y]));
    if (lines.length) Tip.show(frame.left + x * scale, frame.top + this.box.top, lines, true);
  }
}
