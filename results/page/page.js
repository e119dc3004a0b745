// SPDX-License-Identifier: GPL-2.0-only
// What the parts of the page share: elements, numbers as text, the tip beside the pointer, and the theme.
"use strict";

const DATA = JSON.parse(document.getElementById("data").textContent);
const SVG_SPACE = document.querySelector("svg").namespaceURI;

function element(name, attributes, parent, text) {
  const made = document.createElement(name);
  for (const key in attributes) made.setAttribute(key, attributes[key]);
  if (text !== undefined) made.textContent = text;
  if (parent) parent.append(made);
  return made;
}

function shape(name, attributes, parent, text) {
  const made = document.createElementNS(SVG_SPACE, name);
  for (const key in attributes) made.setAttribute(key, attributes[key]);
  if (text !== undefined) made.textContent = text;
  if (parent) parent.append(made);
  return made;
}

function button(text, title, parent, act) {
  const made = element("button", {type: "button", title, "aria-label": title}, parent, text);
  made.addEventListener("click", act);
  return made;
}

// About four significant digits: more than that nobody reads from a figure.
function numberText(value) {
  const size = Math.abs(value);
  if (value === 0) return "0";
  if (size >= 1e12 || size < 1e-4) return value.toExponential(2);
  const decimals = Math.max(0, 3 - Math.floor(Math.log10(size)));
  return value.toLocaleString("en-US", {maximumFractionDigits: Math.min(7, decimals)});
}

function sizeText(bytes) {
  for (const [unit, power] of [["G", 30], ["M", 20], ["K", 10]])
    if (bytes >= 2 ** power && bytes % 2 ** (power - 2) === 0) return bytes / 2 ** power + unit;
  return bytes.toLocaleString("en-US");
}

const Tip = {
  box: document.getElementById("tip"),
  voice: document.getElementById("say"),
  // `lines` are [colour or "", text]; they are spoken only when the keyboard asked for them.
  show(x, y, lines, spoken) {
    this.box.replaceChildren();
    for (const [colour, text] of lines) {
      const row = element("div", {}, this.box);
      if (colour) element("i", {style: "background:" + colour}, row);
      row.append(text);
    }
    this.box.style.display = "block";
    const width = this.box.offsetWidth, height = this.box.offsetHeight;
    const right = x + 16 + width > document.documentElement.clientWidth - 4;
    this.box.style.left = Math.max(4, right ? x - 16 - width : x + 16) + window.scrollX + "px";
    this.box.style.top = Math.max(4, y - height - 10 < 50 ? y + 18 : y - height - 10) + window.scrollY + "px";
    if (spoken) this.voice.textContent = lines.map(line => line[1]).join(", ");
  },
  hide() { this.box.style.display = "none"; }
};

function download(name, type, text) {
  const link = element("a", {download: name, href: URL.createObjectURL(new Blob([text], {type}))});
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// A theme that the reader has chosen wins over that of the system, for this visit.
function theme() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement, toggle = document.getElementById("theme");
  let chosen = "";
  const apply = () => {
    root.dataset.theme = chosen || (dark.matches ? "dark" : "light");
    toggle.textContent = root.dataset.theme === "dark" ? "Light" : "Dark";
    toggle.setAttribute("aria-label", "Change to the " + toggle.textContent.toLowerCase() + " theme");
  };
  dark.addEventListener("change", apply);
  toggle.addEventListener("click", () => {
    chosen = root.dataset.theme === "dark" ? "light" : "dark";
    apply();
  });
  let before = "";
  let closed = [];  // what cannot be opened on paper is printed open
  window.addEventListener("beforeprint", () => {
    before = root.dataset.theme;
    root.dataset.theme = "light";
    closed = [...document.querySelectorAll("details:not([open])")];
    for (const each of closed) each.open = true;
  });
  window.addEventListener("afterprint", () => {
    if (before) root.dataset.theme = before;
    for (const each of closed) each.open = false;
  });
  apply();
}

theme();
document.addEventListener("keydown", event => { if (event.key === "Escape") Tip.hide(); });
document.getElementById("copy").addEventListener("click", event => {
  const text = document.getElementById("commands").textContent;
  const done = () => { event.target.textContent = "Copied"; };
  if (navigator.clipboard) return navigator.clipboard.writeText(text).then(done, () => {});
});
