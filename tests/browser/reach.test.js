// Who has no mouse, little room or no taste for motion: the keyboard alone
// goes everywhere and always shows where it is; nothing is lost at 320 px or
// 400 % zoom; nothing moves where motion is unwanted.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOSTILE, SHIPPED, go, on, place } from './site.js';
import { PAGES, REFUSED } from './views.js';

/** What has the focus: what it is, whether it is in view and can be told. */
function focused() {
  const element = document.activeElement;
  if (element === null || element === document.body) return null;
  const shape = element.querySelector(':scope > rect, :scope > circle') ?? element;
  const at = shape.getBoundingClientRect();
  const style = getComputedStyle(element);
  const inner = getComputedStyle(shape);
  const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  // The drawing's unit is half a pixel.
  const stroked = shape !== element && parseFloat(inner.strokeWidth) >= 4;
  const dashed = shape !== element && inner.strokeDasharray !== 'none';
  return {
    id: element.id,
    href: element.getAttribute('href'),
    text: (element.getAttribute('aria-label') ?? element.textContent).trim().slice(0, 80),
    inTree: element.closest('svg.tree') !== null,
    inView: at.width > 0 && at.left < innerWidth && at.right > 0 && at.top < innerHeight && at.bottom > 0,
    shown: outlined || stroked || dashed,
  };
}

/** Presses Tab until something is reached; every stop must be seen. */
async function tabTo(page, is, most = 600) {
  for (let steps = 0; steps < most; steps += 1) {
    await page.keyboard.press('Tab');
    const now = await page.evaluate(focused);
    assert(now, `the focus is lost after ${steps} steps`);
    assert(now.inView, `${now.text} has the focus out of view`);
    assert(now.shown, `nothing shows that ${now.text} has the focus`);
    if (is(now)) return now;
  }
  return assert.fail(`not reached in ${most} steps`);
}

test('a journey by keyboard alone', () =>
  on({}, async (page) => {
    await go(page, SHIPPED);
    const first = await tabTo(page, () => true);
    assert.equal(first.text, 'Skip to the content');
    await page.keyboard.press('Enter');
    // From the content's start the way into the tree is short.
    await tabTo(page, (now) => now.inTree, 40);
    // The pills come in lineage order: LLaMA, what came of it, and on.
    await tabTo(page, (now) => now.id === 'n-llama-65b');
    await tabTo(page, (now) => now.id === 'n-mistral-7b-v0.1');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/models\/mistral-7b-v0\.1$/);
    await tabTo(page, (now) => now.href?.startsWith('/?sel='));
    await page.keyboard.press('Enter');
    await page.waitForURL(/\?sel=mistral-7b-v0\.1#n-/);
    await page.goBack();
    await page.goBack();
    assert.equal(place(page), '/');
  }));

test('the keyboard goes through the filters and back to the whole', () =>
  on({}, async (page) => {
    await go(page, SHIPPED);
    await tabTo(page, (now) => now.text === 'More filters');
    await page.keyboard.press('Enter');
    await tabTo(page, (now) => now.id === 'f-q');
    await page.keyboard.type('chat');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\?q=chat$/);
    await tabTo(page, (now) => now.text === 'clear');
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.pathname + url.search === '/');
  }));

for (const view of ['/models', '/models/mistral-7b-v0.1', '/compare?m=llama-2-70b&m=llama-65b', '/runs/1', '/figures']) {
  test(`the focus is always seen on ${view}`, () =>
    on({}, async (page) => {
      await go(page, SHIPPED + view);
      await tabTo(page, (now) => now.text === 'Errors', 900);
    }));
}

/** What is cut off or pushes the page wider than the window. */
function lost() {
  const wide = document.documentElement.scrollWidth - innerWidth;
  const found = wide > 0 ? [`the page is ${wide} px too wide`] : [];
  const scrolls = (element) => /auto|scroll/.test(getComputedStyle(element).overflowX);
  for (const element of document.querySelectorAll('body *')) {
    if (element.closest('svg') || element.closest('.hidden, .skip, option')) continue;
    const at = element.getBoundingClientRect();
    if (at.width === 0 || at.height === 0) continue;
    const label = `<${element.localName} class="${element.className}"> ${element.textContent.trim().slice(0, 40)}`;
    let around = element.parentElement;
    while (around && !scrolls(around)) around = around.parentElement;
    if (!around && (at.right > innerWidth + 1 || at.left < -1)) found.push(`${label} reaches ${at.left}–${at.right}`);
    const style = getComputedStyle(element);
    const clips = /hidden|clip/.test(style.overflowX + style.overflowY) && !/auto|scroll/.test(style.overflowX);
    if (clips && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1)) {
      found.push(`${label} is cut`);
    }
    // What scrolls sideways must be reachable by keyboard.
    if (scrolls(element) && element.scrollWidth > element.clientWidth + 1) {
      const inside = element.querySelector('a[href], button, input, select, summary, [tabindex="0"]');
      if (element.tabIndex < 0 && !inside && !/INPUT|SELECT|TEXTAREA/.test(element.tagName)) {
        found.push(`${label} scrolls for no keyboard`);
      }
    }
  }
  return found.slice(0, 8);
}

const NARROW = [
  ['320 px', { size: { width: 320, height: 640 } }],
  // 1280 by 1024 at 400 %.
  ['400 % zoom', { size: { width: 320, height: 256 }, scale: 4 }],
];

for (const [name, options] of NARROW) {
  test(`nothing is lost at ${name}`, () =>
    on({ ...options, allowed: true }, async (page) => {
      const found = {};
      const sites = [...PAGES.map((view) => SHIPPED + view), ...['/', '/models', '/models/hostile-14'].map((view) => HOSTILE + view)];
      for (const url of sites) {
        await page.goto(url);
        await page.evaluate(() => {
          for (const details of document.querySelectorAll('details')) details.open = true;
        });
        const wrong = await page.evaluate(lost);
        if (wrong.length > 0) found[url] = wrong;
      }
      assert.deepEqual(found, {});
    }));
}

test('nothing moves where motion is unwanted', () =>
  on({ still: true }, async (page) => {
    for (const view of ['/', '/models', '/models/mistral-7b-v0.1', '/runs']) {
      await page.goto(SHIPPED + view);
      await page.locator('a').nth(3).hover();
      const moving = await page.evaluate(() => {
        const slow = [...document.querySelectorAll('*')].filter((element) => {
          const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(element);
          return /[1-9]/.test(transitionDuration) || animationName !== 'none' || scrollBehavior === 'smooth';
        });
        return document.getAnimations().length + slow.length;
      });
      assert.equal(moving, 0, view);
    }
  }));
