// The drawing read back from its markup: pills, where they stand, and who
// descends from whom. The server says a pill's parents in `data-up`.

/** A model's pill. Lengths are the drawing's own. */
export interface Pill {
  id: string;
  link: SVGAElement;
  chip: SVGAElement | null;
  left: number;
  right: number;
  y: number;
  up: Pill[];
  down: Pill[];
}

/** Pills of one row may sway by so much, and rows are farther apart. */
const ROW = 26;

/** Every pill of a drawing by its model. */
export function pills(drawing: ParentNode): Map<string, Pill> {
  const found = new Map<string, Pill>();
  for (const link of drawing.querySelectorAll<SVGAElement>("a[id^=n-]")) {
    const body = link.querySelector("rect, circle");
    const number = (name: string) => Number(body?.getAttribute(name) ?? 0);
    const [r, x, width] = [number("r"), number("x"), number("width")];
    const after = link.nextElementSibling;
    found.set(link.id.slice(2), {
      id: link.id.slice(2),
      link,
      chip: after?.matches("a.k") ? (after as SVGAElement) : null,
      left: r ? number("cx") - r : x,
      right: r ? number("cx") + r : x + width,
      y: r ? number("cy") : number("y") + number("height") / 2,
      up: [],
      down: [],
    });
  }
  for (const pill of found.values()) {
    for (const id of pill.link.dataset["up"]?.split(" ") ?? []) {
      const parent = found.get(id);
      if (!parent) continue;
      pill.up.push(parent);
      parent.down.push(pill);
    }
  }
  for (const pill of found.values()) pill.down.sort((a, b) => a.left - b.left || a.y - b.y);
  return found;
}

/** A pill, its ancestors and its descendants. */
export function lineage(pill: Pill): Set<Pill> {
  const kin = new Set<Pill>();
  for (const way of ["up", "down"] as const) {
    const open = [pill];
    const seen = new Set<Pill>();
    for (let at = open.pop(); at; at = open.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      kin.add(at);
      open.push(...at[way]);
    }
  }
  return kin;
}

/** Where a key leads from a pill. */
export function beside(pill: Pill, key: string, among: Iterable<Pill>): Pill | undefined {
  switch (key) {
    case "ArrowRight":
      // Along the bough where it goes on, else to the first that leaves it.
      return along(pill, "down") ?? pill.down.find((child) => child.up[0] === pill) ?? pill.down[0];
    case "ArrowLeft":
      return pill.up[0];
    case "ArrowUp":
      return nearest(pill, -1, among);
    case "ArrowDown":
      return nearest(pill, 1, among);
    case "Home":
      return end(pill, "up");
    case "End":
      return end(pill, "down");
    default:
      return undefined;
  }
}

/** The next of the same bough. */
function along(pill: Pill, way: "up" | "down"): Pill | undefined {
  return pill[way].find((other) => Math.abs(other.y - pill.y) < ROW);
}

function end(pill: Pill, way: "up" | "down"): Pill {
  let at = pill;
  for (let next = along(at, way); next; next = along(at, way)) at = next;
  return at;
}

/** The nearest above or below; what is elsewhere in time counts as farther. */
function nearest(pill: Pill, sign: number, among: Iterable<Pill>): Pill | undefined {
  let [best, least]: [Pill | undefined, number] = [undefined, Infinity];
  for (const other of among) {
    const across = (other.y - pill.y) * sign;
    if (across < ROW) continue;
    const apart = Math.max(0, other.left - pill.right, pill.left - other.right);
    const far = across + 2 * apart + Math.abs(other.left - pill.left) / 50;
    if (far < least) [best, least] = [other, far];
  }
  return best;
}
