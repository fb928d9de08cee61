// Going to another view of this page without loading it anew: the page is
// fetched as the link would have opened it, and its main part takes the place
// of ours. What cannot be had this way is opened in the ordinary way.
//
// It does not know what is in the main part; others mount on it.

import { all, say } from "./dom.ts";

/**
 * What becomes of the browser's history, and where nothing can be fetched:
 * `push` opens the address, `keep` loads the page that is gone back to, `same`
 * leaves the page as it is, for whoever will try again.
 */
export type Trace = "push" | "keep" | "same";

/** What is to be done with every main part, the first one too. */
type Mount = (main: HTMLElement, before: HTMLElement | null) => void;

const mounts: Mount[] = [];
let shown = location.pathname + location.search;
let under: { address: string; stop: AbortController } | undefined;

/** Does something with the main part now, and with each that replaces it. */
export function mount(what: Mount): void {
  mounts.push(what);
  const main = document.querySelector("main");
  if (main) what(main, null);
}

/** Says that the address was changed by other means than `visit`. */
export function moved(): void {
  shown = location.pathname + location.search;
}

/** Shows the view at an address. */
export async function visit(address: string, trace: Trace = "push"): Promise<void> {
  // A second click is the first's; what is only looked at anew is newer.
  if (under?.address === address && trace === "push") return;
  under?.stop.abort();
  const stop = new AbortController();
  under = { address, stop };
  document.querySelector("main")?.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { signal: stop.signal });
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (stop.signal.aborted) return;
    const [now, next] = [document.querySelector("main"), page.querySelector("main")];
    // Another build of the site wants its own script and style.
    if (!now || !next || build(page) !== build(document)) throw new Error("another page");
    const canonical = page.querySelector("link[rel=canonical]")?.getAttribute("href");
    // The query as the server writes it, on the host that the reader is on.
    const to = new URL(answer.url);
    to.search = new URL(canonical ?? answer.url, location.href).search;
    to.hash = new URL(address, location.href).hash;
    if (trace === "push" && to.href !== location.href) history.pushState(null, "", to);
    moved();
    document.querySelector("link[rel=canonical]")?.setAttribute("href", canonical ?? "");
    document.title = page.title;
    replace(now, document.adoptNode(next));
    under = undefined;
  } catch {
    if (stop.signal.aborted) return;
    under = undefined;
    if (trace === "push") location.assign(address);
    else if (trace === "keep") location.reload();
    else document.querySelector("main")?.removeAttribute("aria-busy");
  }
}

function build(page: Document): string {
  const parts = all("script[src], link[rel=stylesheet]", page);
  return parts.map((part) => part.getAttribute("src") ?? part.getAttribute("href")).join();
}

/** Puts a main part in place of ours: what was open and focused stays so. */
function replace(now: HTMLElement, next: HTMLElement): void {
  for (const open of all<HTMLDetailsElement>("details[class]", now)) {
    const others = all<HTMLDetailsElement>("details[class]", next);
    const same = others.find((other) => other.className === open.className);
    if (same) same.open = open.open;
  }
  const focused = now.contains(document.activeElement) ? document.activeElement : null;
  now.replaceWith(next);
  for (const what of mounts) what(next, now);
  if (focused) {
    const same = focused.id ? document.getElementById(focused.id) : null;
    // What led on from the tree is gone: its pill of the tree that came.
    const stop = focused.closest(".canvas") ? ".canvas a[tabindex='0']" : ".sel, h1";
    const to = same ?? next.querySelector<HTMLElement | SVGElement>(stop) ?? next.querySelector("h1");
    if (to instanceof HTMLElement && to.tabIndex < 0) to.tabIndex = -1;
    to?.focus({ preventScroll: true });
  }
  const [note, views] = [next.querySelector("[role=note]"), next.querySelector(".views")];
  say(note?.textContent ?? views?.textContent?.split("·")[0] ?? document.title);
}

addEventListener("popstate", () => {
  if (location.pathname + location.search !== shown) void visit(location.href, "keep");
});
