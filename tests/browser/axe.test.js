// axe finds nothing to complain of, on any kind of page, light and dark.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import axe from 'axe-core';
import { HOSTILE, MANY, SHIPPED, go, on } from './site.js';
import { PAGES, REFUSED } from './views.js';

/** Runs axe in the page; in the dark only colours can have changed. */
async function complaints(page, rules) {
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async (only) => {
    // What is folded away is read as well.
    for (const details of document.querySelectorAll('details')) details.open = true;
    // A drawing's tooltips are never on the page, but axe reads them as if;
    // what they say stands in the links' labels.
    for (const title of document.querySelectorAll('svg title')) title.remove();
    const found = await globalThis.axe.run(document, {
      resultTypes: ['violations'],
      ...(only && { runOnly: { type: 'rule', values: only } }),
    });
    return found.violations;
  }, rules);
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.html.slice(0, 200)} ${node.failureSummary}`),
  );
}

for (const view of PAGES) {
  test(`axe on ${view}`, () =>
    on({ script: true, still: true, allowed: REFUSED.includes(view) }, async (page) => {
      await go(page, SHIPPED + view);
      assert.deepEqual(await complaints(page), []);
      await page.emulateMedia({ colorScheme: 'dark' });
      const ground = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
      assert.equal(ground, 'rgb(17, 20, 27)');
      assert.deepEqual(await complaints(page, ['color-contrast']), [], 'in the dark');
    }));
}

for (const [site, view] of [
  [HOSTILE, '/'],
  [HOSTILE, '/models'],
  [HOSTILE, '/models/hostile-1'],
  [MANY, '/'],
]) {
  test(`axe on ${view} ${site === MANY ? 'of 100,000 models' : 'with hostile names'}`, () =>
    on({ script: true, still: true }, async (page) => {
      await go(page, site + view);
      assert.deepEqual(await complaints(page), []);
    }));
}
