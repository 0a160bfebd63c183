// What the page asks for by itself: the state of the sale, and the demo's figures.

import { call, jitter, learnClock, serverNow, sleep } from './calls.js';
import { $, config, model, phase, root } from './model.js';
import { paint, put } from './paint.js';

const stateUrl = `${config.api}/s/${encodeURIComponent(config.sale)}/state.json`;
let misses = 0;
let wake = () => {};

export async function watchState() {
  document.addEventListener('visibilitychange', () => document.hidden || wake());
  for (;;) {
    await readState();
    const far = model.opensAt - serverNow() > 120e3 || phase() === 'CLOSED';
    const calm = document.hidden ? 8000 : far ? 4000 : 1000;
    await new Promise((resolve) => {
      wake = resolve;
      setTimeout(resolve, jitter(calm) + 300 * Math.min(misses, 20));
    });
  }
}

export async function readState() {
  const { json, headers, refusal } = await call(stateUrl, { timeoutMs: 6000 });
  misses = !refusal ? 0 : misses + 1;
  model.offline = misses >= 3 || !navigator.onLine;
  if (!refusal) {
    learnClock(json.now, headers.get('Age'));
    model.phase = json.phase === 'SETTLED' ? 'CLOSED' : json.phase;
    model.opensAt = Date.parse(json.opensAt);
    model.closesAt = Date.parse(json.closesAt);
    model.flags = json.skus || {};
    model.allReserved = json.allReserved === true;
    model.nextRelease = json.nextRelease ? Date.parse(json.nextRelease) : 0;
    model.soldOut = config.skus.every((sku) => model.flags[sku.id] === 'sold-out');
  }
  paint();
}

export async function watchCrowd() {
  $('crowd').hidden = false;
  for (;;) {
    const { json, refusal } = await call(`${config.api}/demo/figures`, { timeoutMs: 4000 });
    if (!refusal) {
      const f = { ...json, topay: json.sold - json.paid };
      for (const cell of root.querySelectorAll('[data-figure]')) {
        put(cell, (f[cell.dataset.figure] ?? 0).toLocaleString(navigator.languages));
      }
      for (const part of root.querySelectorAll('[data-share]')) {
        part.style.flexGrow = f.units ? Math.max(0, f[part.dataset.share]) / f.units : 0;
      }
    }
    await sleep(1000);
  }
}
