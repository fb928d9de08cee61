// Names that mean harm stay names: in the drawing, the lists, the tables, on
// the models' pages, in the standalone picture and in spreadsheets.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOSTILE, NAMES, go, on } from './site.js';

// The catalogue takes no control characters.
const names = NAMES.map((name) => name.replace('\t', ' '));
const spaced = (text) => text.replace(/\s+/g, ' ').trim();

/** Nothing on the page is there because of a name. */
async function harmless(page) {
  const found = await page.evaluate(() => ({
    title: document.title,
    images: document.querySelectorAll('img[src="x"], img[onerror], main img').length,
    scripts: [...document.querySelectorAll('script')].filter((s) => s.textContent !== '').length,
    handlers: [...document.querySelectorAll('*')].flatMap((e) => [...e.attributes])
      .filter((a) => a.name.startsWith('on')).length,
    comments: document.createNodeIterator(document, NodeFilter.SHOW_COMMENT).nextNode() !== null,
    hasEnd: document.querySelector('footer.foot') !== null,
  }));
  assert.notEqual(found.title, 'taken');
  assert.deepEqual({ ...found, title: '' }, { title: '', images: 0, scripts: 0, handlers: 0, comments: false, hasEnd: true });
}

for (const view of ['/', '/?view=outline', '/models', '/models/hostile-0', '/models/hostile-1', '/models/hostile-14',
  '/families', '/families/hostile', '/organisations', '/organisations/lab', '/sources/own-knowledge',
  '/compare?m=hostile-0&m=hostile-1', '/figures', '/search?q=%3Cscript%3E']) {
  // With scripts on: an injected one would run where the policy let it.
  test(`nothing on ${view} is taken for more than a name`, () =>
    on({ script: true }, async (page) => {
      await go(page, HOSTILE + view);
      await harmless(page);
    }));
}

test('what a query holds is text as well', () =>
  on({ script: true, allowed: true }, async (page) => {
    for (const name of names) {
      const value = encodeURIComponent(name);
      for (const view of [`/search?q=${value}`, `/models?org=${value}`, `/models/${value}`, `/compare?m=${value}`]) {
        await page.goto(HOSTILE + view);
        await harmless(page);
      }
    }
  }));

test('every name stands in the table, whole', () =>
  on({}, async (page) => {
    await go(page, `${HOSTILE}/models?sort=id`);
    const shown = await page.locator('tbody th').allInnerTexts();
    assert.deepEqual(shown.map(spaced).toSorted(), names.map(spaced).toSorted());
  }));

test('every name stands in the lists, whole', () =>
  on({}, async (page) => {
    await go(page, `${HOSTILE}/?view=outline`);
    const shown = await page.locator('.outline a.pill').allInnerTexts();
    assert.deepEqual(shown.map(spaced).toSorted(), names.map(spaced).toSorted());
  }));

test('in the drawing a name is read whole, and drawn within its pill', () =>
  on({}, async (page) => {
    await go(page, HOSTILE);
    const pills = await page.locator('svg.tree a[id^="n-"]').evaluateAll((all) =>
      all.map((a) => {
        const box = (element) => element.getBoundingClientRect();
        const rect = box(a.querySelector('rect'));
        const texts = [...a.querySelectorAll('text')].map(box);
        return {
          name: a.getAttribute('aria-label'),
          title: a.querySelector('title').textContent,
          spill: Math.max(...texts.map((text) => Math.max(text.right - rect.right, rect.left - text.left))),
        };
      }));
    assert.equal(pills.length, names.length);
    for (const name of names) {
      const pill = pills.find((pill) => pill.name.includes(name));
      assert(pill, `${name} is not read out`);
      assert.equal(pill.title, pill.name);
      assert(pill.spill <= 0, `${name} sticks out by ${pill.spill} px`);
    }
  }));

test('the standalone picture is well-formed and holds no more than names', () =>
  on({ script: true }, async (page) => {
    await page.goto(`${HOSTILE}/tree.svg`);
    const found = await page.evaluate(() => ({
      root: document.documentElement.localName,
      title: document.title,
      foreign: document.querySelectorAll('parsererror, script, img, image, foreignObject').length,
      names: [...document.querySelectorAll('a[id^="n-"]')].map((a) => a.getAttribute('aria-label')),
    }));
    assert.equal(found.root, 'svg');
    assert.equal(found.foreign, 0);
    for (const name of names) assert(found.names.some((said) => said.includes(name)), name);
  }));

test('a spreadsheet takes no name for a formula', async () => {
  const csv = await (await fetch(`${HOSTILE}/models.csv`)).text();
  const rows = parse(csv);
  assert.equal(rows.length, names.length + 1);
  const wide = rows[0].length;
  assert(rows.every((row) => row.length === wide), 'rows of different lengths');
  const at = rows[0].indexOf('name');
  const shown = rows.slice(1).map((row) => row[at]);
  const dangerous = /^[=+\-@\t\r]/;
  assert.deepEqual(rows.flat().filter((cell) => dangerous.test(cell)), []);
  // A quote before it is what spreadsheets leave out again.
  const told = shown.map((name) => (dangerous.test(name.slice(1)) ? name.slice(1) : name));
  assert.deepEqual(told.toSorted(), names.toSorted());
});

/** The cells of a CSV text (RFC 4180). */
function parse(text) {
  const rows = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,"\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1).push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end !== ',') rows.push([]);
  }
  return rows.filter((row) => row.length > 1);
}
