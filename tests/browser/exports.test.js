// Pictures to keep: a file that stands alone, in no need of the site, and
// the same as what the page shows; pixels of the promised size.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';
import { MANY, SHIPPED, go, on } from './site.js';

const VIEWS = ['', '?sel=mistral-7b-v0.1', '?by=gene&gene=attention', '?root=bert-base'];
const themed = (view, theme) => (theme === 'dark' ? `${view}${view ? '&' : '?'}theme=dark` : view);
const text = async (url) => {
  const response = await fetch(url);
  assert.equal(response.status, 200, url);
  return response.text();
};

for (const [site, view] of [...VIEWS.map((view) => [SHIPPED, view]), [MANY, '']]) {
  for (const theme of ['light', 'dark']) {
    test(`/tree.svg${view} stands alone, ${theme}${site === MANY ? ', of 100,000 models' : ''}`, () =>
      on({ script: true, allowed: true }, async (page) => {
        const svg = await text(`${site}/tree.svg${themed(view, theme)}`);
        for (const needy of ['var(', 'color-mix', 'class=', '@import', '<image', '<use', '<script', '<foreignObject', 'xlink:']) {
          assert(!svg.includes(needy), `it has ${needy}`);
        }
        const elsewhere = [...svg.matchAll(/url\(([^)]*)\)/g)].filter(([, to]) => !/^#|^["']?data:/.test(to));
        assert.deepEqual(elsewhere, [], 'it refers to something outside');
        const addresses = [...svg.matchAll(/https?:\/\/[^"'\s<]*/g)].map(([address]) => address);
        assert.deepEqual([...new Set(addresses)], ['http://www.w3.org/2000/svg']);

        // Opened as a file it is a drawing, and asks for nothing.
        const asked = [];
        page.on('request', (request) => asked.push(request.url()));
        await page.route('**/*', (route) =>
          route.fulfill({ body: svg, contentType: 'image/svg+xml' }));
        await page.goto('http://alone.test/tree.svg');
        const root = await page.evaluate(() => ({
          name: document.documentElement.localName,
          broken: document.querySelector('parsererror') !== null,
          texts: document.querySelectorAll('text').length,
        }));
        assert.deepEqual([root.name, root.broken], ['svg', false]);
        assert(root.texts > 20);
        assert.deepEqual(asked, ['http://alone.test/tree.svg']);
      }));
  }
}

const part = (page) => page.locator('#picture').screenshot();

for (const theme of ['light', 'dark']) {
  test(`what is kept is what was seen, ${theme}`, () =>
    on({ dark: theme === 'dark', still: true }, async (page) => {
      for (const view of VIEWS) {
        // Both on the same ground, with the site's font.
        await go(page, `${SHIPPED}/${view}`);
        const size = await page.evaluate(() => {
          const svg = document.querySelector('svg.tree');
          document.body.replaceChildren(svg);
          document.body.style.display = 'block';
          svg.id = 'picture';
          return [svg.getAttribute('width'), svg.getAttribute('height')];
        });
        const seen = PNG.sync.read(await part(page));
        const svg = await text(`${SHIPPED}/tree.svg${themed(view, theme)}`);
        const kept = await page.evaluate((svg) => {
          document.body.innerHTML = svg;
          const drawing = document.querySelector('svg');
          drawing.id = 'picture';
          drawing.style.display = 'block';
          return [drawing.getAttribute('width'), drawing.getAttribute('height')];
        }, svg);
        assert.deepEqual(kept, size, 'they differ in size');
        const same = PNG.sync.read(await part(page));
        const differing = pixelmatch(seen.data, same.data, null, seen.width, seen.height, { threshold: 0.1 });
        const share = differing / (seen.width * seen.height);
        assert(share <= 0.01, `${(share * 100).toFixed(2)} % of the pixels differ for /${view}`);
      }
    }));
}

test('pictures of pixels have the promised size', async () => {
  const read = async (query) => {
    const response = await fetch(`${SHIPPED}/tree.png${query}`);
    assert.equal(response.headers.get('content-type'), 'image/png');
    return PNG.sync.read(Buffer.from(await response.arrayBuffer()));
  };
  const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(await text(`${SHIPPED}/tree.svg?k=60`)).map(Number);
  for (const [query, factor] of [['?k=60', 1], ['?k=60&scale=2', 2]]) {
    const { width: w, height: h } = await read(query);
    assert(Math.abs(w - width * factor) <= 1 && Math.abs(h - height * factor) <= 1, `${w} × ${h} for ${query}`);
  }
  const card = await read('?fit=card');
  assert.deepEqual([card.width, card.height], [1200, 630]);
  // A picture, not a blank: it has many colours.
  const colours = new Set();
  for (let at = 0; at < card.data.length; at += 400) colours.add(card.data.readUInt32BE(at));
  assert(colours.size > 20, `${colours.size} colours`);
});
