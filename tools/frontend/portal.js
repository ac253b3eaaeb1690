// The pages' one script: USWDS components, started on load and again on what htmx swaps in.
// Everything works without it; nothing here may be needed to get a task done.
const components = require("@uswds/uswds/js");

// Components that keep state on their elements and so must be started on swapped-in ones.
// The others listen on the body.
const PER_ELEMENT = [
  "accordion",
  "characterCount",
  "comboBox",
  "datePicker",
  "dateRangePicker",
  "fileInput",
  "inputMask",
  "modal",
  "table",
  "timePicker",
  "tooltip",
];

// One component that can't start (a modal without its label, say) must not stop those after it.
function attempt(name, action) {
  try {
    action();
  } catch (error) {
    console.error(`${name} could not start`, error);
  }
}

function start() {
  for (const [name, component] of Object.entries(components)) {
    attempt(name, () => component.on(document.body));
  }
}

window.uswdsPresent = true; // tells the script in the head that it need not un-hide the page itself

if (document.readyState === "loading") {
  document.addEventListener("DOMContentLoaded", start, { once: true });
} else {
  start();
}

const { swapped } = require("./enhance.js");

document.addEventListener("htmx:afterSwap", (event) => {
  for (const name of PER_ELEMENT) {
    attempt(name, () => components[name].init(swapped(event)));
  }
});
