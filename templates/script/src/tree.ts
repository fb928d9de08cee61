// The tree under pointer and keys: one stop for Tab, arrows along the lineage,
// a selection that is a view's address.

import { here, isTree, value } from "./address.ts";
import { all, painted, plain } from "./dom.ts";
import { beside, lineage, pills, type Pill } from "./pills.ts";
import { mount, visit } from "./visit.ts";

/** How long a pointer rests on a pill before its lineage shows, in ms. */
const REST = 90;
/** A phone's width: as in the stylesheet. */
const PHONE = "(max-width: 720px)";

let drawn = new Map<string, Pill>();
let current: Pill | undefined;

/** The pill that an event happened on. */
function at(event: Event): Pill | undefined {
  const link = event.target instanceof Element ? event.target.closest("a[id^=n-]") : null;
  return link ? drawn.get(link.id.slice(2)) : undefined;
}

/** Makes a pill the one that Tab stops at, with its chip behind it. */
function stop(pill: Pill): void {
  for (const part of [current?.link, current?.chip]) part?.setAttribute("tabindex", "-1");
  for (const part of [pill.link, pill.chip]) part?.setAttribute("tabindex", "0");
  current = pill;
}

/** Selects a model, or none; the address and the server do the rest. */
export function select(id: string): void {
  const pill = drawn.get(id);
  for (const other of drawn.values()) other.link.classList.toggle("sel", other === pill);
  // What was pressed is seen at once; what paints the whole drawing anew waits
  // for that: first what the answer will say of the pills, then the answer.
  painted(() => {
    const kin = pill && lineage(pill);
    for (const other of drawn.values()) {
      const isDim = kin !== undefined && !kin.has(other);
      for (const part of [other.link, other.chip]) part?.classList.toggle("x", isDim);
    }
    void visit(here({ sel: id }));
  });
}

function follow(main: HTMLElement, before: HTMLElement | null): void {
  const canvas = main.querySelector<HTMLElement>(".canvas");
  drawn = canvas ? pills(canvas) : new Map();
  current = undefined;
  const first = [...drawn.values()][0];
  if (!canvas || !first) return;
  for (const link of all("a[id^=n-], a[id^=n-] + a.k", canvas)) link.setAttribute("tabindex", "-1");
  const [selected, target] = [drawn.get(value("sel")), drawn.get(location.hash.slice(3))];
  stop(selected ?? target ?? first);

  const old = before?.querySelector<HTMLElement>(".canvas");
  if (old && selected && kept) {
    // The drawing may differ: what was pressed stays under the pointer.
    const now = selected.link.getBoundingClientRect();
    canvas.scrollLeft += now.left - kept.left;
    scrollBy(0, now.top - kept.top);
    // Unless the card is there now.
    selected.link.scrollIntoView({ block: "nearest", inline: "nearest" });
  } else if (old && root(before) === root(main)) {
    canvas.scrollLeft = scrolled;
  } else if (selected ?? target) {
    (selected ?? target)?.link.scrollIntoView({ block: "nearest", inline: "center" });
  } else if (matchMedia(PHONE).matches) {
    canvas.scrollLeft = canvas.scrollWidth;
  }
  const was = before?.querySelector("a.sel")?.id;
  if (selected && old && !kept && was !== selected.link.id) {
    selected.link.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  kept = undefined;
  if (selected) clear(selected, main.querySelector(".card"));
  canvas.addEventListener("scroll", () => (scrolled = canvas.scrollLeft), { passive: true });
}

/** Scrolls on where the card, which a phone has at the foot, hides the pill. */
function clear(pill: Pill, card: Element | null): void {
  const [body, over] = [pill.link.getBoundingClientRect(), card?.getBoundingClientRect()];
  const isOver = over && over.left < body.right && over.top < body.bottom + 12 && over.bottom > body.top;
  if (isOver) scrollBy(0, body.bottom + 12 - over.top);
}

/** Where the pressed pill stood, and how far the drawing was scrolled. */
let kept: DOMRect | undefined;
let scrolled = 0;

/** What a drawing is drawn from: its scroll is kept while that stays. */
function root(main: HTMLElement | null): string {
  return main?.querySelector(".canvas a[id^=n-]")?.id ?? "";
}

function press(event: MouseEvent): void {
  const pill = at(event);
  // Enter is a click without a count: it opens, as on any link. So does a
  // second click on what is selected.
  if (!pill || !isTree() || event.detail === 0 || event.button !== 0 || !plain(event)) return;
  if (pill.id === value("sel")) return;
  event.preventDefault();
  kept = pill.link.getBoundingClientRect();
  stop(pill);
  pill.link.focus({ preventScroll: true });
  select(pill.id);
}

function key(event: KeyboardEvent): void {
  const pill = at(event);
  if (!pill || !plain(event)) return;
  if (event.key === " " && isTree()) {
    event.preventDefault();
    kept = pill.link.getBoundingClientRect();
    select(pill.id === value("sel") ? "" : pill.id);
    return;
  }
  const next = beside(pill, event.key, drawn.values());
  if (!next) return;
  event.preventDefault();
  stop(next);
  next.link.focus({ preventScroll: true });
  next.link.scrollIntoView({ block: "nearest", inline: "nearest" });
}

let resting = 0;

/** Outlines a pill's lineage while a pointer or the focus is on it. */
function outline(pill: Pill | undefined): void {
  clearTimeout(resting);
  resting = setTimeout(() => {
    // Of what is selected the whole drawing says it.
    const kin = pill && pill.id !== value("sel") ? lineage(pill) : undefined;
    for (const other of drawn.values()) other.link.classList.toggle("kin", kin?.has(other) ?? false);
  }, REST);
}

/** Follows the tree on this page, where there is one. */
export function tree(): void {
  mount(follow);
  document.addEventListener("click", press);
  document.addEventListener("keydown", key);
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "mouse") outline(at(event));
  });
  document.addEventListener("focusin", (event) => {
    const pill = at(event);
    if (pill) stop(pill);
    outline(pill?.link.matches(":focus-visible") ? pill : undefined);
  });
}
