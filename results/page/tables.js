// SPDX-License-Identifier: GPL-2.0-only
// Tables that sort by a click on a heading and show the rows that a filter asks for: words that a row must hold, and
// conditions such as `p99 < 50` on a column whose heading begins so.
"use strict";

function cellNumber(text) {
  const value = parseFloat(text.replace(/,/g, ""));
  return Number.isNaN(value) ? null : value;
}

class Table {
  constructor(holder) {
    this.body = holder.querySelector("tbody");
    this.rows = [...this.body.rows];
    this.heads = [...holder.querySelectorAll("thead th")];
    this.count = holder.querySelector(".count");
    this.heads.forEach((head, column) => head.querySelector("button").addEventListener("click", () => this.sort(column)));
    const filter = holder.querySelector("input");
    filter.addEventListener("input", () => this.filter(filter.value));
    this.filter("");
  }

  // Cells without a number stay below, whichever way the others go.
  sort(column) {
    const head = this.heads[column], up = head.getAttribute("aria-sort") !== "ascending";
    for (const each of this.heads) each.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const keys = this.rows.map(row => row.cells[column].textContent);
    const numbers = keys.map(cellNumber), numeric = numbers.some(each => each !== null) && !head.classList.contains("text");
    const order = this.rows.map((_, at) => at).sort((a, b) => {
      if (!numeric) return (up ? 1 : -1) * keys[a].localeCompare(keys[b], "en", {numeric: true}) || a - b;
      if (numbers[a] === null || numbers[b] === null) return (numbers[a] === null) - (numbers[b] === null) || a - b;
      return (up ? 1 : -1) * (numbers[a] - numbers[b]) || a - b;
    });
    this.rows = order.map(at => this.rows[at]);
    this.body.append(...this.rows);
  }

  column(name) {
    const names = this.heads.map(head => head.textContent.toLowerCase());
    const exact = names.indexOf(name);
    return exact >= 0 ? exact : names.findIndex(each => each.startsWith(name) || each.includes(" " + name));
  }

  tests(text) {
    const tests = [];
    const rest = text.toLowerCase().replace(/([^\s<>=]+)\s*(<=|>=|<|>)\s*(-?[\d.,]+)/g, (all, name, sign, number) => {
      const column = this.column(name), limit = cellNumber(number);
      if (column < 0 || limit === null) return all;
      tests.push(row => {
        const value = cellNumber(row.cells[column].textContent);
        return value !== null && {"<": value < limit, ">": value > limit, "<=": value <= limit, ">=": value >= limit}[sign];
      });
      return "";
    });
    for (const word of rest.split(/\s+/).filter(Boolean)) tests.push(row => row.textContent.toLowerCase().includes(word));
    return tests;
  }

  filter(text) {
    const tests = this.tests(text);
    let shown = 0;
    for (const row of this.rows) {
      row.hidden = !tests.every(test => test(row));
      shown += !row.hidden;
    }
    this.count.textContent = shown === this.rows.length ? shown + (shown === 1 ? " row" : " rows")
                                                        : shown + " of " + this.rows.length + " rows";
  }
}

document.querySelectorAll(".table").forEach(holder => new Table(holder));
for (const box of document.querySelectorAll("input.only-changed"))
  box.addEventListener("change", () => {
    for (const row of box.closest("details").querySelectorAll("tbody tr"))
      row.hidden = box.checked && !row.classList.contains("changed");
  });
