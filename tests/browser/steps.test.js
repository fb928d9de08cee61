// With the script: what it makes shorter, and that it leaves the page as the
// server would have sent it. No test here is about what works without it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SHIPPED, go, on, place } from './site.js';

const SCRIPT = { script: true };

/** Marks the page, to tell later whether it was loaded anew. */
const mark = (page) => page.evaluate(() => (window.marked = true));
const isSame = (page) => page.evaluate(() => window.marked === true);
const focused = (page) => page.evaluate(() => document.activeElement.id);

/** The main part without what the script itself adds to it. */
const main = (page) =>
  page.evaluate(() => {
    const copy = document.querySelector('main').cloneNode(true);
    for (const element of copy.querySelectorAll('[tabindex]')) element.removeAttribute('tabindex');
    for (const button of copy.querySelectorAll('.copy')) {
      button.remove();
    }
    for (const pill of copy.querySelectorAll('.kin')) pill.classList.remove('kin');
    return copy.outerHTML;
  });

/** Reports what the policy would not let the page do, as an error. */
async function watch(page) {
  await page.addInitScript(() =>
    document.addEventListener('securitypolicyviolation', (event) =>
      console.error(`the policy refused ${event.violatedDirective}: ${event.blockedURI}`),
    ),
  );
}

test('a pill selects without a reload, and the address is the whole state', () =>
  on(SCRIPT, async (page) => {
    await watch(page);
    await go(page, SHIPPED);
    await mark(page);
    const pill = page.locator('#n-llama-65b');
    await pill.evaluate((p) => p.scrollIntoView({ block: 'center', inline: 'center' }));
    const before = await pill.boundingBox();
    await pill.click();
    await page.locator('.card').waitFor();
    assert.equal(place(page), '/?sel=llama-65b');
    assert(await isSame(page));
    // What was pressed stays under the pointer.
    const after = await pill.boundingBox();
    assert(Math.abs(after.x - before.x) < 3 && Math.abs(after.y - before.y) < 3);
    // The pointer may rest on it: nothing else may differ.
    await page.mouse.move(0, 0);
    const shown = await main(page);
    await page.reload();
    assert.equal(shown, await main(page));
    await mark(page);
    await page.locator('.card li.down a').first().click();
    await page.waitForFunction(() => document.querySelector('#card-name').innerText !== 'LLaMA 65B');
    await page.goBack();
    await page.waitForFunction(() => document.querySelector('#card-name').innerText === 'LLaMA 65B');
    await page.keyboard.press('Escape');
    await page.locator('.card').waitFor({ state: 'detached' });
    assert.equal(place(page), '/');
    assert(await isSame(page));
  }));

test('keys walk the lineage, select, unfold and open', () =>
  on(SCRIPT, async (page) => {
    await watch(page);
    await go(page, SHIPPED);
    await mark(page);
    await page.locator('#n-llama-65b').focus();
    for (const [key, id] of [
      ['ArrowRight', 'n-llama-2-70b'],
      ['ArrowLeft', 'n-llama-65b'],
      ['End', 'n-llama-4-maverick'],
      ['Home', 'n-llama-65b'],
    ]) {
      await page.keyboard.press(key);
      assert.equal(await focused(page), id, key);
      const box = await page.locator(`#${id}`).boundingBox();
      assert(box.x >= 0 && box.x + box.width <= 1440 && box.y >= 0 && box.y + box.height <= 900, key);
    }
    await page.keyboard.press('Space');
    await page.locator('.card').waitFor();
    assert.equal(await focused(page), 'n-llama-65b');
    await page.keyboard.press('Escape');
    await page.locator('.card').waitFor({ state: 'detached' });
    // One stop in the tree, and one for what is folded behind it.
    const mistral = '[id="n-mistral-7b-v0.1"]';
    await page.locator(mistral).focus();
    assert.equal(await page.locator('a[id^="n-"][tabindex="0"]').count(), 1);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => location.search.startsWith('?root='));
    await page.locator('#n-zephyr-7b-beta').waitFor();
    assert.equal(await focused(page), 'n-mistral-7b-v0.1');
    for (let step = 0; step < 40 && !(await focused(page)).startsWith('n-zephyr'); step += 1) {
      await page.keyboard.press('ArrowDown');
    }
    assert.match(await focused(page), /^n-zephyr/);
    assert(await isSame(page));
    await page.keyboard.press('Enter');
    await page.waitForURL('**/models/zephyr-*');
    await page.goBack();
    assert.equal(place(page), '/?root=mistral-7b-v0.1');
  }));

test('zoom is anchored, in the address, and kept by links', () =>
  on(SCRIPT, async (page) => {
    await go(page, SHIPPED);
    const at = () =>
      page.evaluate(() => {
        const box = document.querySelector('.canvas > svg').getBoundingClientRect();
        return [(700 - box.left) / box.width, (600 - box.top) / box.height, box.width];
      });
    await page.mouse.move(700, 600);
    const [x, y, width] = await at();
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -200);
    await page.keyboard.up('Control');
    await page.waitForFunction(() => location.search.startsWith('?z='));
    const [newX, newY, wider] = await at();
    assert(wider > width * 1.2);
    assert(Math.abs(newX - x) < 0.005 && Math.abs(newY - y) < 0.005, `${newX} ${newY}`);
    await page.keyboard.press('0');
    await page.waitForFunction(() => location.search === '');
    await page.keyboard.press('+');
    await page.waitForFunction(() => location.search === '?z=1.2');
    const family = page.locator('.tints a', { hasText: 'Family' });
    assert.equal(await family.getAttribute('href'), '/?by=family&z=1.2');
    const size = await page.locator('.canvas > svg').getAttribute('width');
    await page.reload();
    assert.equal(await page.locator('.canvas > svg').getAttribute('width'), size);
  }));

test('search completes as a combobox, and takes names as text', () =>
  on(SCRIPT, async (page) => {
    await watch(page);
    await go(page, `${SHIPPED}/models/gpt-3`);
    await page.keyboard.press('/');
    const field = page.getByRole('combobox');
    assert.equal(await focused(page), 'find');
    await page.keyboard.type('mistral');
    await page.getByRole('option').first().waitFor();
    assert.equal(await field.getAttribute('aria-expanded'), 'true');
    await page.keyboard.press('ArrowDown');
    const chosen = page.locator('[role=option][aria-selected=true]');
    assert.equal(await field.getAttribute('aria-activedescendant'), await chosen.getAttribute('id'));
    await page.keyboard.press('Escape');
    assert.equal(await field.getAttribute('aria-expanded'), 'false');
    assert.equal(await field.inputValue(), 'mistral');
    const hostile = { id: '"><img src=x onerror=alert(1)>', name: '<script>alert(1)</script>', branch: 'x' };
    await page.route('**/api/v1/suggest*', (route) => route.fulfill({ json: [hostile] }));
    await field.fill('m');
    await page.getByText(hostile.name).waitFor();
    assert.equal(await page.locator('#find-list :is(img, script)').count(), 0);
    await page.unroute('**/api/v1/suggest*');
    await field.fill('zephyr');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/search?q=zephyr');
  }));

test('a filter applies as it is chosen, and the focus stays', () =>
  on(SCRIPT, async (page) => {
    await go(page, `${SHIPPED}/models`);
    await mark(page);
    await page.getByText('More filters').click();
    await page.locator('#f-family').focus();
    await page.locator('#f-family').selectOption('llama');
    await page.waitForFunction(() => location.search === '?family=llama');
    assert.equal(await focused(page), 'f-family');
    assert(await page.getByRole('button', { name: 'Apply' }).isVisible());
    await page.goBack();
    await page.waitForFunction(() => document.querySelector('#f-family').value === '');
    // So do the columns, a list of boxes; what was open stays so.
    await page.getByText('More filters').click();
    await page.locator('.columns-of summary').click();
    const box = page.locator('.columns-of input').first();
    const wasOn = await box.isChecked();
    await box.setChecked(!wasOn);
    await page.waitForFunction(() => location.search.startsWith('?cols='));
    await page.locator('main:not([aria-busy])').waitFor();
    assert.equal(await page.locator('.columns-of input').first().isChecked(), !wasOn);
    const open = await page.locator('details.more').evaluateAll((all) => all.map((one) => one.open));
    assert.deepEqual(open, [false, true]);
    assert(await isSame(page));
  }));

test('a small tree on another page only leads on', () =>
  on(SCRIPT, async (page) => {
    const pills = page.locator('.canvas a[id^="n-"]');
    await go(page, `${SHIPPED}/models/mistral-7b-v0.1`);
    assert((await pills.count()) > 3);
    await page.keyboard.press('+');
    const first = pills.first();
    const href = await first.getAttribute('href');
    await first.click();
    await page.waitForURL(`**${href}`);
    assert.equal(place(page), href);
  }));

test('what cannot be fetched is opened', () =>
  on({ ...SCRIPT, allowed: true }, async (page) => {
    await go(page, SHIPPED);
    await mark(page);
    await page.route('**/?sel=*', (route) =>
      route.request().resourceType() === 'fetch' ? route.abort() : route.continue(),
    );
    await page.locator('#n-gpt-4').click();
    await page.locator('.card').waitFor();
    assert.equal(place(page), '/?sel=gpt-4');
    assert(!(await isSame(page)));
  }));

test('keys can be learned and switched off', () =>
  on(SCRIPT, async (page) => {
    await go(page, `${SHIPPED}/?sel=gpt-3`);
    await page.keyboard.press('?');
    const help = page.getByRole('dialog');
    await help.waitFor();
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'hidden' });
    assert.equal(place(page), '/?sel=gpt-3');
    await page.getByRole('button', { name: 'Keys' }).click();
    await help.getByRole('checkbox').uncheck();
    await help.getByRole('button', { name: 'Close' }).click();
    await page.keyboard.press('/');
    assert.notEqual(await focused(page), 'find');
  }));

test('a phone starts where the tree is newest', () =>
  on({ ...SCRIPT, size: { width: 390, height: 844 } }, async (page) => {
    await go(page, SHIPPED);
    const left = await page.locator('.canvas').evaluate((c) => c.scrollWidth - c.clientWidth - c.scrollLeft);
    assert(left < 3, `${left} pixels from its end`);
  }));
