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
