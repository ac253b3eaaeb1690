// Small enhancements of the pages, each asked for by a data attribute. Loaded by portal.js; docs/frontend.md
// lists the attributes. Nothing here is needed to get a task done.

// What only works with a script stands `hidden` on the page until there is one.
const NEEDS_SCRIPT = "[data-copy], [data-print], [data-back], [data-fill]";

function reveal(root) {
  for (const button of root.querySelectorAll(NEEDS_SCRIPT)) {
    button.hidden = button.hasAttribute("data-back") && window.history.length < 2;
  }
}

async function copy(button) {
  const field = document.querySelector(button.dataset.copy);
  const status = button.parentElement.querySelector("[data-copy-status]");
  if (!field) return;
  try {
    await navigator.clipboard.writeText(field.value ?? field.textContent);
  } catch {
    // No right to the clipboard (an http address, say): leave the text selected, ready for Ctrl+C.
    field.focus();
    field.select?.();
    return;
  }
  const label = button.innerHTML;
  button.textContent = button.dataset.copied;
  if (status) status.textContent = button.dataset.copied;
  setTimeout(() => {
    button.innerHTML = label;
    if (status) status.textContent = "";
  }, 2500);
}

// Puts a value into a field, ready to go on with the next one.
function fill(button) {
  const field = document.querySelector(button.dataset.fill);
  if (!field) return;
  field.value = button.dataset.value;
  const fields = [...field.form.querySelectorAll("input:not([type=hidden])")];
  (fields[fields.indexOf(field) + 1] || field).focus();
}

// The pressed button's own name and value must still be sent, so it is disabled only after the form has gone.
function submitOnce(form, button) {
  if (form.dataset.sent) return false;
  form.dataset.sent = "yes";
  setTimeout(() => {
    for (const one of form.querySelectorAll("button[type=submit], button:not([type])")) {
      one.disabled = true;
    }
    if (button && !button.classList.contains("usa-button--unstyled")) {
      button.dataset.label = button.innerHTML;
      button.textContent = document.body.dataset.textWorking;
    }
  }, 0);
  // An answer that leaves the page where it is (a file, say) must not leave it dead.
  setTimeout(allowAgain, 20000);
  return true;
}

// A page that comes back from the browser's cache must be usable again.
function allowAgain() {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button[disabled]")) {
      button.disabled = false;
      if (button.dataset.label) button.innerHTML = button.dataset.label;
    }
  }
}

function uploadSize(form) {
  let total = 0;
  for (const input of form.querySelectorAll("input[type=file]")) {
    for (const file of input.files) total += file.size;
  }
  return total;
}

// Returns whether the upload may go: the server refuses a larger one, after all of it has been sent.
function checkUpload(form) {
  const most = Number(form.dataset.maxBytes);
  const tooMuch = most > 0 && uploadSize(form) > most;
  let note = form.querySelector("[data-upload-note]");
  if (!note && tooMuch) {
    note = document.createElement("p");
    note.className = "usa-error-message";
    note.setAttribute("role", "alert");
    note.setAttribute("data-upload-note", "");
    form.querySelector("input[type=file]").closest(".usa-form-group, .usa-file-input").append(note);
  }
  if (note) {
    const megabytes = (bytes) => (bytes / 1024 / 1024).toFixed(1);
    const sentence = document.body.dataset.textTooLarge;
    note.textContent = tooMuch
      ? sentence.replace("{most}", megabytes(most)).replace("{size}", megabytes(uploadSize(form)))
      : "";
  }
  return !tooMuch;
}

// The combo box leaves these behind on the select it hides.
function describeComboBoxes(root) {
  for (const box of root.querySelectorAll(".usa-combo-box")) {
    const select = box.querySelector("select");
    const input = box.querySelector(".usa-combo-box__input");
    if (!select || !input) continue;
    for (const name of ["aria-describedby", "aria-invalid"]) {
      if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
    }
  }
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) menu.open = false;
  }
}

function tellOfFailure() {
  const main = document.querySelector("#main-content .portal-container");
  if (!main || main.querySelector("[data-failure]")) return;
  const alert = document.createElement("div");
  alert.className = "usa-alert usa-alert--error usa-alert--slim";
  alert.setAttribute("role", "alert");
  alert.setAttribute("data-failure", "");
  const text = document.createElement("p");
  text.className = "usa-alert__text";
  text.textContent = document.body.dataset.textFailed;
  const body = document.createElement("div");
  body.className = "usa-alert__body";
  body.append(text);
  alert.append(body);
  main.prepend(alert);
}

// Returns what holds the new elements: the target is gone when it was itself replaced, and history has none.
function swapped(event) {
  const target = event.detail.target;
  return target?.isConnected ? target : event.target.parentElement || document.body;
}

// Heard by screen readers when the part of a page that changes was swapped: there before its words are.
const status = document.createElement("p");
status.className = "usa-sr-only";
status.setAttribute("role", "status");

// Says how many rows a list has now; keeps the focus in the list when what had it is gone (the last page's "Next").
function tellOfPart(part) {
  if (!status.isConnected) document.body.append(status); // a page that history brought back has another body
  status.textContent = part.querySelector("[role=status], .portal-empty__title")?.textContent.trim() || "";
  if (document.activeElement && document.activeElement !== document.body) return;
  part.tabIndex = -1;
  part.focus({ preventScroll: true });
}

function enhance(root) {
  reveal(root);
  describeComboBoxes(root);
  root.querySelector("[data-focus]")?.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest(NEEDS_SCRIPT);
  closeMenus(event.target.closest("details[data-menu]"));
  if (!button) return;
  if (button.matches("[data-copy]")) copy(button);
  else if (button.matches("[data-print]")) window.print();
  else if (button.matches("[data-fill]")) fill(button);
  else window.history.back();
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.addEventListener("change", (event) => {
  const form = event.target.matches("input[type=file]") && event.target.closest("form[data-max-bytes]");
  if (form) checkUpload(form);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  const mayGo =
    (!form.dataset.maxBytes || checkUpload(form)) &&
    (form.dataset.once === undefined || submitOnce(form, event.submitter));
  if (!mayGo) event.preventDefault();
});

window.addEventListener("pageshow", (event) => {
  if (event.persisted) allowAgain();
});
document.addEventListener("htmx:afterSwap", (event) => {
  enhance(swapped(event));
  if (event.target.id === "page-part") tellOfPart(event.target);
});
document.addEventListener("htmx:responseError", tellOfFailure);
document.addEventListener("htmx:sendError", tellOfFailure);

// After portal.js has started the components, which listens for the same event and was first.
function begin() {
  document.body.append(status);
  enhance(document);
}

if (document.readyState === "loading") {
  document.addEventListener("DOMContentLoaded", begin);
} else {
  setTimeout(begin, 0);
}

module.exports = { swapped };
