/* Everything is readable without this: it adds reading points by pointer and keys, their sentences, and sorting of tables. */
"use strict";
(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const byId = (id) => document.getElementById(id);
  const make = (tag, attributes = {}, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  };
  document.documentElement.classList.add("js");

  // Rows as they came: sorting moves them, and a point counts them as they came.
  const kept = new WeakMap();
  const rowsOf = (table) => {
    if (!kept.has(table)) kept.set(table, [...table.tBodies[0].rows]);
    return kept.get(table);
  };

  const textsOf = (row) => [...row.cells].map((cell) => cell.textContent.trim());

  // What one row says, with the names of its columns.
  const namesOf = new WeakMap();
  const words = (point, table = point.closest("figure").querySelector("table")) => {
    if (!namesOf.has(table)) namesOf.set(table, textsOf(table.tHead.rows[0]));
    const names = namesOf.get(table);
    const cells = textsOf(rowsOf(table)[point.dataset.row]);
    const first = names.indexOf("period");
    const lines = names.slice(first + 1).map((name, k) => [name, cells[first + 1 + k]]).filter(([, value]) => value);
    return { head: cells.slice(0, first + 1).reverse(), lines };
  };
  const list = (lines) => lines.map(([name, value]) => (name === "note" ? value : `${name} ${value}`)).join(", ");
  const said = ({ head, lines }) => `${head.join(", ")}: ${list(lines)}`;
  // Names of any script side by side, none turning the others round.
  const apart = (texts, between) => texts.flatMap((text, k) => [...(k ? [between] : []), make("bdi", {}, text)]);

  const box = make("div", { id: "reading-of-point", role: "tooltip", hidden: "" });
  byId("report").append(box);
  let leaving;

  const clear = () => {
    clearTimeout(leaving);
    box.hidden = true;
    document.querySelectorAll(".ring, .plumb").forEach((node) => node.remove());
  };

  const show = (point) => {
    clear();
    const svg = point.ownerSVGElement;
    const [x, y] = [point.getAttribute("cx"), point.getAttribute("cy")];
    const view = svg.viewBox.baseVal;
    const add = (tag, attributes) => {
      const node = document.createElementNS(SVG, tag);
      for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
      svg.append(node);
    };
    add("line", { class: "plumb", x1: x, x2: x, y1: 4, y2: view.height - 16 });
    add("circle", { class: "ring", cx: x, cy: y, r: 5.5 });
    const { head, lines } = words(point);
    box.replaceChildren(make("b", {}, ...apart(head, ", ")));
    for (const [name, value] of lines) box.append(make("div", { dir: "auto" }, name === "note" ? value : `${name}: ${value}`));
    box.hidden = false;
    // Above the panel, so that it hides no point; below where there is no room.
    const panel = svg.getBoundingClientRect();
    const centre = panel.left + (x / view.width) * panel.width;
    const wide = document.documentElement.clientWidth;
    const left = Math.max(8, Math.min(centre - box.offsetWidth / 2, wide - box.offsetWidth - 8));
    const above = panel.top - box.offsetHeight;
    box.style.left = `${left + window.scrollX}px`;
    box.style.top = `${(above >= 0 ? above : panel.bottom) + window.scrollY}px`;
  };

  const nearest = (svg, event) => {
    const area = svg.getBoundingClientRect();
    const x = ((event.clientX - area.left) / area.width) * svg.viewBox.baseVal.width;
    let best = null;
    for (const point of svg.querySelectorAll(".points circle")) {
      const distance = Math.abs(point.getAttribute("cx") - x);
      if (!best || distance < best.distance) best = { point, distance };
    }
    return best && best.distance < 16 ? best.point : null;
  };

  // The sentences of a point.
  let stored;
  const sentencesOf = (theme, row) => {
    stored = stored || JSON.parse(byId("point-sentences").textContent);
    const found = (stored.points[theme] || {})[row] || [];
    return found.map(([source, speaker, rules, runs]) => ({ source: stored.sources[source], speaker, rules, runs }));
  };
  const dialog = make("dialog", { "aria-labelledby": "of-point" });
  document.body.append(dialog);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());

  const quoted = ({ source: [statement, actor, date], speaker, rules, runs }) => {
    const text = make("blockquote", { dir: "auto" });
    runs.forEach((run, k) => text.append(k % 2 ? make("mark", {}, run) : run));
    const from = make("figcaption", {}, ...apart([actor, speaker, date, statement].filter(Boolean), " · "));
    from.append(rules ? ` · rule: ${rules}` : " · coded by the trained coder, no rule");
    return make("figure", { class: "example" }, text, from);
  };

  const open = (point) => {
    const theme = point.closest(".panels").dataset.theme;
    if (theme === undefined) return;
    const found = sentencesOf(theme, point.dataset.row);
    const reading = words(point);
    const coded = (reading.lines.find(([name]) => name === "coded") || [])[1];
    const close = make("button", { class: "close", type: "button" }, "Close");
    close.addEventListener("click", () => dialog.close());
    const many = found.length
      ? `Shown: ${found.length} of the sentences behind this point (coded: ${coded}). All of them: aidememoire explore.`
      : coded === "0" ? "No sentence is coded here." : "The sentences of this point are not in this file. They are in: aidememoire explore.";
    dialog.replaceChildren(
      make("h2", { id: "of-point" }, ...apart(reading.head, ", ")), close,
      make("p", {}, list(reading.lines)), make("p", { class: "quiet" }, many), ...found.map(quoted),
    );
    clear();
    dialog.showModal();
  };

  // Only one point of a panel is a stop of the Tab key; the arrow keys go on from there.
  const go = (points, point) => {
    points.forEach((each) => each.setAttribute("tabindex", each === point ? "0" : "-1"));
    point.focus();
  };
  const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity };
  const onKey = (event) => {
    const points = [...event.currentTarget.querySelectorAll("circle[role]")];
    const at = points.indexOf(event.target);
    if (at < 0) return;
    if (event.key in STEPS) go(points, points[Math.max(0, Math.min(points.length - 1, at + STEPS[event.key]))]);
    else if (event.key === "Enter" || event.key === " ") open(event.target);
    else return;
    event.preventDefault();
  };

  const prepare = (svg) => {
    const points = [...svg.querySelectorAll(".points circle")];
    if (!points.length) return;
    const [title, text] = [svg.querySelector("title"), svg.querySelector("desc")];
    // A title would be shown by the browser over the reading of the point.
    svg.setAttribute("role", "group");
    svg.removeAttribute("aria-labelledby");
    svg.setAttribute("aria-label", title.textContent);
    svg.setAttribute("aria-describedby", text.id);
    title.remove();
    const group = points[0].parentNode;
    const table = svg.closest("figure").querySelector("table");
    group.setAttribute("role", "listbox");
    group.setAttribute("aria-orientation", "horizontal");
    group.setAttribute("aria-label", `Points of ${svg.getAttribute("aria-label")}`);
    points.forEach((point, k) => {
      point.setAttribute("role", "option");
      point.setAttribute("aria-label", said(words(point, table)));
      point.setAttribute("aria-selected", "false");
      point.setAttribute("tabindex", k ? "-1" : "0");
    });
    svg.addEventListener("keydown", onKey);
  };

  const svgOf = (event) => event.target instanceof Element && event.target.closest(".panel svg");
  document.addEventListener("pointermove", (event) => {
    const svg = svgOf(event);
    if (box.contains(event.target)) return clearTimeout(leaving);
    if (!svg) return;
    const point = nearest(svg, event);
    if (point) show(point);
  });
  document.addEventListener("pointerout", (event) => {
    if (svgOf(event) || box.contains(event.target)) leaving = setTimeout(clear, 150);
  });
  document.addEventListener("click", (event) => {
    const svg = svgOf(event);
    const point = svg && nearest(svg, event);
    if (!point) return;
    if (point.hasAttribute("tabindex")) go([...svg.querySelectorAll("circle[role]")], point);
    open(point);
  });
  document.addEventListener("focusin", (event) => {
    if (event.target.matches(".points circle")) show(event.target);
    else if (!box.hidden) clear();
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && clear());

  // Tables.
  const number = (text) => {
    const found = text.replaceAll(",", "").match(/^-?\d+(\.\d+)?/);
    return found ? Number(found[0]) : NaN;
  };
  const compare = (a, b) => {
    const [x, y] = [number(a), number(b)];
    if (Number.isNaN(x) && Number.isNaN(y)) return a.localeCompare(b, "en", { numeric: true });
    return Number.isNaN(x) ? 1 : Number.isNaN(y) ? -1 : x - y || a.localeCompare(b, "en", { numeric: true });
  };
  const sort = (table, column) => {
    const head = table.tHead.rows[0].cells;
    const down = head[column].getAttribute("aria-sort") === "ascending";
    const rows = rowsOf(table).map((row) => [textsOf(row)[column], row]);
    // No data stays last either way.
    const empty = ([text]) => text === "–" || text === "";
    rows.sort((a, b) => empty(a) - empty(b) || (down ? compare(b[0], a[0]) : compare(a[0], b[0])));
    table.tBodies[0].append(...rows.map(([, row]) => row));
    for (const cell of head) cell.removeAttribute("aria-sort");
    head[column].setAttribute("aria-sort", down ? "descending" : "ascending");
  };
  const filter = (table, text, output) => {
    const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
    const rows = rowsOf(table);
    let shown = 0;
    for (const row of rows) {
      const there = textsOf(row).join(" ").toLowerCase();
      row.hidden = !wanted.every((word) => there.includes(word));
      shown += !row.hidden;
    }
    output.textContent = `${shown} of ${rows.length} rows`;
  };
  const equip = (table) => {
    const region = table.closest(".wide");
    [...table.tHead.rows[0].cells].forEach((cell, column) => {
      const button = make("button", { type: "button" }, ...cell.childNodes);
      button.addEventListener("click", () => sort(table, column));
      cell.replaceChildren(button);
    });
    const input = make("input", { type: "search", autocomplete: "off" });
    const output = make("output", { class: "quiet" });
    input.addEventListener("input", () => filter(table, input.value, output));
    region.before(make("div", { class: "filter" }, make("label", {}, "Filter rows ", input), output));
  };

  // What is on the screen first; the rest when there is time.
  const later = window.requestIdleCallback || ((task) => setTimeout(task, 1));
  const tasks = [
    ...[...document.querySelectorAll(".wide > table")].map((table) => () => equip(table)),
    ...[...document.querySelectorAll(".panel svg")].map((svg) => () => prepare(svg)),
  ];
  const work = (deadline) => {
    do tasks.shift()?.(); while (tasks.length && (!deadline || deadline.timeRemaining() > 4));
    if (tasks.length) later(work);
    else document.documentElement.dataset.ready = "";
  };
  later(work);
})();
