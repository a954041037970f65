// What every page gains when scripts run. Nothing here is needed to finish a task.

/** After a form came back or a part was swapped: put the reader where the news is. */
function focusNews(root) {
  const news = root.matches?.("[data-focus]") ? root : root.querySelector?.("[data-focus]");
  if (news) {
    if (!news.hasAttribute("tabindex")) news.tabIndex = -1;
    news.focus();
  }
}

/** A link of an error summary leads into the field, also when it names a group of choices. */
function followError(event) {
  const link = event.target.closest?.(".ep-summary a[href^='#']");
  const named = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (!named) return;
  const field = named.matches("input, select, textarea") ? named : named.querySelector("input, select, textarea");
  if (field) {
    event.preventDefault();
    field.focus();
    field.closest(".ep-field")?.scrollIntoView({ block: "center" });
  }
}

/** `command`/`commandfor` for browsers that do not know them yet. */
function invoke(event) {
  const button = event.target.closest?.("button[commandfor]");
  const dialog = button && document.getElementById(button.getAttribute("commandfor"));
  if (!dialog) return;
  if (button.getAttribute("command") === "show-modal") dialog.showModal();
  else dialog.close();
}

/** The second click on a send button sends nothing; coming back by the back button frees the form. */
function sendOnce(event) {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("hx-post") || event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
}

/** A table wider than the screen becomes a named stop, so the keyboard can scroll it. */
const widths = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const wide = target.scrollWidth > target.clientWidth + 1;
    for (const [name, value] of [["tabindex", "0"], ["role", "region"], ["aria-label", target.dataset.scrolls]]) {
      if (wide) target.setAttribute(name, value);
      else target.removeAttribute(name);
    }
  }
});

function closeMenus(event) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (event.type === "keydown" ? event.key === "Escape" : !menu.contains(event.target)) {
      if (event.type === "keydown" && menu.contains(document.activeElement)) menu.querySelector("summary").focus();
      menu.open = false;
    }
  }
}

function prepare(root) {
  for (const wrap of root.querySelectorAll("[data-scrolls]")) widths.observe(wrap);
}

/** A part that did not come says so once, and takes it back when the next one does. */
function trouble(shown) {
  const notice = document.getElementById("trouble");
  if (notice) notice.hidden = !shown;
}

document.addEventListener("click", followError);
if (!("commandForElement" in HTMLButtonElement.prototype)) document.addEventListener("click", invoke);
document.addEventListener("submit", sendOnce);
document.addEventListener("click", closeMenus);
document.addEventListener("keydown", closeMenus);
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));
document.addEventListener("htmx:error", () => trouble(true));
document.addEventListener("htmx:after:request", ({ detail }) => trouble(detail.ctx.response.status >= 500));
document.addEventListener("htmx:after:swap", (event) => {
  const place = event.detail.ctx?.target ?? event.target;
  prepare(document);
  focusNews(place.isConnected ? place : document.getElementById(place.id) ?? document.body);
});
prepare(document);
focusNews(document);
