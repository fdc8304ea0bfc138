// Starts the components on the page, and again on what htmx swaps in. Every page works without it.
import { initAll } from "../vendor/govuk-frontend/govuk-frontend.min.js";

async function start(scope) {
  initAll({ scope });
  if (scope.querySelector('[data-module^="moj-"]')) {
    const moj = await import("../vendor/moj-frontend/moj-frontend.min.js");
    moj.initAll({ scope });
  }
}

document.body.classList.add("js-enabled", "govuk-frontend-supported");
start(document.body);
document.body.addEventListener("htmx:load", (event) => {
  if (event.detail.elt !== document.body) start(event.detail.elt);
});

// What somebody opened stays open when htmx brings the same piece again.
let opened = [];
document.body.addEventListener("htmx:beforeSwap", () => {
  opened = [...document.querySelectorAll("details[data-keep][open]")].map((details) => details.dataset.keep);
});
document.body.addEventListener("htmx:afterSwap", () => {
  for (const details of document.querySelectorAll("details[data-keep]")) {
    if (opened.includes(details.dataset.keep)) details.open = true;
  }
});

// In a long list of boxes to tick, a few letters leave what has them, and what is ticked.
function findIn(list) {
  const field = document.createElement("div");
  field.className = "remit-find";
  field.innerHTML = `<label class="govuk-label" for="${list.id}-find">Find in this list</label>
    <input class="govuk-input govuk-input--width-20" id="${list.id}-find" type="search" autocomplete="off">
    <p class="govuk-hint" role="status"></p>`;
  const [box, said] = [field.querySelector("input"), field.querySelector("p")];
  box.addEventListener("input", (event) => {
    event.stopPropagation(); // nothing that the form would save has changed
    const words = box.value.toLowerCase().split(/\s+/);
    let left = 0;
    for (const item of list.querySelectorAll(".govuk-checkboxes__item")) {
      const text = item.textContent.toLowerCase();
      item.hidden = !words.every((word) => text.includes(word)) && !item.querySelector("input").checked;
      left += !item.hidden;
    }
    said.textContent = box.value ? `${left} of ${list.children.length}` : "";
  });
  list.before(field);
}
for (const list of document.querySelectorAll(".remit-many")) findIn(list);
document.body.addEventListener("htmx:load", (event) => {
  if (event.detail.elt === document.body) return;
  for (const list of event.detail.elt.querySelectorAll(".remit-many")) findIn(list);
});
