// SPDX-License-Identifier: GPL-2.0-only
// Figures: panels with a legend that hides and shows series, buttons to zoom, and the figure or its values as a file.
"use strict";

// Runs have the same colour in every figure.
const runColours = new Map(DATA.runs.map((label, at) => [label, at]));

class Figure {
  constructor(data, holder) {
    this.data = data;
    this.hidden = new Set();
    this.colours = new Map();
    const wide = data.panels.length > 1 || data.panels[0].heat.length > 0;
    this.node = element("figure", {class: wide ? "card wide" : "card", id: "figure-" + data.name}, holder);
    this.tools();
    const panels = element("div", {class: data.beside ? "panels beside" : "panels"}, this.node);
    this.panels = data.panels.map(each => {
      const place = element("div", {}, panels), made = new Panel(this, each, place);
      made.place = place;
      if (data.own_legend) this.legend(each.series, place);
      return made;
    });
    if (!data.own_legend) this.legend(data.panels.flatMap(each => each.series), this.node);
    if (data.heat_label) element("p", {class: "scale"}, this.node).append(heatScaleParts(data.heat_label, "0", "100 %"));
    element("figcaption", {}, this.node, data.notes.join(" "));
    new ResizeObserver(() => this.draw()).observe(panels);
    this.draw();
  }

  tools() {
    const bar = element("div", {class: "tools"}, this.node);
    element("h3", {}, bar, this.data.title);
    const buttons = element("span", {}, bar), all = act => () => this.panels.forEach(act);
    const numbers = !this.data.heat_label && !this.data.panels[0].x.names.length;
    if (numbers) {
      button("+", "Zoom in", buttons, all(panel => panel.zoom(2)));
      button("\u2212", "Zoom out", buttons, all(panel => panel.zoom(0.5)));
      button("All", "Show all", buttons, all(panel => panel.reset()));
      this.logButton("log x", "logX", buttons);
    }
    if (!this.data.heat_label && !this.data.panels[0].y.names.length) this.logButton("log y", "logY", buttons);
    button("SVG", "Save the figure as SVG", buttons, () => this.save());
    button("CSV", "Save the values as CSV", buttons, () => download(this.data.name + ".csv", "text/csv", this.csv()));
  }

  logButton(text, member, buttons) {
    const made = button(text, "Logarithmic axis: " + text.slice(4), buttons, () => {
      const on = made.getAttribute("aria-pressed") !== "true";
      made.setAttribute("aria-pressed", on);
      for (const panel of this.panels) {
        panel[member] = on;
        panel.zoomed = null;
        panel.draw(panel.width);
      }
    });
    const axis = this.data.panels[0][member === "logX" ? "x" : "y"];
    made.setAttribute("aria-pressed", axis.log || (member === "logX" && axis.sizes));
  }

  colourOf(label) {
    if (runColours.has(label)) return runColours.get(label);
    if (!this.colours.has(label)) this.colours.set(label, this.colours.size);
    return this.colours.get(label);
  }

  // What stands aside is grey: dashes alone tell it apart.
  asideDash(label) {
    const all = this.data.panels.flatMap(panel => panel.series).filter(each => each.stroke === "aside").map(each => each.label);
    return ["7 5", "2 3", "12 4 2 4", "5 2 2 2"][[...new Set(all)].indexOf(label) % 4];
  }
  legend(series, holder) {
    const box = element("div", {class: "legend"}, holder), seen = new Set();
    for (const each of series) {
      if (seen.has(each.label) || each.stroke === "spans") continue;
      seen.add(each.label);
      const made = element("button", {type: "button", "aria-pressed": true, title: "Hide or show " + each.label}, box);
      const swatch = shape("svg", {width: 26, height: 12, "aria-hidden": true}, made), aside = each.stroke === "aside";
      const colour = aside ? "var(--c7)" : `var(--c${this.colourOf(each.label) % 8})`;
      if (each.stroke === "bars") shape("rect", {x: 4, width: 18, height: 12, style: "fill:" + colour}, swatch);
      else shape("path", {class: "line", d: "M0 6H26", "stroke-dasharray": aside ? this.asideDash(each.label) : DASHES[this.colourOf(each.label) % 8], style: "stroke:" + colour}, swatch);
      made.append(each.label);
      made.addEventListener("click", () => {
        const show = this.hidden.delete(each.label);
        if (!show) this.hidden.add(each.label);
        made.setAttribute("aria-pressed", show);
        this.draw();
      });
    }
    if (seen.size === 0) box.remove();
  }

  draw() {
    for (const panel of this.panels) {
      const width = panel.place.clientWidth;
      if (width > 0) panel.draw(width);
    }
  }

  // Colours are variables of this page: a file of its own needs the colours themselves.
  save() {
    const style = getComputedStyle(document.documentElement);
    this.panels.forEach((panel, at) => {
      const copy = panel.svg.cloneNode(true);
      const theirs = [panel.svg, ...panel.svg.querySelectorAll("*")], ours = [copy, ...copy.querySelectorAll("*")];
      theirs.forEach((node, k) => {
        const of = getComputedStyle(node);
        for (const key of ["fill", "stroke", "stroke-width", "font-size", "font-family", "opacity"])
          ours[k].style.setProperty(key, of.getPropertyValue(key));
      });
      copy.style.background = style.getPropertyValue("--card");
      const name = this.data.name + (this.panels.length > 1 ? "-" + (at + 1) : "") + ".svg";
      download(name, "image/svg+xml", new XMLSerializer().serializeToString(copy));
    });
  }

  csv() {
    const quote = text => /[",\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
    const rows = [];
    for (const {panel} of this.panels) {
      for (const row of panel.heat) rows.push([panel.title, row.name, ...row.cells].map(each => quote(String(each ?? ""))).join(","));
      for (const series of panel.series)
        for (const [x, y, low, high] of series.points)
          rows.push([panel.title, series.label, panel.x.names[x] ?? x, panel.y.names[y] ?? y, low ?? "", high ?? ""].map(each => quote(String(each))).join(","));
    }
    return (this.data.heat_label ? "panel,row,cells\n" : "panel,series,x,y,low,high\n") + rows.join("\n") + "\n";
  }
}

// The steps of a quantity, with what they begin and end at.
function heatScaleParts(label, low, high) {
  const parts = document.createDocumentFragment();
  parts.append(label + ": " + low);
  for (let step = 0; step < LOAD_STEPS; ++step) element("i", {style: `background:var(--h${step})`}, parts);
  parts.append(high);
  return parts;
}

const figureHolder = document.getElementById("figure-list");
const figures = figureHolder ? DATA.figures.map(each => new Figure(each, figureHolder)) : [];
