// How much and how long, as the budget has it, at the shipped catalogue and
// at a hundred thousand models: bytes, requests, elements, when the largest
// thing is painted, that nothing shifts.
//
// Times are the best of a few tries: a busy machine makes each of them longer
// and none shorter. There the font may also come in the one moment in which
// the browser still takes it after the first paint, which is a shift of a
// hair; what shifts always fails. Views are warm: the first asking fills the server's cache.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MANY, SHIPPED, on, patience, strict } from './site.js';

const KB = 1000;
const TRIES = 6;
const PHONE = {
  size: { width: 390, height: 844 },
  slower: 4,
  network: { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 0.75e6 / 8 },
};

const SITES = [['the shipped catalogue', SHIPPED], ['100,000 models', MANY]];
const VIEWS = ['/', '/?sel=mistral-7b-v0.1', '/models', '/models/mistral-7b-v0.1'];

/** Watches for paints and shifts from the page's first moment. */
function watch() {
  globalThis.seen = { lcp: 0, cls: 0, what: '' };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      globalThis.seen.lcp = entry.startTime;
      globalThis.seen.what = entry.element?.outerHTML.slice(0, 80);
    }
  }).observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) globalThis.seen.cls += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
}

/** Loads an address with an empty cache, and says what it took. */
async function load(url, { size, slower, network } = {}) {
  let told;
  await on({ script: true, size }, async (page) => {
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Network.enable');
    await cdp.send('Network.setCacheDisabled', { cacheDisabled: true });
    if (network) await cdp.send('Network.emulateNetworkConditions', network);
    if (slower) await cdp.send('Emulation.setCPUThrottlingRate', { rate: slower });
    const requests = new Map();
    cdp.on('Network.requestWillBeSent', ({ requestId, request, type, timestamp }) =>
      requests.set(requestId, { url: request.url, type, sent: timestamp }));
    cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength, timestamp }) =>
      Object.assign(requests.get(requestId), { bytes: encodedDataLength, got: timestamp }));
    await page.addInitScript(watch);
    await page.goto(url);
    await page.evaluate(() => document.fonts.ready);
    const isPainted = () => page.evaluate(() => globalThis.seen.lcp > 0);
    for (let waits = 0; waits < 200 && !(await isPainted()); waits += 1) await page.waitForTimeout(50);
    // Two frames later whatever was to be painted is.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    await page.waitForTimeout(slower ? 400 : 120);
    const seen = await page.evaluate(() => ({
      ...globalThis.seen,
      elements: document.querySelectorAll('*').length,
    }));
    const all = [...requests.values()].filter((request) => request.url.startsWith('http'));
    const start = Math.min(...all.map((request) => request.sent));
    // What arrived later cannot have been needed for it; the script is a
    // module, which no paint waits for, and the icon is the browser's own.
    const needed = all.filter(({ type }) => type !== 'Script' && type !== 'Other');
    const before = needed.filter((request) => (request.got - start) * 1000 <= seen.lcp);
    told = { ...seen, all, before: before.map((request) => request.url) };
  });
  return told;
}

const busy = (slack) => (slack > 1 ? `; ${slack.toFixed(1)} times the budget was let pass` : '');

/** The best of a few tries; the first that is good enough ends them. */
async function best(url, setting, limit) {
  await (await fetch(url)).arrayBuffer();
  let found = { lcp: Infinity };
  const shifts = [];
  for (let tries = 0; tries < TRIES && found.lcp > limit; tries += 1) {
    const told = await load(url, setting);
    assert(told.lcp > 0, 'nothing was painted');
    shifts.push(told.cls);
    // A tenth of what is called good: nobody sees it, and machines differ.
    const isSteady = told.cls <= (strict() ? 0 : 0.01);
    if (isSteady && told.lcp < found.lcp) found = told;
  }
  assert(found.all, `${url} shifts by ${shifts.join(', ')}`);
  return found;
}

for (const [name, site] of SITES) {
  test(`bytes, requests and elements at ${name}`, async (t) => {
    for (const view of VIEWS) {
      const { all, before, elements } = await best(site + view, {}, 400);
      const bytes = (type) => all.filter((request) => request.type === type).reduce((sum, r) => sum + r.bytes, 0);
      t.diagnostic(`${view}: HTML ${bytes('Document')}, CSS ${bytes('Stylesheet')}, font ${bytes('Font')}, script ${bytes('Script')} bytes; ${all.length} requests, ${before.length} before the largest paint; ${elements} elements`);
      assert(bytes('Document') > 0 && bytes('Stylesheet') > 0 && bytes('Font') > 0);
      assert(bytes('Stylesheet') <= 8 * KB, `CSS has ${bytes('Stylesheet')} bytes`);
      assert(bytes('Font') <= 60 * KB, `the font has ${bytes('Font')} bytes`);
      assert(bytes('Script') <= 8 * KB, `the script has ${bytes('Script')} bytes`);
      assert(before.length <= 3, `before the largest paint: ${before.join(', ')}`);
      assert(all.every((request) => request.url.startsWith(site)), 'something is from elsewhere');
      if (view.startsWith('/?') || view === '/') {
        // The same by gzip, whatever the browser was sent.
        const response = await fetch(site + view, { headers: { 'Accept-Encoding': 'gzip' } });
        await response.arrayBuffer();
        const length = Number(response.headers.get('content-length'));
        assert(length > 0 && length <= 30 * KB, `${view} has ${length} bytes by gzip`);
        assert(bytes('Document') <= 30 * KB, `${view} has ${bytes('Document')} bytes`);
        assert(elements <= 1600, `${view} has ${elements} elements`);
      }
    }
  });

  test(`the largest paint at ${name}, here and on a slow phone`, async (t) => {
    for (const view of ['/', '/models/mistral-7b-v0.1']) {
      const here = await best(site + view, {}, 400);
      const phone = await best(site + view, PHONE, 1000);
      const slack = patience();
      t.diagnostic(`${view}: ${Math.round(here.lcp)} ms here, ${Math.round(phone.lcp)} ms on the phone${busy(slack)}`);
      assert(here.lcp <= 400 * slack, `${view} is painted after ${here.lcp} ms: ${here.what}`);
      assert(phone.lcp <= 1000 * slack, `${view} on the phone after ${phone.lcp} ms: ${phone.what}`);
    }
  });
}

test('nobody waits twice: what is unchanged is not sent again', async () => {
  for (const [, site] of SITES) {
    const first = await fetch(site);
    const tag = first.headers.get('etag');
    const again = await fetch(site, { headers: { 'If-None-Match': tag } });
    assert.equal(again.status, 304);
    assert.equal((await again.arrayBuffer()).byteLength, 0);
  }
});
