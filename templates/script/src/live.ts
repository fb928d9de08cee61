// A validation run as it goes: whenever a check is made, the page is fetched
// anew. It is the server's page that shows it; without this it refreshes.

import { mount, visit } from "./visit.ts";

let source: EventSource | undefined;

/** Follows the run on this page, where it has not ended. */
export function live(): void {
  mount((main) => {
    const events = main.querySelector("[data-events]")?.getAttribute("data-events");
    const address = events ? new URL(events, location.href).href : undefined;
    if (source?.url === address) return;
    source?.close();
    source = address ? new EventSource(address) : undefined;
    // What cannot be fetched now comes with the next event.
    const news = (): void => void visit(location.href, "same");
    source?.addEventListener("check", news);
    source?.addEventListener("end", news);
  });
}
