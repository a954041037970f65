// Paint the hours of a week on <table role="grid">, by pointer, by keys or by typing: all three stay the same.

const clock = (minutes) =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

function minutes(text) {
  const [, hour, minute] = /^\s*(\d{1,2}):?(\d{2})\s*$/.exec(text) ?? [];
  const total = Number(hour) * 60 + Number(minute);
  return minute < 60 && total <= 1440 ? total : null;
}

class Painter {
  constructor(root) {
    this.root = root;
    this.step = Number(root.dataset.step);
    this.value = root.querySelector("[data-painter-value]");
    this.now = root.querySelector("[data-painter-now]");
    this.undoButton = root.querySelector("[data-painter-undo]");
    this.grid = root.querySelector("[role=grid]");
    this.rows = [...this.grid.tBodies[0].rows].map((row) => [...row.querySelectorAll("td")]);
    this.heads = [...this.grid.tHead.rows[0].querySelectorAll("th")].map((head) => head.firstChild.data.trim());
    this.past = [];
    this.value.disabled = false;
    root.querySelector("[data-painter-board]").hidden = false;
    if (matchMedia("(min-width: 641px)").matches) root.querySelector("[data-painter-rows]").open = false;
    this.rows[0][0].tabIndex = 0;
    this.listen();
    this.write();
  }

  listen() {
    this.grid.addEventListener("pointerdown", (event) => this.press(event));
    this.grid.addEventListener("keydown", (event) => this.key(event));
    this.grid.addEventListener("focusin", (event) => event.target.matches("td[data-at]") && this.tell(event.target));
    this.undoButton.addEventListener("click", () => this.undo());
    this.root.querySelector("[data-painter-rows]").addEventListener("change", (event) => this.typed(event));
  }

  /* the model: a cell's aria-selected */
  free(cell) { return cell.getAttribute("aria-selected") === "true"; }
  set(cell, free) { if (!cell.ariaDisabled) cell.setAttribute("aria-selected", String(free)); }
  snapshot() { return this.rows.map((row) => row.map((cell) => this.free(cell))); }
  restore(picture) { this.rows.forEach((row, y) => row.forEach((cell, x) => this.set(cell, picture[y][x]))); }
  place(cell) {
    const y = this.rows.findIndex((row) => row.includes(cell));
    return { y, x: this.rows[y]?.indexOf(cell) };
  }

  remember(picture) {
    this.past.push(picture);
    this.undoButton.disabled = false;
  }
  undo() {
    const before = this.past.pop();
    if (!before) return;
    this.restore(before);
    this.undoButton.disabled = this.past.length === 0;
    this.write();
    this.typedFromGrid();
  }

  tell(cell) {
    const { x } = this.place(cell);
    const at = Number(cell.dataset.at);
    const { free, notFree, busy } = this.root.dataset;
    const state = cell.ariaDisabled ? `${busy}: ${cell.dataset.reason}` : this.free(cell) ? free : notFree;
    this.now.textContent = `${this.heads[x]} ${clock(at)}–${clock(at + this.step)} · ${state}`;
  }

  focus(cell) {
    this.grid.querySelector("td[tabindex='0']").tabIndex = -1;
    cell.tabIndex = 0;
    cell.focus();
  }

  press(event) {
    const start = event.target.closest("td[data-at]");
    if (!start || event.button !== 0) return;
    event.preventDefault();
    this.focus(start);
    if (start.ariaDisabled) return;
    const before = this.snapshot();
    const paint = !this.free(start);
    const from = this.place(start);
    const over = (to) => {
      this.restore(before);
      for (let y = Math.min(from.y, to.y); y <= Math.max(from.y, to.y); y++)
        for (let x = Math.min(from.x, to.x); x <= Math.max(from.x, to.x); x++) this.set(this.rows[y][x], paint);
    };
    over(from);
    const move = ({ clientX, clientY }) => {
      const cell = document.elementFromPoint(clientX, clientY)?.closest("td[data-at]");
      if (cell && this.grid.contains(cell)) {
        over(this.place(cell));
        this.tell(cell);
      }
    };
    const drag = new AbortController();
    const finish = (keep) => {
      drag.abort();
      if (keep) this.remember(before);
      else this.restore(before);
      this.write();
      this.typedFromGrid();
    };
    const { signal } = drag;
    addEventListener("pointermove", move, { signal });
    addEventListener("pointerup", () => finish(true), { signal });
    addEventListener("pointercancel", () => finish(false), { signal });
    addEventListener("keydown", ({ key }) => key === "Escape" && finish(false), { signal });
  }

  key(event) {
    const cell = event.target.closest("td[data-at]");
    if (!cell || event.isComposing) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
      event.preventDefault();
      this.undo();
      this.tell(cell);
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " ") this.toggle(cell);
    else if (!this.stepTo(cell, event)) return;
    event.preventDefault();
  }

  toggle(cell) {
    if (cell.ariaDisabled) return;
    this.change(() => this.set(cell, !this.free(cell)));
    this.tell(cell);
  }

  stepTo(cell, { key, shiftKey }) {
    const { x, y } = this.place(cell);
    const last = this.rows.length - 1;
    const to = {
      ArrowUp: [y - 1, x], ArrowDown: [y + 1, x], ArrowLeft: [y, x - 1], ArrowRight: [y, x + 1],
      Home: [0, x], End: [last, x],
    }[key];
    if (!to) return false;
    const next = this.rows[to[0]]?.[to[1]];
    if (!next) return true;
    if (shiftKey && !cell.ariaDisabled) this.change(() => this.set(next, this.free(cell)));
    this.focus(next);
    return true;
  }

  change(act) {
    this.remember(this.snapshot());
    act();
    this.write();
    this.typedFromGrid();
  }

  /* the ranges */
  ranges() {
    const found = new Map();
    this.rows[0].forEach((top, x) => {
      const spans = [];
      for (const row of this.rows) {
        const at = Number(row[x].dataset.at);
        if (!this.free(row[x])) continue;
        if (spans.at(-1)?.[1] === at) spans.at(-1)[1] = at + this.step;
        else spans.push([at, at + this.step]);
      }
      found.set(top.dataset.day, spans);
    });
    return found;
  }

  write() {
    this.value.value = [...this.ranges()]
      .flatMap(([day, spans]) => spans.map(([from, to]) => `${day} ${clock(from)}-${clock(to)}`))
      .join(";");
    this.value.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** Typed rows follow the painting: as many as there are ranges, and an empty one to type in. */
  typedFromGrid() {
    for (const [day, spans] of this.ranges()) {
      const box = this.root.querySelector(`fieldset[data-day="${CSS.escape(day)}"]`);
      const lines = [...box.querySelectorAll(".ep-painter__row")];
      while (lines.length < spans.length + 1) lines.push(lines.at(-1).parentNode.insertBefore(lines.at(-1).cloneNode(true), lines.at(-1).nextSibling));
      lines.forEach((line, i) => {
        if (i > spans.length) return line.remove();
        for (const [end, value] of [["from", spans[i]?.[0]], ["to", spans[i]?.[1]]]) {
          line.querySelector(`[data-end=${end}]`).value = value === undefined ? "" : clock(value);
        }
      });
    }
  }

  /** Hours outside of the grid make it grow by whole hours; what can be taken back grows along. */
  grow(from, to) {
    const at = (row) => Number(row[0].dataset.at);
    while (at(this.rows[0]) > Math.floor(from / 60) * 60) this.add(at(this.rows[0]) - this.step, "unshift");
    while (at(this.rows.at(-1)) + this.step < Math.ceil(to / 60) * 60) this.add(at(this.rows.at(-1)) + this.step, "push");
  }
  add(at, place) {
    const body = this.grid.tBodies[0];
    const like = [...body.rows].find((row) => row.hasAttribute("data-hour") === (at % 60 === 0));
    const row = like.cloneNode(true);
    (row.querySelector("th span") ?? row.querySelector("th")).textContent = clock(at);
    const cells = [...row.querySelectorAll("td")];
    for (const cell of cells) {
      cell.removeAttribute("aria-disabled");
      cell.removeAttribute("data-reason");
      cell.dataset.at = at;
      cell.tabIndex = -1;
      this.set(cell, false);
    }
    body.insertBefore(row, place === "unshift" ? body.firstChild : null);
    this.rows[place](cells);
    for (const picture of this.past) picture[place](cells.map(() => false));
  }

  /** Painting follows the typed rows, once a line is whole; half-typed lines wait. */
  typed(event) {
    const box = event.target.closest("fieldset[data-day]");
    if (!box) return;
    event.stopPropagation();
    const spans = [];
    for (const line of box.querySelectorAll(".ep-painter__row")) {
      const [from, to] = ["from", "to"].map((end) => line.querySelector(`[data-end=${end}]`));
      const span = [minutes(from.value), minutes(to.value)];
      const blank = !from.value.trim() && !to.value.trim();
      const wrong = !blank && (span[0] === null || span[1] === null || span[0] >= span[1]);
      for (const field of [from, to]) field.setAttribute("aria-invalid", String(wrong && Boolean(from.value && to.value)));
      if (wrong) return;
      if (!blank) spans.push(span);
    }
    for (const [from, to] of spans) this.grow(from, to);
    this.change(() => {
      for (const cell of this.grid.querySelectorAll(`td[data-day="${CSS.escape(box.dataset.day)}"]`)) {
        const at = Number(cell.dataset.at);
        this.set(cell, spans.some(([from, to]) => from <= at && at + this.step <= to));
      }
    });
  }
}

for (const root of document.querySelectorAll("[data-painter]")) new Painter(root);
