// With the script: the keyboard walks the lineage, selecting and zooming are
// addresses that load the same anew and are gone back to, what is typed is
// completed, and every answer to a key or click comes within 100 ms even on a
// slow phone's processor.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MANY, SHIPPED, crowd, go, on, place, strict } from './site.js';

const scripted = (options, act) => on({ script: true, still: true, ...options }, act);

/** Where the focus is, and whether it is in the window and can be told. */
const focused = (page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    const shape = element.querySelector(':scope > rect, :scope > circle') ?? element;
    const at = shape.getBoundingClientRect();
    const style = getComputedStyle(shape);
    return {
      id: element.id,
      inView: at.left >= 0 && at.top >= 0 && at.right <= innerWidth && at.bottom <= innerHeight,
      isShown: element.matches(':focus-visible') && (parseFloat(style.strokeWidth) >= 4 || style.outlineStyle !== 'none'),
    };
  });

/** Presses keys until a pill has the focus; every stop must be seen. */
async function walk(page, key, id, most = 12) {
  for (let steps = 0; steps < most; steps += 1) {
    await page.keyboard.press(key);
    const now = await focused(page);
    assert(now.inView && now.isShown, `${now.id} has the focus unseen after ${key}`);
    if (now.id === id) return;
  }
  assert.fail(`${id} is not reached by ${key}`);
}

/** The way up the lineage, as the drawing says it. */
async function ancestors(page, id) {
  return page.evaluate((id) => {
    const way = [];
    for (let at = document.getElementById(`n-${id}`); at; ) {
      const [parent] = (at.dataset.up ?? '').split(' ');
      at = parent ? document.getElementById(`n-${parent}`) : null;
      if (at) way.push(at.id);
    }
    return way;
  }, id);
}

test('a journey along the lineage by keyboard alone', () =>
  scripted({}, async (page) => {
    await go(page, SHIPPED);
    // One stop for Tab: the first pill; the way past the tree is before it.
    const stops = await page.locator('svg.tree a[id^="n-"]:not([tabindex="-1"])').count();
    assert.equal(stops, 1);
    for (let steps = 0; (await focused(page)).id !== 'n-transformer-big'; steps += 1) {
      assert(steps < 60, 'the tree is not reached');
      await page.keyboard.press('Tab');
    }
    // From Mistral 7B by way of LLaMA to where its line begins.
    const start = () => page.evaluate(() => document.getElementById('n-mistral-7b-v0.1').focus());
    await start();
    const up = await ancestors(page, 'mistral-7b-v0.1');
    assert(up.includes('n-llama-65b') && up.length > 3, up.join());
    for (const parent of up) await walk(page, 'ArrowLeft', parent, 1);
    // And from LLaMA to what came of it, along the line and across.
    await page.evaluate(() => document.getElementById('n-llama-65b').focus());
    await page.keyboard.press('ArrowRight');
    const child = await focused(page);
    assert((await ancestors(page, child.id.slice(2))).includes('n-llama-65b'), child.id);
    for (const key of ['End', 'Home', 'ArrowDown', 'ArrowDown', 'ArrowUp']) {
      await page.keyboard.press(key);
      const now = await focused(page);
      assert(now.inView && now.isShown, `${now.id} has the focus unseen after ${key}`);
    }
    await start();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/models\/mistral-7b-v0\.1$/);
    await page.goBack();
    assert.equal(place(page), '/');
  }));

test('Space selects and Esc clears, each with an address', () =>
  scripted({}, async (page) => {
    await go(page, SHIPPED);
    await page.evaluate(() => document.getElementById('n-mistral-7b-v0.1').focus());
    await page.keyboard.press('Space');
    await page.waitForURL(/\?sel=mistral-7b-v0\.1/);
    await page.locator('.card').waitFor();
    await page.waitForFunction(() => document.activeElement.id === 'n-mistral-7b-v0.1');
    await page.keyboard.press('Escape');
    await page.waitForURL((url) => url.search === '');
    await page.goBack();
    await page.waitForURL(/\?sel=mistral-7b-v0\.1/);
    await page.locator('.card').waitFor();
    await page.goBack();
    await page.waitForURL((url) => url.search === '');
    await page.locator('.card').waitFor({ state: 'detached' });
  }));

/** The main part without what only the script puts there. */
const main = (page) =>
  page.evaluate(() => {
    const copy = document.querySelector('main').cloneNode(true);
    for (const element of copy.querySelectorAll('*')) {
      element.removeAttribute('tabindex');
      element.classList.remove('kin');
      // What is folded open stays so from view to view.
      if (element.localName === 'details') element.removeAttribute('open');
      if (element.getAttribute('class') === '') element.removeAttribute('class');
    }
    return copy.innerHTML;
  });

const CHANGES = [
  ['/', (page) => page.locator('[id="n-mistral-7b-v0.1"]').click(), '/?sel=mistral-7b-v0.1'],
  ['/', (page) => page.locator('.chips .chip.dec').click(), '/?branch=decoder-only'],
  ['/', (page) => page.locator('.tints').getByText('Family').click(), '/?by=family'],
  ['/?sel=gpt-3', (page) => page.keyboard.press('Escape'), '/'],
  ['/', (page) => page.locator('svg.tree a.k[href="/?root=bert-base"]').click(), '/?root=bert-base'],
];

test('what the script changes is an address that loads the same anew', () =>
  scripted({}, async (page) => {
    for (const [from, act, to] of CHANGES) {
      await go(page, SHIPPED + from);
      const before = await main(page);
      await act(page);
      await page.waitForURL((url) => url.pathname + url.search === to);
      await page.waitForFunction(() => document.querySelector('main:not([aria-busy])'));
      const changed = await main(page);
      await page.reload();
      await page.waitForLoadState();
      assert.equal(await main(page), changed, `${to} loads otherwise than it was shown`);
      await page.goBack();
      await page.waitForURL((url) => url.pathname + url.search === from);
      await page.waitForFunction(() => document.querySelector('main:not([aria-busy])'));
      assert.equal(await main(page), before, `${from} is not gone back to`);
    }
  }));

test('zoom is in the address, and loads as it was', () =>
  scripted({}, async (page) => {
    await go(page, SHIPPED);
    const width = () => page.locator('svg.tree').evaluate((svg) => svg.getBoundingClientRect().width);
    const before = await width();
    await page.keyboard.press('+');
    await page.waitForURL(/\?z=1\.2$/);
    const larger = await width();
    assert(Math.abs(larger / before - 1.2) < 0.01, `${larger} of ${before}`);
    await page.reload();
    assert(Math.abs((await width()) - larger) <= 1);
    await page.keyboard.press('0');
    await page.waitForURL((url) => url.search === '');
    assert(Math.abs((await width()) - before) <= 1);
  }));

test('what is typed is completed, by keyboard alone', () =>
  scripted({}, async (page) => {
    await go(page, SHIPPED);
    await page.keyboard.press('/');
    assert.equal((await focused(page)).id, 'find');
    await page.keyboard.type('mistral 7');
    const options = page.getByRole('listbox').getByRole('option');
    await options.first().waitFor();
    assert((await options.count()) > 1);
    await page.keyboard.press('ArrowDown');
    const chosen = await options.first().getAttribute('data-id');
    assert.equal(await options.first().getAttribute('aria-selected'), 'true');
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.pathname === `/models/${chosen}`);
  }));

/** The longest of the interactions so far, as the browser measures them. */
function watch() {
  globalThis.longest = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.interactionId) globalThis.longest = Math.max(globalThis.longest, entry.duration);
    }
  }).observe({ type: 'event', durationThreshold: 16, buffered: true });
}

const ACTS = [
  ['select', (page) => page.locator('[id="n-gpt-3"]').click()],
  ['filter', (page) => page.locator('.chips .chip.dec').click()],
  ['zoom', (page) => page.keyboard.press('+')],
  ['a step', async (page) => {
    await page.evaluate(() => document.getElementById('n-gpt-3').focus());
    await page.keyboard.press('ArrowRight');
  }],
];

for (const [name, site] of [['the shipped catalogue', SHIPPED], ['100,000 models', MANY]]) {
  test(`keys and clicks are answered within 100 ms at ${name}, on a quarter of the processor`, async (t) => {
    const [told, late] = [[], []];
    for (const [what, act] of ACTS) {
      // As for paints: a busy machine makes each longer and none shorter.
      let least = Infinity;
      for (let tries = 0; tries < 6 && least > 100; tries += 1) {
        await scripted({}, async (page) => {
          await page.addInitScript(watch);
          await go(page, site);
          const cdp = await page.context().newCDPSession(page);
          await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
          await act(page);
          await page.waitForTimeout(900);
          least = Math.min(least, await page.evaluate(() => globalThis.longest));
        });
      }
      const isBusy = crowd() > 1;
      told.push(`${what} ${least} ms${isBusy ? ' (on a busy machine: told, not judged)' : ''}`);
      // Drawing anew takes all cores: among others its time says nothing, and
      // beyond 200 ms it is slow on any machine.
      if (!isBusy && least > (strict() ? 100 : 200)) late.push(`${what} takes ${least} ms`);
    }
    t.diagnostic(told.join(', '));
    assert.deepEqual(late, []);
  });
}
