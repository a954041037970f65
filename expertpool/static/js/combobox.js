// Keys and choice for an input with role=combobox; htmx fills its list while one types.

function combobox(root) {
  const input = root.querySelector("[role=combobox]");
  const list = root.querySelector("[role=listbox]");
  const value = root.querySelector("[data-combobox-value]");
  const options = () => [...list.querySelectorAll("[role=option]")];
  const current = () => list.querySelector("[aria-selected=true]");

  function open(shown) {
    list.hidden = !shown;
    input.setAttribute("aria-expanded", String(shown && options().length > 0));
    if (!shown) mark(null);
  }
  function mark(option) {
    current()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
  }
  function choose(option) {
    input.value = option.dataset.text ?? option.textContent.trim();
    value.value = option.dataset.value;
    open(false);
    input.focus();
    value.dispatchEvent(new Event("change", { bubbles: true }));
  }
  function step(by) {
    const all = options();
    if (!all.length) return;
    open(true);
    const at = all.indexOf(current());
    mark(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : (at + by + all.length) % all.length]);
  }

  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return; // Enter and arrows belong to the syllable being composed
    if (event.key === "ArrowDown") step(1);
    else if (event.key === "ArrowUp") step(-1);
    else if (event.key === "Escape" && !list.hidden) open(false);
    else if (event.key === "Enter" && current()) choose(current());
    else return;
    event.preventDefault();
  });
  input.addEventListener("input", () => { value.value = ""; });
  input.addEventListener("blur", () => open(false));
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose(option);
  });
  new MutationObserver(() => open(document.activeElement === input)).observe(list, { childList: true });
}

for (const root of document.querySelectorAll("[data-combobox]")) combobox(root);
