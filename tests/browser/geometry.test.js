// The drawing as the browser lays it out, with the site's own font: nothing
// overlaps, every name fits its pill, all of it is inside, and each pill
// stands at its date.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MANY, SHIPPED, go, on } from './site.js';

/** Everything that the checks need, in the drawing's own units: half pixels. */
function measure() {
  const svg = document.querySelector('svg.tree');
  const back = svg.getScreenCTM().inverse();
  const box = (element) => {
    const at = element.getBoundingClientRect();
    const from = new DOMPoint(at.left, at.top).matrixTransform(back);
    const to = new DOMPoint(at.right, at.bottom).matrixTransform(back);
    return { left: from.x, top: from.y, right: to.x, bottom: to.y };
  };
  const pills = [...svg.querySelectorAll('a')]
    .filter((a) => a.querySelector(':scope > rect'))
    .map((a) => ({
      name: a.getAttribute('aria-label'),
      isModel: a.id.startsWith('n-'),
      isRoot: a.closest('g.pre') !== null,
      rect: box(a.querySelector('rect')),
      texts: [...a.querySelectorAll('text')].map((text) => ({ text: text.textContent, ...box(text) })),
    }));
  const outside = [];
  const { width, height } = svg.viewBox.baseVal;
  for (const element of svg.querySelectorAll('path,rect,circle,text')) {
    const at = box(element);
    // A hair, for the rounding of a text's box.
    if (at.left < -1 || at.top < -1 || at.right > width + 1 || at.bottom > height + 1) {
      outside.push(`${element.outerHTML.slice(0, 90)} at ${JSON.stringify(at)}`);
    }
  }
  const lines = [...svg.querySelectorAll('path.yl')].map((line) => box(line).left);
  const years = [...svg.querySelectorAll('text.yt')].map((text) => Number(text.textContent));
  const tray = [...svg.querySelectorAll('text')].find((text) => text.textContent === 'Undated');
  const faces = [...document.fonts].map((face) => `${face.family} ${face.status}`);
  return { pills, outside, lines, years: [...new Set(years)], undatedBelow: tray ? box(tray).top : Infinity, faces };
}

const VIEWS = [
  '/',
  '/?k=60',
  '/?k=300',
  '/?by=family',
  '/?by=gene&gene=position',
  '/?label=org',
  '/?label=licence',
  '/?label=date',
  '/?links=all',
  '/?root=bert-base',
  '/?sel=mistral-7b-v0.1',
  '/?branch=encoder-decoder',
];
const CASES = [
  ...VIEWS.map((view) => [SHIPPED, view, false]),
  [SHIPPED, '/', true],
  [SHIPPED, '/?sel=mistral-7b-v0.1', true],
  [MANY, '/', false],
  [MANY, '/', true],
  [MANY, '/?k=3000', false],
];

for (const [site, view, dark] of CASES) {
  const which = `${site === MANY ? 'of 100,000 models ' : ''}${view}${dark ? ' in the dark' : ''}`;
  test(`the drawing ${which} is in order`, () =>
    on({ dark }, async (page) => {
      await go(page, site + view);
      const { pills, outside, lines, years, undatedBelow, faces } = await page.evaluate(measure);
      assert(faces.includes('Inter loaded'), faces.join(', '));
      assert(pills.length > 10);
      assert.deepEqual(outside, [], 'outside the drawing');
      assert.deepEqual(overlaps(pills), [], 'pills overlap');
      assert.deepEqual(spills(pills), [], 'names do not fit');
      assert.deepEqual(lines, lines.toSorted((a, b) => a - b), 'years run backwards');
      assert.equal(lines.length, years.length);
      const dated = pills
        .filter((pill) => pill.isModel && !pill.isRoot && pill.rect.top < undatedBelow)
        .flatMap((pill) => when(pill));
      assert(dated.length > 10, 'no dates to hold places against');
      assert.deepEqual(astray(dated, lines, years), [], 'pills away from their date');
    }));
}

/** Pairs that share more than a hair of ground. */
function overlaps(pills) {
  const found = [];
  const sorted = pills.toSorted((a, b) => a.rect.left - b.rect.left);
  sorted.forEach((one, at) => {
    for (const other of sorted.slice(at + 1)) {
      if (other.rect.left >= one.rect.right - 0.5) break;
      const apart = one.rect.bottom <= other.rect.top + 0.5 || other.rect.bottom <= one.rect.top + 0.5;
      if (!apart) found.push(`${one.name} and ${other.name}`);
    }
  });
  return found;
}

/** Names that come nearer than 4 px to an edge; a chip's may come to 2. */
function spills(pills) {
  return pills.flatMap(({ isModel, name, rect, texts }) => {
    const room = isModel ? 8 : 4;
    return texts
      .filter((text) => text.left < rect.left + room || text.right > rect.right - room)
      .map((text) => `${text.text} of ${name}: ${text.left}–${text.right} in ${rect.left}–${rect.right}`);
  });
}

const MONTHS = [
  'January', 'February', 'March', 'April', 'May', 'June',
  'July', 'August', 'September', 'October', 'November', 'December',
];

/** The first and last moment that a pill's date can mean, in months. */
function when({ name, rect }) {
  const found = new RegExp(`, (?:(\\d+) )?(${MONTHS.join('|')}) (\\d{4}),`).exec(name);
  if (!found) return [];
  const month = Number(found[3]) * 12 + MONTHS.indexOf(found[2]);
  const day = found[1] && (Number(found[1]) - 1) / 31;
  return [{ name, x: rect.left, first: month + (day ?? 0), last: month + (day ?? 1) }];
}

/**
 * Pills that cannot be within 16 px of their dates. The axis stretches, so
 * where a date lies is only known at the lines; but time runs to the right:
 * a later date's place, less 16 px, cannot lie before an earlier one's, more
 * 16 px. If no pair breaks this, such an axis exists.
 */
function astray(dated, lines, years) {
  const reach = 2 * 16;
  const posts = years.map((year, at) => ({
    name: `the line of ${year}`, x: lines[at], first: year * 12, last: year * 12, exact: true,
  }));
  const sorted = [...dated, ...posts].toSorted((a, b) => a.last - b.last);
  const wrong = [];
  let furthest = { x: -Infinity, name: '' };
  // For each, the furthest right of all that are certainly earlier.
  const byFirst = [...dated, ...posts].toSorted((a, b) => a.first - b.first);
  let at = 0;
  for (const one of byFirst) {
    while (at < sorted.length && sorted[at].last <= one.first) {
      const low = sorted[at].x - (sorted[at].exact ? 0 : reach);
      if (low > furthest.x) furthest = { x: low, name: sorted[at].name };
      at += 1;
    }
    const high = one.x + (one.exact ? 0 : reach);
    if (high < furthest.x - 1) wrong.push(`${one.name} is left of ${furthest.name} by ${furthest.x - high}`);
  }
  return wrong;
}
