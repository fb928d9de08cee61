// A run as it goes: its page fills up by itself, also after the way to the
// events broke; without a script it comes again; at last it is the run.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { go, on } from './site.js';

const { ARBOR_SITE_LIVE: LIVE, ARBOR_LIVE_STEP: STEP } = process.env;
const step = () => fetch(STEP);
const made = (page, count) =>
  page.locator('.note').getByText(`${count} of 13 checks made`).waitFor();

test('a run is followed to its end, with a script and without', () =>
  on({ script: true, allowed: true }, async (page) => {
    let broken = 0;
    await page.route('**/runs/1/events', (route) => {
      broken += 1;
      return broken === 1 ? route.abort('connectionreset') : route.continue();
    });
    // A sign of life: of a run that was silent for long the page says that.
    await step();
    await go(page, `${LIVE}/runs/1`);
    await made(page, 1);
    // The first try was cut off; the browser comes back for the rest.
    await step();
    await made(page, 2);
    assert(broken > 1);
    assert.equal(await page.locator('.ladder .passed').count(), 2);
    await page.evaluate(() => (window.marked = true));
    await step();
    await made(page, 3);
    assert(await page.evaluate(() => window.marked), 'it was loaded anew');

    // A page that cannot be fetched leaves the one that is there.
    await page.route('**/runs/1', (route) => route.abort('connectionreset'), { times: 1 });
    await step();
    await page.waitForTimeout(1500);
    await made(page, 3);

    await on({}, async (plain) => {
      await go(plain, `${LIVE}/runs/1`);
      await made(plain, 4);
      await step();
      await plain.getByText('sound').first().waitFor();
    });
    await page.getByText('sound').first().waitFor();
    assert.equal(await page.locator('[data-events]').count(), 0);
  }));
