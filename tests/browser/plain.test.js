// Without a script: the tree stands, every link leads somewhere, and filters,
// sorting, pages, selecting and re-rooting work. Every view is its address.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MANY, PILLS, SHIPPED, go, links, on, place } from './site.js';

/** Follows a chip: at least as many models as it said are there. */
async function unfold(page, chip) {
  const [, folded] = /(\d+) more/.exec(await chip.getAttribute('aria-label'));
  const href = await chip.getAttribute('href');
  await chip.click();
  assert.equal(place(page), href);
  const [, shown, matched] = /^(\d+)(?: of (\d+))? models shown/.exec(
    await page.locator('.views').innerText(),
  );
  assert(Number(matched ?? shown) > Number(folded), `${matched ?? shown} models, ${folded} were folded`);
  assert.equal(Number(shown), await page.locator('svg.tree a[id^="n-"]').count());
}

/** Asks for addresses, a few at a time, and gives those not answered by 200. */
async function refused(site, hrefs) {
  const left = [...hrefs];
  const wrong = [];
  const worker = async () => {
    for (let href = left.pop(); href !== undefined; href = left.pop()) {
      const response = await fetch(site + href, { redirect: 'manual' });
      await response.arrayBuffer();
      if (response.status !== 200) wrong.push(`${response.status} ${href}`);
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  return wrong;
}

test('the tree shows its models, and every link is answered', () =>
  on({}, async (page) => {
    await go(page, SHIPPED);
    assert((await page.locator(PILLS).count()) >= 60);
    const hrefs = await links(page);
    assert(hrefs.length > 200, `${hrefs.length} links`);
    assert.deepEqual(await refused(SHIPPED, hrefs), []);
  }));

test('a hundred thousand models are one page as well', () =>
  on({}, async (page) => {
    await go(page, MANY);
    assert((await page.locator(PILLS).count()) >= 60);
    // Each tree of so many takes a while where the program is not optimised.
    const hrefs = await links(page, 'svg.tree');
    const models = hrefs.filter((href) => href.startsWith('/models/'));
    assert.deepEqual(await refused(MANY, models), []);
    await unfold(page, page.locator('svg.tree a.k[href^="/?root=made-up-"]').last());
  }));

test('the filters are a form', () =>
  on({}, async (page) => {
    await go(page, SHIPPED);
    const before = await page.locator(PILLS).count();
    await page.getByText('More filters').click();
    const form = page.locator('form.filters');
    await form.getByLabel('Parameters').fill('1B..10B');
    await form.getByLabel('Released').fill('2023..');
    await page.getByRole('button', { name: 'Apply' }).click();
    assert.equal(place(page), '/?date=2023..&params=1B..10B');
    const [, left, total] = /(\d+) of (\d+)/.exec(await page.locator('.set strong').innerText());
    assert(Number(left) > 0 && Number(left) < Number(total));
    assert((await page.locator(PILLS).count()) !== before);
    // What was filled in is still there, and one filter goes alone.
    assert.equal(await form.getByLabel('Parameters').inputValue(), '1B..10B');
    await page.getByLabel('Remove the filter date').click();
    assert.equal(place(page), '/?params=1B..10B');
    await page.getByRole('link', { name: 'clear' }).click();
    assert.equal(place(page), '/');
    assert.equal(await page.locator(PILLS).count(), before);
  }));

test('branches and access are switches that count', () =>
  on({}, async (page) => {
    await go(page, SHIPPED);
    const chip = page.locator('.chips .chip.enc');
    const count = Number(await chip.locator('.count').innerText());
    await chip.click();
    assert.equal(place(page), '/?branch=encoder-only');
    assert.match(await page.locator('.views').innerText(), new RegExp(`(of )?${count} models`));
    assert.equal(await page.locator('.chips .chip.enc').getAttribute('aria-current'), 'true');
    await page.locator('.chips .chip.enc').click();
    assert.equal(place(page), '/');
  }));

test('the table sorts and turns pages', () =>
  on({}, async (page) => {
    await go(page, `${SHIPPED}/models`);
    const names = () => page.locator('tbody th[scope=row]').allInnerTexts();
    const first = await names();
    await page.locator('.pager').getByText('Next').click();
    assert.equal(place(page), '/models?page=2');
    const second = await names();
    assert(second.every((name) => !first.includes(name)), 'pages share models');
    await page.locator('thead').getByRole('link', { name: 'Parameters' }).click();
    assert.equal(place(page), '/models?sort=-params');
    const units = { K: 1e3, M: 1e6, B: 1e9, T: 1e12 };
    const cells = await page.locator('tbody td:nth-of-type(5)').allInnerTexts();
    const sizes = cells.map((cell) => /([\d.]+)([KMBT])/.exec(cell)).filter(Boolean);
    const numbers = sizes.map(([, number, unit]) => Number(number) * units[unit]);
    assert(numbers.length > 10);
    assert.deepEqual(numbers, numbers.toSorted((a, b) => b - a));
    await page.locator('thead').getByRole('link', { name: 'Parameters' }).click();
    assert.equal(place(page), '/models?sort=params');
  }));

test('selecting a model dims what is not of its lineage', () =>
  on({}, async (page) => {
    await go(page, `${SHIPPED}/models/mistral-7b-v0.1`);
    await page.getByRole('link', { name: 'In the tree' }).click();
    assert.equal(place(page), '/?sel=mistral-7b-v0.1');
    assert.equal(new URL(page.url()).hash, '#n-mistral-7b-v0.1');
    assert.match(await page.locator('[id="n-mistral-7b-v0.1"]').getAttribute('class'), /\bsel\b/);
    const inView = await page.locator('[id="n-mistral-7b-v0.1"]').evaluate((pill) => {
      const at = pill.getBoundingClientRect();
      return at.left >= 0 && at.top >= 0 && at.right <= innerWidth && at.bottom <= innerHeight;
    });
    assert(inView, 'the selected pill is not in view');
    const dim = await page.locator(`${PILLS}.x`).count();
    const full = await page.locator(`${PILLS}:not(.x)`).count();
    assert(dim > full && full > 2, `${dim} dim, ${full} not`);
    for (const kin of ['llama-65b', 'gpt-3']) {
      const shown = page.locator(`#n-${kin}`);
      if ((await shown.count()) > 0) assert.doesNotMatch(await shown.getAttribute('class'), /\bx\b/);
    }
    await page.locator('.card .close').click();
    assert.equal(place(page), '/');
  }));

test('a chip draws the tree from its model', () =>
  on({}, async (page) => {
    await go(page, SHIPPED);
    const chip = page.locator('svg.tree a.k[href="/?root=bert-base"]');
    await unfold(page, chip);
    assert.match(await page.locator('.note').innerText(), /What descends from BERT-base/);
    // In it the next one leads on.
    await unfold(page, page.locator('svg.tree a.k[href^="/?root="]').first());
    await page.getByRole('link', { name: 'The whole tree' }).click();
    assert.equal(place(page), '/');
  }));

test('search finds, and says what it did not find', () =>
  on({}, async (page) => {
    await go(page, SHIPPED);
    await page.getByLabel('Find a model, lab or family').fill('mistral 7b');
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.pathname + url.search === '/search?q=mistral+7b');
    assert.match(await page.locator('tbody th').first().innerText(), /^Mistral 7B/);
    await page.getByLabel('Model, lab, family or hub id').fill('mistrral-7b');
    await page.getByRole('button', { name: 'Search' }).click();
    assert.match(await page.locator('.empty').innerText(), /Did you mean/);
  }));

/** Controls, each with where it stands and the address that it leads to. */
const CONTROLS = [
  ['/', (page) => page.locator('.chips .chip.dec').click(), '/?branch=decoder-only'],
  ['/', (page) => page.locator('.chips .chip.gated').click(), '/?access=gated'],
  ['/', (page) => page.locator('.tints').getByText('Family').click(), '/?by=family'],
  ['/', (page) => page.locator('.tints').getByText('Attention').click(), '/?by=gene&gene=attention'],
  ['/', (page) => page.getByText('show more').click(), '/?k=300'],
  ['/', (page) => page.getByText('as lists').click(), '/?view=outline'],
  ['/', (page) => page.locator('.views').getByText('table').click(), '/models'],
  ['/', (page) => chosen(page, 'Family', 'llama'), '/?family=llama'],
  ['/', (page) => chosen(page, 'Organisation', 'google'), '/?org=google'],
  ['/', (page) => chosen(page, 'In the 2023 figure', 'closed'), '/?figure=closed'],
  ['/', (page) => filled(page, 'Words', 'chat'), '/?q=chat'],
  // Nothing filled in: defaults leave no trace.
  ['/', (page) => filled(page, 'Words', ''), '/'],
  ['/models', (page) => filled(page, 'Words', ''), '/models'],
  ['/models', (page) => page.locator('thead').getByText('Released').click(), '/models?sort=date'],
  ['/models?sort=date', (page) => page.locator('thead').getByText('Released').click(), '/models'],
  ['/models?page=2', (page) => page.getByText('← Previous').click(), '/models'],
  ['/?k=300&sel=gpt-3', (page) => page.locator('.chips .chip.dec').click(), '/?branch=decoder-only&k=300&sel=gpt-3'],
  ['/runs', (page) => page.getByText('GPT-2 XL').click(), '/models/gpt2-xl'],
];

async function opened(page) {
  const details = page.locator('details.more:has(#f-q)');
  if ((await details.getAttribute('open')) === null) await details.locator('summary').click();
}

async function chosen(page, label, value) {
  await opened(page);
  await page.locator('form:has(#f-q)').getByLabel(label, { exact: true }).selectOption(value);
  await page.locator('form:has(#f-q)').getByRole('button', { name: 'Apply' }).click();
}

async function filled(page, label, value) {
  await opened(page);
  await page.locator('form:has(#f-q)').getByLabel(label, { exact: true }).fill(value);
  await page.locator('form:has(#f-q)').getByRole('button', { name: 'Apply' }).click();
}

const html = (page) => page.evaluate(() => document.documentElement.outerHTML);

async function roundTrips(page, other) {
    for (const [from, act, to] of CONTROLS) {
      await page.goto(SHIPPED + from);
      const before = await html(page);
      await act(page);
      await page.waitForURL((url) => url.pathname + url.search === to, { timeout: 5000 });
      const after = await html(page);
      await page.reload();
      assert.equal(await html(page), after, `${to} differs when reloaded`);
      if (to !== from) {
        await page.goBack();
        assert.equal(place(page), from);
        // Going back may show what was opened and filled in; served it is the same.
        await page.reload();
        assert.equal(await html(page), before, `${from} differs when gone back to`);
        await page.goForward();
        assert.equal(place(page), to);
      }
      await other.goto(SHIPPED + to);
      assert.equal(await html(other), after, `${to} differs when opened anew`);
  }
}

test('every view is its address: reloaded, gone back to and opened anew it is the same', () =>
  on({}, (page) => on({}, (other) => roundTrips(page, other))));
