// Six views as they looked when somebody last looked at them: the tree, dark,
// selected, a model, a comparison, a run. What differs between machines and
// days (times, places, the state's number) is written over first.
//
//   ARBOR_BROWSER_GOLDENS=write   takes the views as they are now; look at
//                                 them before they are committed

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';
import { SHIPPED, go, on } from './site.js';

const FOLDER = new URL('./goldens/', import.meta.url);
const SIZE = { width: 1120, height: 720 };
/** Of a hundred pixels, so many may differ: fonts are drawn a little differently everywhere. */
const TOLERANCE = 0.5;

const VIEWS = [
  ['tree', '/', false],
  ['dark', '/', true],
  ['selected', '/?sel=mistral-7b-v0.1', false],
  ['model', '/models/palm-540b', false],
  ['compare', '/compare?m=llama-65b&m=llama-2-70b&m=mistral-7b-v0.1', false],
  ['run', '/runs/1', false],
];

/** Writes over what is not the same everywhere. */
function settle() {
  const write = (selector, text) => {
    for (const element of document.querySelectorAll(selector)) element.textContent = text;
  };
  write('.foot .num', '0');
  for (const head of document.querySelectorAll('thead th')) {
    if (head.textContent.startsWith('On ')) head.textContent = 'On a device';
  }
  if (!location.pathname.startsWith('/runs/')) return;
  write('.glance dd', 'as recorded');
  write('.ladder td', 'as found');
}

for (const [name, view, dark] of VIEWS) {
  test(`${name} looks as it did`, () =>
    on({ dark, still: true, size: SIZE }, async (page) => {
      // Twice: where the font came too late for the first time, it is there now.
      await go(page, SHIPPED + view);
      await go(page, SHIPPED + view);
      await page.evaluate(settle);
      const now = await page.screenshot({ animations: 'disabled', caret: 'hide' });
      const path = new URL(`${name}.png`, FOLDER);
      if (process.env.ARBOR_BROWSER_GOLDENS === 'write') {
        mkdirSync(FOLDER, { recursive: true });
        writeFileSync(path, now);
        return;
      }
      assert(existsSync(path), `there is no picture of it: ARBOR_BROWSER_GOLDENS=write takes one`);
      const [golden, seen] = [PNG.sync.read(readFileSync(path)), PNG.sync.read(now)];
      const { width, height } = golden;
      assert.deepEqual([seen.width, seen.height], [width, height]);
      const differing = pixelmatch(golden.data, seen.data, null, width, height, { threshold: 0.15 });
      const percent = (100 * differing) / (width * height);
      if (percent > TOLERANCE) {
        const place = process.env.ARBOR_BROWSER_SEEN;
        if (place) writeFileSync(`${place}/${name}.png`, now);
      }
      assert(
        percent <= TOLERANCE,
        `${percent.toFixed(2)} % of ${name} is another picture; if it should be, ARBOR_BROWSER_GOLDENS=write takes it`,
      );
    }));
}
