// Writing a post: an answer to older words never replaces newer ones, and a lost connection or session is said aloud.
const form = document.getElementById("compose");
const panel = document.getElementById("panel");
const saved = document.getElementById("saved");
const SIGNED_OUT = "You are signed out, so nothing more is saved. Copy what you wrote, then sign in again.";
const STALE = "You have signed in again in another tab, so nothing is saved by itself. Press Save draft: what you wrote goes with it.";
const FAILED = "Remit could not answer, so nothing was saved. Copy what you wrote before you leave this page.";
let changes = 0;
let checked = 0;
let saving = false;
let leaving = null; // what was pressed to leave the page

function changed() {
  changes += 1;
  panel.setAttribute("aria-busy", "true");
}
form.addEventListener("input", changed);
form.addEventListener("change", changed);

form.addEventListener("htmx:beforeRequest", (event) => {
  if (leaving) event.preventDefault();
  else if (event.detail.target === panel) checked = changes;
  else if (event.detail.target === saved) saving = true;
});

// A save that is under way is waited for: overtaking it would look like two people writing in one draft.
form.addEventListener("submit", (event) => {
  leaving = event.submitter;
  if (saving) event.preventDefault();
});
form.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.target !== saved) return;
  saving = false;
  if (leaving) form.requestSubmit(leaving);
});
window.addEventListener("pageshow", () => {
  leaving = null;
});

form.addEventListener("htmx:beforeSwap", (event) => {
  if (new URL(event.detail.xhr.responseURL).pathname === "/sign-in") {
    event.detail.shouldSwap = false;
    say(SIGNED_OUT);
  } else if (event.detail.target === panel && checked !== changes) {
    event.detail.shouldSwap = false; // somebody wrote on meanwhile; the next check is on its way
  }
});

form.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target === panel) panel.setAttribute("aria-busy", "false");
});

form.addEventListener("htmx:sendError", () => {
  say("There is no connection, so nothing more is saved. Leave this page open; it tries again as you write.");
});
form.addEventListener("htmx:responseError", (event) => {
  say(event.detail.xhr.status === 403 ? STALE : FAILED);
});

function say(words) {
  const strong = document.createElement("strong");
  strong.className = "posts-fault";
  strong.textContent = words;
  saved.replaceChildren(strong);
}
