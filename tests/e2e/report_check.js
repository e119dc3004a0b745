// SPDX-License-Identifier: GPL-2.0-only
// Uses a report as a reader would, in the page itself, and leaves what went wrong in an element of its own. The test
// adds it to a copy of the page.
"use strict";

const faults = [];
const check = (holds, text) => { if (!holds) faults.push(text); };
const all = selector => [...document.querySelectorAll(selector)];

function pointer(node, type, x, y) {
  node.dispatchEvent(new PointerEvent(type, {bubbles: true, clientX: x, clientY: y, button: 0, pointerType: "mouse"}));
}
function key(node, name) { node.dispatchEvent(new KeyboardEvent("keydown", {key: name, bubbles: true, cancelable: true})); }

function luminance(text) {
  const [r, g, b] = text.match(/[\d.]+/g).map(Number).map(each => each / 255).map(each => each <= 0.03928 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a, b) {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}
function background(node) {
  for (let at = node; at; at = at.parentElement) {
    const colour = getComputedStyle(at).backgroundColor;
    if (!/, 0\)$|transparent/.test(colour)) return colour;
  }
  return "rgb(255, 255, 255)";
}
function variable(name) {
  const probe = document.body.appendChild(document.createElement("span"));
  probe.style.color = `var(${name})`;
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

function colours() {
  const theme = document.documentElement.dataset.theme;
  for (const node of all("h1, h2, h3, p, li, a, button, th, td, figcaption, summary, label, .count, pre")) {
    if (!node.textContent.trim() || !node.offsetWidth || node.getAttribute("aria-pressed") === "false") continue;
    const value = contrast(getComputedStyle(node).color, background(node));
    check(value >= 4.5, `${theme}: contrast ${value.toFixed(2)} of ${node.tagName} "${node.textContent.slice(0, 30)}"`);
  }
  for (const text of all("svg.chart text")) {
    const value = contrast(getComputedStyle(text).fill, background(text.closest("figure")));
    check(value >= 4.5, `${theme}: contrast ${value.toFixed(2)} of a figure's text`);
  }
  for (let at = 0; at < 8; ++at) {
    const value = contrast(variable("--c" + at), variable("--card"));
    check(value >= 3, `${theme}: contrast ${value.toFixed(2)} of line colour ${at}`);
  }
}

function tables() {
  const table = document.querySelector(".table"), rows = () => [...table.querySelectorAll("tbody tr")];
  const heads = [...table.querySelectorAll("thead th")], last = heads.findIndex(each => each.textContent.includes("FCT"));
  const values = () => rows().map(row => parseFloat(row.cells[last].textContent.replace(/,/g, ""))).filter(each => !isNaN(each));
  heads[last].querySelector("button").click();
  check(heads[last].getAttribute("aria-sort") === "ascending", "a click on a heading does not sort");
  check(values().every((each, at, of) => at === 0 || of[at - 1] <= each), "rows do not ascend: " + values());
  heads[last].querySelector("button").click();
  check(values().every((each, at, of) => at === 0 || of[at - 1] >= each), "rows do not descend: " + values());
  const filter = table.querySelector("input"), shown = () => rows().filter(row => !row.hidden).length, before = shown();
  const type = text => { filter.value = text; filter.dispatchEvent(new Event("input")); };
  type("hpcc");
  check(shown() > 0 && shown() < before, "a word does not filter");
  type("fct < 0");
  check(shown() === 0, "a condition does not filter");
  check(table.querySelector(".count").textContent.startsWith("0 of"), "the count does not follow the filter");
  type("");
  check(shown() === before, "an empty filter hides rows");
}

// The label of the y axis is turned; no number may reach into it.
function numbersHaveRoom() {
  for (const svg of all("svg.chart")) {
    const texts = [...svg.querySelectorAll("text")], label = texts.find(each => (each.getAttribute("transform") || "").includes("rotate(-90)"));
    if (!label) continue;
    const edge = label.getBoundingClientRect().right;
    for (const text of texts.filter(each => each.getAttribute("text-anchor") === "end"))
      check(text.getBoundingClientRect().left >= edge - 1, `"${text.textContent}" lies on "${label.textContent}"`);
  }
}

function figuresWork() {
  check(all("figure").length >= 3, "there are few figures");
  const figure = document.getElementById("figure-fct_cdf"), svg = figure.querySelector("svg.chart");
  const box = svg.getBoundingClientRect(), tip = document.getElementById("tip");
  check(svg.querySelectorAll("path.line").length > 0, "the CDF has no line");
  pointer(svg, "pointermove", box.left + box.width * 0.8, box.top + box.height / 2);
  check(tip.style.display === "block" && /\d/.test(tip.textContent), "there is no value under the pointer");
  check(tip.getBoundingClientRect().right <= document.documentElement.clientWidth + 1, "the tip is cut off");
  pointer(svg, "pointerleave", 0, 0);
  check(tip.style.display === "none", "the tip stays");
  svg.focus();
  for (let at = 0; at < 30; ++at) key(svg, "ArrowRight");
  check(/\d/.test(document.getElementById("say").textContent), "arrow keys tell no values");
  const ticks = () => [...svg.querySelectorAll("text")].map(each => each.textContent).join();
  const before = ticks();
  key(svg, "+");
  check(ticks() !== before, "plus does not zoom");
  key(svg, "0");
  check(ticks() === before, "0 does not show all again");
  pointer(svg, "pointerdown", box.left + box.width * 0.4, box.top + 50);
  pointer(svg, "pointermove", box.left + box.width * 0.7, box.top + 60);
  pointer(svg, "pointerup", box.left + box.width * 0.7, box.top + 60);
  check(ticks() !== before, "dragging does not zoom");
  svg.dispatchEvent(new MouseEvent("dblclick", {bubbles: true}));
  check(ticks() === before, "a double click does not show all again");
  const legend = figure.querySelector(".legend button"), lines = svg.querySelectorAll("path.line").length;
  legend.click();
  check(svg.querySelectorAll("path.line").length < lines, "the legend hides nothing");
  legend.click();
  check(svg.querySelectorAll("path.line").length === lines, "the legend shows nothing again");
}

function fabricWorks() {
  const view = document.getElementById("fabric-view");
  if (!view) return;
  const nodes = [...view.querySelectorAll("rect.node")], range = view.querySelector("input[type=range]");
  check(nodes.length > 2 && view.querySelectorAll("path.wire").length > 2, "the fabric is empty");
  nodes[0].focus();
  nodes[0].dispatchEvent(new FocusEvent("focus"));
  check(document.getElementById("tip").textContent.includes(nodes[0].getAttribute("aria-label")), "a node tells nothing");
  key(nodes[0], "ArrowDown");
  nodes[0].dispatchEvent(new FocusEvent("blur"));
  if (range.max === "0") return;
  const views = [...view.querySelectorAll("select")].pop();
  views.selectedIndex = 0;
  range.dispatchEvent(new Event("input"));
  check(views.selectedOptions[0].textContent === "Load over time", "the slider shows no load, but " + views.selectedOptions[0].textContent);
  const seen = new Set(), clock = view.querySelector("output");
  const paint = () => nodes.map(each => each.style.fill).join() + [...view.querySelectorAll("path.wire")].map(each => each.style.stroke).join();
  for (range.value = 0; ; range.value = +range.value + 1) {
    range.dispatchEvent(new Event("input"));
    seen.add(paint());
    if (range.value === range.max) break;
  }
  check(seen.size > 1, "loads do not change with the slider");
  check(/\d us/.test(clock.textContent) && range.getAttribute("aria-valuetext") === clock.textContent, "the slider tells no time");
}

function labels() {
  for (const node of all("button, select, input, svg.chart, [role=group], nav")) {
    const name = node.getAttribute("aria-label") || node.textContent || (node.closest("label") || {}).textContent;
    check(name && name.trim(), "no name: " + node.outerHTML.slice(0, 80));
  }
  const ids = all("[id]").map(each => each.id);
  check(new Set(ids).size === ids.length, "an id is there twice");
  check(document.documentElement.lang === "en" && document.title, "no language or title");
  for (const link of all("nav a")) check(document.querySelector(link.getAttribute("href")), "dead link " + link.getAttribute("href"));
}

function run() {
  check(document.querySelector(".verdict").textContent.trim().length > 20, "there is no verdict");
  tables();
  figuresWork();
  numbersHaveRoom();
  fabricWorks();
  labels();
  check(document.documentElement.scrollWidth <= window.innerWidth, `wider (${document.documentElement.scrollWidth}) than the window (${window.innerWidth})`);
  colours();
  const before = document.documentElement.dataset.theme, colour = getComputedStyle(document.body).backgroundColor;
  document.getElementById("theme").click();
  check(document.documentElement.dataset.theme !== before && getComputedStyle(document.body).backgroundColor !== colour, "the theme stays");
  colours();
}

try {
  run();
} catch (error) {
  faults.push(String(error.stack));
}
document.body.append(Object.assign(document.createElement("pre"), {id: "check", textContent: faults.length ? faults.join("\n") : "passed"}));
