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
  const field = Object.assign(document.createElement("div"), { className: "remit-find" });
  const label = Object.assign(document.createElement("label"), { className: "govuk-label", textContent: "Find in this list" });
  const box = Object.assign(document.createElement("input"), { className: "govuk-input govuk-input--width-20", type: "search" });
  const said = Object.assign(document.createElement("p"), { className: "govuk-hint" });
  box.id = label.htmlFor = `${list.id}-find`;
  box.autocomplete = "off";
  said.setAttribute("role", "status");
  field.append(label, box, said);
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
