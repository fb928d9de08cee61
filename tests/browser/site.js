// What all tests share: where the sites are, the browser, and pages in it.
//
// It knows no page of the site; the tests do.

import assert from 'node:assert/strict';
import { availableParallelism, loadavg } from 'node:os';
import { after } from 'node:test';
import { chromium } from 'playwright-core';

function told(name) {
  const value = process.env[name];
  assert(value, `${name} is not set: run \`cargo test --test it browser\``);
  return value;
}

/** The site as it is shipped, with two validation runs. */
export const SHIPPED = told('ARBOR_SITE');
/** The same grown to a hundred thousand models. */
export const MANY = told('ARBOR_SITE_MANY');
/** A few models with names that mean harm. */
export const HOSTILE = told('ARBOR_SITE_HOSTILE');
/** Those names. */
export const NAMES = JSON.parse(told('ARBOR_HOSTILE_NAMES'));

export const browser = await chromium.launch({
  executablePath: told('ARBOR_CHROMIUM'),
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    // The same pixels whatever the machine prefers.
    '--font-render-hinting=none',
    '--force-color-profile=srgb',
  ],
});
after(() => browser.close());

const DESKTOP = { width: 1440, height: 900 };

/**
 * Does something on a page of its own: without a script unless `script` is
 * set, light unless `dark` is. Whatever the page reports as an error fails,
 * but for a refused page where that is `allowed`.
 */
export async function on(options, act) {
  const { script = false, dark = false, size = DESKTOP, still = false, scale = 1, allowed = false } = options;
  const context = await browser.newContext({
    javaScriptEnabled: script,
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: still ? 'reduce' : 'no-preference',
    viewport: size,
    deviceScaleFactor: scale,
  });
  const page = await context.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    const isError = message.type() === 'error';
    // The browser says so of every page that is refused.
    const isRefusal = allowed && message.text().startsWith('Failed to load resource');
    if (isError && !isRefusal) errors.push(message.text());
  });
  try {
    await act(page);
  } finally {
    await context.close();
  }
  assert.deepEqual(errors, [], 'the page reported errors');
}

/**
 * What times are to be multiplied by: machines differ, so half as much again is
 * let pass, except with ARBOR_BROWSER=strict; and where others keep the machine
 * busy, with so many at work on each core, each gets that much less.
 */
export function patience() {
  return (strict() ? 1 : 1.5) * crowd();
}

/** Whether times are judged by the budget itself. */
export function strict() {
  return process.env.ARBOR_BROWSER === 'strict';
}

/** How crowded the machine's cores are; 1 where it is quiet. */
export function crowd() {
  return Math.max(1, loadavg()[0] / availableParallelism() / 1.5);
}

/** Goes to an address, and waits until the site's own font is in use. */
export async function go(page, url) {
  const response = await page.goto(url);
  await page.evaluate(() => document.fonts.ready);
  return response;
}

/** Every pill of the drawing. */
export const PILLS = 'svg.tree a[id^="n-"]:has(> rect)';

/** The addresses of the page's links that stay on the site, each once. */
export async function links(page, within = 'body') {
  const all = await page
    .locator(`${within} a[href]`)
    .evaluateAll((found) => found.map((a) => a.getAttribute('href')));
  return [...new Set(all)].filter((href) => href.startsWith('/'));
}

/** Path and query of where a page is. */
export function place(page) {
  const { pathname, search } = new URL(page.url());
  return pathname + search;
}
