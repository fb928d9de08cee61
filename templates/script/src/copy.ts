// A button beside every command that puts it on the clipboard, where the
// browser lets a page do so.

import { all, make, say } from "./dom.ts";

/** How long a button says that it has copied, in ms. */
const SAID = 1600;

/** Gives the commands in a part of the page their buttons. */
export function copy(main: ParentNode): void {
  if (!navigator.clipboard) return;
  for (const command of all<HTMLElement>("code.cmd", main)) {
    const text = command.textContent ?? "";
    const button = make("button", { type: "button", class: "copy", "aria-label": `Copy ${text}` }, "Copy");
    button.addEventListener("click", async () => {
      const done = await navigator.clipboard.writeText(text).then(() => "Copied", () => "Not copied");
      button.textContent = done;
      say(done);
      setTimeout(() => (button.textContent = "Copy"), SAID);
    });
    // Its room is kept free by the style: nothing moves.
    command.after(button);
  }
}
