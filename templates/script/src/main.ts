// The site's script. Every page works without it: it makes steps shorter.
//
// Where to look: `visit.ts` changes views without loading the page anew,
// `tree.ts` follows pointer and keys on the tree, `suggest.ts` completes what
// is searched for. The pages are the server's; no markup is written here.

import { value } from "./address.ts";
import { copy } from "./copy.ts";
import { all, make, plain, writes } from "./dom.ts";
import { forms } from "./forms.ts";
import { help, listens } from "./help.ts";
import { live } from "./live.ts";
import { suggest } from "./suggest.ts";
import { select, tree } from "./tree.ts";
import { mount } from "./visit.ts";
import { wheel, zoomBy, zoomLinks } from "./zoom.ts";

function keys(event: KeyboardEvent): void {
  const { key } = event;
  const isBusy = event.defaultPrevented || writes(event.target) || document.querySelector("dialog[open]");
  if (isBusy || event.ctrlKey || event.altKey || event.metaKey) return;
  if (key === "Escape" && plain(event)) {
    if (value("sel") && document.querySelector(".canvas")) select("");
    return;
  }
  if (!listens()) return;
  if (key === "/") document.querySelector<HTMLElement>("#find")?.focus();
  else if (key === "?") help();
  else if (!zoomBy(key)) return;
  event.preventDefault();
}

tree();
zoomLinks();
forms();
wheel();
mount(copy);
live();
for (const field of all<HTMLInputElement>("#find, #s-q")) suggest(field);
document.addEventListener("keydown", keys);
const button = make("button", { type: "button", class: "keys" }, "Keys");
button.addEventListener("click", help);
document.querySelector(".foot p:last-child")?.append(" · ", button);
