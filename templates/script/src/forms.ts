// Filter forms and links to other views of a page, followed without loading
// the page anew. Both work as they are where this script does not.

import { address } from "./address.ts";
import { plain } from "./dom.ts";
import { visit } from "./visit.ts";

/** Pages whose forms are followed, and whether their links are too. */
const FOLLOWED: Record<string, boolean> = { "/": true, "/models": false };

function ofThisPage(form: HTMLFormElement): boolean {
  const path = new URL(form.action, location.href).pathname;
  return form.matches("main .filters") && path === location.pathname && path in FOLLOWED;
}

/** A form's fields, those of one name joined as lists are. */
function pairs(form: HTMLFormElement): Map<string, string> {
  const joined = new Map<string, string>();
  for (const [name, field] of new FormData(form)) {
    const before = joined.get(name);
    joined.set(name, before ? `${before},${String(field)}` : String(field));
  }
  return joined;
}

/** Follows forms and links. */
export function forms(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!ofThisPage(form)) return;
    event.preventDefault();
    void visit(address(location.pathname, pairs(form)));
  });
  document.addEventListener("change", (event) => {
    const { form } = event.target as HTMLInputElement;
    if (form && ofThisPage(form) && form.checkValidity()) form.requestSubmit();
  });
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("main a[href]") : null;
    const href = link?.getAttribute("href") ?? "";
    if (event.defaultPrevented || event.button !== 0 || !plain(event) || !FOLLOWED[location.pathname]) return;
    if (href !== location.pathname && !href.startsWith(`${location.pathname}?`)) return;
    event.preventDefault();
    void visit(href);
  });
}
