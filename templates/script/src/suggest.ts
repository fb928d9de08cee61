// Completion of what is typed into a search field: a combobox with a list, as
// the ARIA practices describe it. The field keeps working as a plain form.

import { make, say } from "./dom.ts";

/** Quiet before a question is asked, in ms. */
const QUIET = 120;

interface Suggestion {
  id: string;
  name: string;
  branch: string;
}

/** The colours' classes of the stylesheet. */
const LIMBS: Record<string, string> = {
  precursor: "pre",
  "encoder-only": "enc",
  "encoder-decoder": "ed",
  "decoder-only": "dec",
};

/** Completes what is typed into a field. */
export function suggest(field: HTMLInputElement): void {
  const id = `${field.id}-list`;
  const list = make("ul", { id, role: "listbox", class: "suggest", "aria-label": "Models" });
  list.hidden = true;
  field.after(list);
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", id);
  field.setAttribute("aria-expanded", "false");
  field.setAttribute("autocomplete", "off");

  let waiting = 0;
  let asked: AbortController | undefined;
  let chosen = -1;

  const open = (isOpen: boolean): void => {
    list.hidden = !isOpen;
    field.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) choose(-1);
  };
  const choose = (place: number): void => {
    list.children[chosen]?.setAttribute("aria-selected", "false");
    chosen = place;
    const option = list.children[place];
    if (!option) return field.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", option.id);
  };
  const close = (): void => {
    clearTimeout(waiting);
    asked?.abort();
    open(false);
  };
  const go = (option: Element | undefined): void => {
    const model = option?.getAttribute("data-id");
    if (model) location.assign(`/models/${encodeURIComponent(model)}`);
  };
  const show = (found: Suggestion[]): void => {
    const options = found.map((one, place) => {
      const limb = LIMBS[one.branch] ?? "pre";
      const dot = make("span", { class: `dot ${limb}`, "aria-hidden": "true" });
      const attributes = { role: "option", id: `${id}-${place}`, "aria-selected": "false", "data-id": one.id };
      return make("li", attributes, dot, make("b", {}, one.name), make("small", {}, one.id));
    });
    list.replaceChildren(...options);
    chosen = -1;
    open(options.length > 0);
    say(options.length ? `${options.length} models; arrows choose` : "No model is called so");
  };
  const ask = async (): Promise<void> => {
    asked?.abort();
    const words = field.value.trim();
    if (!words) return close();
    asked = new AbortController();
    try {
      const { signal } = asked;
      const answer = await fetch(`/api/v1/suggest?q=${encodeURIComponent(words)}`, { signal });
      if (answer.ok) show((await answer.json()) as Suggestion[]);
      else close();
    } catch {
      // Overtaken by the next letter, or no connection: the form still works.
    }
  };

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => void ask(), QUIET);
  });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    const last = list.children.length - 1;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden) {
        void ask();
      } else {
        const down = event.key === "ArrowDown";
        // Beyond either end the field itself is chosen again.
        choose(down ? (chosen >= last ? -1 : chosen + 1) : chosen < 0 ? last : chosen - 1);
      }
    } else if (event.key === "Enter" && !event.isComposing && chosen >= 0) {
      go(list.children[chosen]);
    } else if (event.key === "Escape" && !list.hidden) {
      close();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  });
  // Before the field would lose the focus and the list close.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    go((event.target as Element).closest("li") ?? undefined);
  });
}
