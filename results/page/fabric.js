// SPDX-License-Identifier: GPL-2.0-only
// The fabric by tier: links in the colour of what one asks for, nodes in that of their deepest queue, and with samples
// a slider over time.
"use strict";

// `later` is what the slider goes over to, if there were samples of it.
const FABRIC_VIEWS = [
  {key: "load", title: "Load of links", later: "sending", of: way => way.load, text: value => numberText(value * 100) + " %", most: 1},
  {key: "peak", title: "Peak queue", later: "queue", of: way => way.peak, text: value => numberText(value / 1e3) + " KB"},
  {key: "marks", title: "ECN marks", of: way => way.marks, text: numberText},
  {key: "lost", title: "Drops and trims", of: way => way.lost, text: numberText},
  {key: "pauses", title: "PFC pauses", later: "stops", of: way => way.pauses, text: numberText},
  {key: "sending", title: "Load over time", of: (way, view) => view.sampled(way.sending), text: value => numberText(value * 100) + " %", most: 1, sampled: true},
  {key: "queue", title: "Queue over time", of: (way, view) => view.sampled(way.queue), text: value => numberText(value / 1e3) + " KB", sampled: true},
  {key: "stops", title: "PFC pauses over time", of: (way, view) => view.sampled(way.stops), text: value => numberText(value * 100) + " % of the interval", most: 1, sampled: true}
];

class FabricView {
  constructor(holder) {
    this.holder = holder;
    this.bar = element("div", {class: "tools"}, holder);
    if (DATA.fabric.length > 1) {
      this.runs = this.select("Run", DATA.fabric.map(each => each.label));
      this.runs.addEventListener("change", () => this.open(this.runs.selectedIndex));
    }
    this.views = this.select("Show", []);
    this.views.addEventListener("change", () => this.paint());
    this.slider();
    this.scale = element("p", {class: "scale"}, holder);
    this.scroll = element("div", {class: "scroll", tabindex: 0, role: "group", "aria-label": "Drawing of the fabric, scrollable"}, holder);
    this.note = element("p", {class: "meta"}, holder);
    this.open(0);
    new ResizeObserver(() => {
      if (Math.abs(this.scroll.clientWidth - this.drawnFor) > 8) this.draw();
    }).observe(holder);
  }

  select(name, options) {
    const label = element("label", {}, this.bar, name + " "), made = element("select", {}, label);
    for (const text of options) element("option", {}, made, text);
    return made;
  }

  slider() {
    this.time = element("span", {class: "tools", style: "flex:1 1 20rem"}, this.bar);
    this.play = button("\u25b6", "Play", this.time, () => this.playing ? this.stop() : this.start());
    this.range = element("input", {type: "range", min: 0, step: 1, value: 0, "aria-label": "Time"}, this.time);
    this.clock = element("output", {class: "count", style: "min-width:8em"}, this.time);
    this.range.addEventListener("input", () => this.moveTo(+this.range.value));
  }

  open(index) {
    this.stop();
    this.run = DATA.fabric[index];
    const has = view => this.run.links.some(link => [link.up, link.down].some(way => way && (view.sampled ? way[view.key] : view.of(way) > 0)));
    this.possible = FABRIC_VIEWS.filter(view => view.key === "load" || has(view));
    this.views.replaceChildren();
    for (const view of this.possible) element("option", {}, this.views, view.title);
    this.range.max = Math.max(0, this.run.times.length - 1);
    this.range.value = 0;
    this.time.hidden = !this.possible.some(view => view.sampled);
    this.time.style.display = this.time.hidden ? "none" : "";
    this.note.textContent = this.run.notes.join(" ");
    this.draw();
  }

  start() {
    this.playing = setInterval(() => {
      const next = +this.range.value + 1;
      if (next > +this.range.max) return this.stop();
      this.range.value = next;
      this.moveTo(next);
    }, 120);
    if (this.range.value === this.range.max) this.range.value = 0;
    this.label("\u23f8", "Pause");
  }
  stop() {
    clearInterval(this.playing);
    this.playing = null;
    this.label("\u25b6", "Play");
  }
  label(sign, text) {
    this.play.textContent = sign;
    this.play.title = text;
    this.play.setAttribute("aria-label", text);
  }
  moveTo() {
    if (!this.view().sampled) {
      const later = this.possible.findIndex(view => view.key === this.view().later);
      this.views.selectedIndex = later >= 0 ? later : this.possible.findIndex(view => view.sampled);
    }
    this.paint();
  }
  view() { return this.possible[Math.max(0, this.views.selectedIndex)]; }

  // Samples are pairs of frame and value; where there is none, the link was idle.
  sampled(samples) {
    if (!samples) return 0;
    const frame = +this.range.value;
    let low = 0, high = samples.length / 2 - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (samples[2 * middle] < frame) low = middle + 1;
      else high = middle;
    }
    return samples[2 * low] === frame ? samples[2 * low + 1] : 0;
  }

  draw() {
    this.drawnFor = this.scroll.clientWidth;
    const wide = Math.max(this.drawnFor - 4, 640), apart = 104, top = 30, tiers = this.run.tiers;
    const high = (tiers.length - 1) * apart + top + 24;
    this.svg = shape("svg", {width: wide, height: high, viewBox: `0 0 ${wide} ${high}`, role: "group", style: `width:${wide}px`,
      "aria-label": "The fabric, " + tiers.map(tier => `${tier.nodes.length} ${tier.name}`).join(", ") + ", from the top down"});
    this.scroll.replaceChildren(this.svg);
    const wires = this.group = shape("g", {}, this.svg);
    this.places = [];
    tiers.forEach((tier, level) => {
      const y = top + level * apart, room = (wide - 70) / tier.nodes.length;
      shape("text", {class: "label", x: 4, y: y + 4}, this.svg, tier.name);
      tier.nodes.forEach((node, at) => this.places[node] = {x: 64 + room * (at + 0.5), y, room});
    });
    this.drawWires(wires);
    this.nodes = this.run.nodes.map((node, at) => this.drawNode(node, at));
    this.paint();
  }

  drawWires(wires) {
    this.wires = [];
    this.run.links.forEach((link, at) => {
      const low = this.places[link.a], high = this.places[link.b];
      for (const [key, shift] of [["up", -1.3], ["down", 1.3]]) {
        if (!link[key]) continue;
        const flat = low.y === high.y ? `Q${(low.x + high.x) / 2} ${low.y - 40} ${high.x} ${high.y}` : `L${(high.x + shift).toFixed(1)} ${high.y + 10}`;
        const wire = shape("path", {class: "wire", d: `M${(low.x + shift).toFixed(1)} ${low.y === high.y ? low.y : low.y - 10}${flat}`}, wires);
        wire.addEventListener("pointermove", event => this.tellWay(link, link[key], key, event.clientX, event.clientY));
        wire.addEventListener("pointerleave", () => Tip.hide());
        this.wires.push({wire, way: link[key], link: at});
      }
    });
  }

  drawNode(node, at) {
    const {x, y, room} = this.places[at], wide = Math.min(room * 0.84, 92), label = this.shortName(node.name, wide);
    const box = shape("rect", {class: "node", x: x - wide / 2, y: y - 11, width: wide, height: 22, rx: Math.min(4, wide / 4), tabindex: at === 0 ? 0 : -1,
                               role: "img", "aria-label": node.name}, this.svg);
    let text = null;
    if (label) text = shape("text", {x, y: y + 4, "text-anchor": "middle", "pointer-events": "none"}, this.svg, label);
    const tell = (left, high, spoken) => this.tellNode(node, at, left, high, spoken);
    box.addEventListener("pointermove", event => tell(event.clientX, event.clientY, false));
    box.addEventListener("pointerleave", () => this.leave());
    box.addEventListener("focus", () => {
      const frame = box.getBoundingClientRect();
      tell(frame.right, frame.top, true);
    });
    box.addEventListener("blur", () => this.leave());
    box.addEventListener("keydown", event => this.key(event, at));
    return {box, text};
  }

  shortName(name, wide) {
    const short = name.replace(/^(tor|agg|core|leaf|spine|switch) /, "");
    return short.length * 6.2 <= wide ? short : "";
  }

  // Arrows go along a tier and to the next one.
  key(event, at) {
    const tiers = this.run.tiers, level = tiers.findIndex(tier => tier.nodes.includes(at)), place = tiers[level].nodes.indexOf(at);
    const along = {ArrowRight: 1, ArrowLeft: -1}[event.key], across = {ArrowUp: -1, ArrowDown: 1}[event.key];
    let next;
    if (along) next = tiers[level].nodes[place + along];
    if (across && tiers[level + across])
      next = tiers[level + across].nodes[Math.floor(place * tiers[level + across].nodes.length / tiers[level].nodes.length)];
    if (along || across) event.preventDefault();
    if (next !== undefined) this.nodes[next].box.focus();
  }

  paint() {
    const view = this.view();
    const values = this.wires.map(each => view.of(each.way, this));
    const most = view.most || (view.sampled ? this.most(view.key) : Math.max(...values, 0)) || 1;
    const ofNode = this.run.nodes.map(() => 0);
    this.wires.forEach(({wire, way, link}, at) => {
      const step = loadStep(values[at] / most);
      wire.style.stroke = `var(--h${step})`;
      wire.style.strokeWidth = 1 + step * 0.35;
      const from = way === this.run.links[link].up ? this.run.links[link].a : this.run.links[link].b;
      ofNode[from] = Math.max(ofNode[from], values[at] / most);
    });
    if (!view.sampled)  // the busiest in front
      this.group.append(...this.wires.map((each, at) => [values[at], each.wire]).sort((a, b) => a[0] - b[0]).map(each => each[1]));
    ofNode.forEach((share, at) => {
      const step = loadStep(share);
      this.nodes[at].box.style.fill = `var(--h${step})`;
      if (this.nodes[at].text) this.nodes[at].text.style.fill = step >= 4 ? "var(--bg)" : "var(--ink)";
    });
    this.scale.replaceChildren();
    this.scale.append(heatScaleParts(view.title, view.text(0), view.text(most)));
    if (this.run.times.length) {
      this.clock.textContent = numberText(this.run.times[+this.range.value]) + " us";
      this.range.setAttribute("aria-valuetext", this.clock.textContent);
    }
  }

  most(key) {
    let most = 0;
    for (const link of this.run.links)
      for (const way of [link.up, link.down])
        if (way && way[key]) for (let at = 1; at < way[key].length; at += 2) most = Math.max(most, way[key][at]);
    return most;
  }

  tellWay(link, way, key, x, y) {
    const names = [link.a, link.b].map(each => this.run.nodes[each].name), view = this.view();
    if (key === "down") names.reverse();
    const lines = [["", names.join(" \u2192 ") + (way.ports > 1 ? ` (${way.ports} ports)` : "")],
      ["", `load ${numberText(way.load * 100)} %` + (way.ports > 1 ? `, busiest ${numberText(way.busiest * 100)} %` : "")],
      ["", `peak queue ${numberText(way.peak / 1e3)} KB`]];
    for (const [member, word] of [["marks", "ECN marks"], ["lost", "drops and trims"], ["pauses", "PFC pauses"]])
      if (way[member]) lines.push(["", `${numberText(way[member])} ${word}`]);
    if (view.sampled) lines.push(["", `at ${this.clock.textContent}: ${view.text(view.of(way, this))}`]);
    Tip.show(x, y, lines, false);
  }

  tellNode(node, at, x, y, spoken) {
    const view = this.view(), ways = this.wires.filter(each => this.ends(each.link).includes(at));
    for (const each of this.wires) each.wire.classList.toggle("faded", !this.ends(each.link).includes(at));
    const out = ways.filter(({way, link}) => (way === this.run.links[link].up ? this.run.links[link].a : this.run.links[link].b) === at);
    const top = out.map(each => [view.of(each.way, this), each]).sort((a, b) => b[0] - a[0]).slice(0, 3);
    const lines = [["", node.name + (node.count > 1 ? ` (${node.count} ${node.count > 1 ? "nodes" : "node"})` : "")]];
    for (const [value, {link}] of top) {
      const other = this.ends(link).find(each => each !== at);
      lines.push(["", `to ${this.run.nodes[other].name}: ${view.title.toLowerCase()} ${view.text(value)}`]);
    }
    Tip.show(x, y, lines, spoken);
  }
  ends(link) { return [this.run.links[link].a, this.run.links[link].b]; }
  leave() {
    for (const each of this.wires) each.wire.classList.remove("faded");
    Tip.hide();
  }
}

const fabricHolder = document.getElementById("fabric-view");
const fabricView = fabricHolder ? new FabricView(fabricHolder) : null;
