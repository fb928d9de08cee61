// Small tools over the document: finding, making, and speaking to screen
// readers. Texts reach the page as text, never as markup.

/** Every element that a selector finds. */
export function all<E extends Element>(selector: string, root: ParentNode = document): E[] {
  return [...root.querySelectorAll<E>(selector)];
}

/** A new element with attributes and with texts or elements in it. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string> = {},
  ...inside: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...inside);
  return made;
}

/** Whether keys pressed there write something. */
export function writes(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches("input, select, textarea, [contenteditable]");
}

let region: HTMLElement | undefined;

/** Says something to those who do not see what changed. */
export function say(text: string): void {
  region ??= document.body.appendChild(make("p", { class: "hidden", role: "status" }));
  region.textContent = text;
}

/** A click or key without Ctrl, Alt, Shift or Meta. */
export function plain(event: MouseEvent | KeyboardEvent): boolean {
  return !(event.ctrlKey || event.altKey || event.metaKey || event.shiftKey);
}

/** Does something once the browser has shown what was done so far. */
export function painted(what: () => void): void {
  requestAnimationFrame(() => setTimeout(what));
}
