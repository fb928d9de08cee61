// Zoom of the tree: a wider or narrower drawing. Scrolling stays the
// browser's, and so does pinching; the factor is `z` in the address.

import { address, here } from "./address.ts";
import { all, plain } from "./dom.ts";
import { moved } from "./visit.ts";

/** As the server takes it. */
const [LEAST, MOST] = [0.5, 2];
/** What a key multiplies by. */
const STEP = 1.2;
/** Quiet before the address follows, in ms: browsers limit how often it may. */
const QUIET = 250;

let quiet = 0;

function drawing(): SVGSVGElement | null {
  return document.querySelector<SVGSVGElement>(".canvas > svg");
}

/** How much larger than drawn it is shown. */
function factor(svg: SVGSVGElement): number {
  return (2 * Number(svg.getAttribute("width"))) / svg.viewBox.baseVal.width;
}

/** Zooms about a point of the window. */
function zoom(svg: SVGSVGElement, wanted: number, x: number, y: number): void {
  const hundredths = Math.round(Math.min(MOST, Math.max(LEAST, wanted)) * 100);
  const z = hundredths / 100;
  const box = svg.viewBox.baseVal;
  const before = svg.getBoundingClientRect();
  const [across, down] = [(x - before.left) / before.width, (y - before.top) / before.height];
  svg.setAttribute("width", String(Math.round((box.width * hundredths) / 200)));
  svg.setAttribute("height", String(Math.round((box.height * hundredths) / 200)));
  const after = svg.getBoundingClientRect();
  if (svg.parentElement) svg.parentElement.scrollLeft += after.left + across * after.width - x;
  scrollBy(0, after.top + down * after.height - y);
  clearTimeout(quiet);
  quiet = setTimeout(() => {
    history.replaceState(null, "", here({ z: z === 1 ? "" : String(z) }) + location.hash);
    moved();
    follow(z);
  }, QUIET);
}

/** Links to other views of the tree keep the zoom, as the server's do. */
function follow(z: number): void {
  for (const link of all<HTMLAnchorElement>('main a[href="/"], main a[href^="/?"]:not(.zoom)')) {
    const url = new URL(link.getAttribute("href") ?? "/", location.href);
    url.searchParams.set("z", z === 1 ? "" : String(z));
    link.setAttribute("href", address(url.pathname, url.searchParams) + url.hash);
  }
}

/** Zooms by a key: `+`, `-` or `0`. Whether it was one. */
export function zoomBy(key: string): boolean {
  const svg = drawing();
  const step = { "+": STEP, "=": STEP, "-": 1 / STEP, "0": 0 }[key];
  if (!svg || step === undefined) return false;
  const focused = svg.contains(document.activeElement) ? document.activeElement : null;
  const around = (focused ?? svg.parentElement ?? svg).getBoundingClientRect();
  const bottom = Math.min(around.bottom, innerHeight);
  const x = (around.left + around.right) / 2;
  zoom(svg, step ? factor(svg) * step : 1, x, (Math.max(around.top, 0) + bottom) / 2);
  return true;
}

/** The links that zoom do as their keys: about the middle, by one step. */
export function zoomLinks(): void {
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLElement>("a.zoom") : null;
    if (!link || event.button !== 0 || !plain(event)) return;
    if (zoomBy(link.dataset["key"] ?? "")) event.preventDefault();
  });
}

/** Zooms as the wheel turns with Ctrl, as touchpads say a pinch. */
export function wheel(): void {
  const turn = (event: WheelEvent): void => {
    const svg = drawing();
    if (!event.ctrlKey || !svg?.parentElement?.contains(event.target as Node)) return;
    event.preventDefault();
    // Lines and pages of old wheels are a step; pixels are taken as they come.
    const by = event.deltaMode === 0 ? event.deltaY : Math.sign(event.deltaY) * 100;
    zoom(svg, factor(svg) * Math.exp(-by / 500), event.clientX, event.clientY);
  };
  document.addEventListener("wheel", turn, { passive: false });
}
