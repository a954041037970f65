// What was changed and not saved says so, and leaving the page asks first. `data-unsaved="form id"` marks the notice.

for (const notice of document.querySelectorAll("[data-unsaved]")) {
  const form = document.getElementById(notice.dataset.unsaved);
  const state = () => JSON.stringify([...new FormData(form)]);
  const saved = state();
  const changed = () => !notice.hidden;
  const look = () => { notice.hidden = state() === saved; };
  form.addEventListener("input", look);
  form.addEventListener("change", look);
  form.addEventListener("submit", () => { notice.hidden = true; });
  addEventListener("beforeunload", (event) => changed() && event.preventDefault());
}
