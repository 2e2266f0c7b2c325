"use strict";
for (const section of document.querySelectorAll("section.table")) {
  const body = section.querySelector("tbody");
  const rows = Array.from(body.rows);
  const tools = section.querySelector(".tools");
  if (tools) {
    const search = tools.querySelector("input");
    const only = tools.querySelector("select");
    const shown = tools.querySelector(".shown");
    const texts = rows.map((row) => row.textContent.toLowerCase());
    const filter = () => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      let count = 0;
      rows.forEach((row, at) => {
        const fits = words.every((word) => texts[at].includes(word)) && (!only || !only.value || row.dataset.kind === only.value);
        row.hidden = !fits;
        count += fits ? 1 : 0;
      });
      shown.textContent = count === rows.length ? rows.length + " in all" : count + " of " + rows.length;
    };
    search.addEventListener("input", filter);
    if (only) only.addEventListener("change", filter);
    tools.hidden = false;
    filter();
  }
  section.querySelectorAll("th").forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const falls = head.getAttribute("aria-sort") === "descending" || (!head.hasAttribute("aria-sort") && !head.classList.contains("n"));
      section.querySelectorAll("th").forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", falls ? "ascending" : "descending");
      const key = (row) => {
        const cell = row.cells[column];
        const text = cell.dataset.key === undefined ? cell.textContent : cell.dataset.key;
        return head.classList.contains("n") || cell.dataset.key !== undefined ? Number(text) || 0 : text;
      };
      const compare = (a, b) => (typeof a === "number" ? a - b : a.localeCompare(b));
      const keyed = rows.map((row, at) => [key(row), at, row]);
      keyed.sort((a, b) => (falls ? compare(a[0], b[0]) : compare(b[0], a[0])) || a[1] - b[1]);
      body.append(...keyed.map((one) => one[2]));
    });
  });
}
