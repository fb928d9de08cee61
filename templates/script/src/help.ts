// What the keys do, in a dialog, and whether single letters do anything: who
// speaks to a browser would press them unawares.

import { make } from "./dom.ts";

const STORE = "arboretum-keys";

const KEYS: [string, string][] = [
  ["/", "search"],
  ["?", "this help"],
  ["+ − 0", "zoom in, out, back; Ctrl and the wheel too"],
  ["Esc", "clear the selection"],
  ["→ ←", "on the tree: to what came from a model, to where it comes from"],
  ["↑ ↓", "to the model above or below"],
  ["Home End", "to the first or last of its line"],
  ["Tab", "to the +37 beside a model: what is folded there"],
  ["Enter", "open the model’s page"],
  ["Space", "select it: its lineage stands out"],
];

let dialog: HTMLDialogElement | undefined;

/** Whether single keys are listened to. */
export function listens(): boolean {
  try {
    return localStorage.getItem(STORE) !== "off";
  } catch {
    return true;
  }
}

function build(): HTMLDialogElement {
  const rows = KEYS.flatMap(([key, does]) => [
    make("dt", {}, ...key.split(" ").flatMap((one) => [make("kbd", {}, one), " "])),
    make("dd", {}, does),
  ]);
  const box = make("input", { type: "checkbox" });
  box.checked = listens();
  box.addEventListener("change", () => {
    try {
      localStorage.setItem(STORE, box.checked ? "on" : "off");
    } catch {
      // Without a store it holds for as long as nobody asks again.
    }
  });
  const made = make(
    "dialog",
    { class: "help", "aria-labelledby": "help-title" },
    make("h2", { id: "help-title" }, "Keys"),
    make("dl", {}, ...rows),
    make("label", {}, box, " Single keys (/ ? + − 0) do this anywhere on the page"),
    make("form", { method: "dialog" }, make("button", {}, "Close")),
  );
  return document.body.appendChild(made);
}

/** Opens the help. */
export function help(): void {
  dialog ??= build();
  dialog.showModal();
}
