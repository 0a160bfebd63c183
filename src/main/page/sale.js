// The sale page: what the buyer can do, and how it starts.

import { jitter, serverNow, sleep } from './calls.js';
import {
  $, buyer, config, ended, model, nameShelf, pass, passShelf, phase, root, skuOf, wishShelf,
} from './model.js';
import { paint, put } from './paint.js';
import { demoSignIn, getPass, meet, signOut, visitSignIn } from './signin.js';
import { readState, watchCrowd, watchState } from './watch.js';
import { cancel, findMine, follow, take, untilRelease, want } from './wish.js';
import { money, pair } from './words.js';

const newWish = (sku, quantity) => ({ sku, quantity, tries: 0, step: 'asking' });

const acts = {
  'buy': () => {
    if (model.ask || phase() !== 'OPEN') return;
    const later = model.flags[model.sku] === 'all-reserved' && model.nextRelease > serverNow();
    want(newWish(model.sku, model.quantity), async () => (later ? untilRelease(0) : {}));
  },
  'stop': () => {
    model.ask = null;
    wishShelf.set(null);
    paint();
  },
  'cancel': async () => {
    if (serverNow() - model.cancelAt > 5000) { // a second click within 5 s means it
      model.cancelAt = serverNow();
      paint();
      return;
    }
    model.cancelAt = 0;
    await cancel();
  },
  'sign-in': visitSignIn,
  'sign-out': () => {
    signOut();
    if (!config.demo && model.canSignIn) visitSignIn();
  },
};

for (const id of ['primary', 'secondary']) {
  $(id).addEventListener('click', async () => {
    if (model.busy || $(id).getAttribute('aria-disabled') === 'true') return;
    model.busy = true;
    try { await acts[$(id).dataset.act]?.(); } finally { model.busy = false; paint(); }
  });
}

$('sign-out').addEventListener('click', signOut);
$('demo-sign-in').addEventListener('submit', async (event) => {
  event.preventDefault();
  const name = $('name').value.trim();
  if (!name || model.busy) return;
  model.busy = true;
  try {
    if (await demoSignIn(name)) await resume();
  } finally { model.busy = false; paint(); }
});
for (const box of root.querySelectorAll('input[name=sku]')) {
  box.addEventListener('change', () => { model.sku = box.value; model.notice = null; paint(); });
  if (box.checked) model.sku = box.value;
}
for (const step of root.querySelectorAll('[data-step]')) {
  step.addEventListener('click', () => setQuantity(model.quantity + Number(step.dataset.step)));
}
$('quantity').addEventListener('change', () => setQuantity(Number($('quantity').value)));

function setQuantity(n) {
  model.quantity = Math.min(Math.max(Math.round(n) || 1, 1), config.perBuyer);
  $('quantity').value = model.quantity;
  paint();
}

/** Looks for the buyer's order first; then goes on with what he wanted before a reload. */
async function resume() {
  if (!pass() || model.ask) return;
  let mine;
  while ((mine = await findMine()) === undefined && pass()) await sleep(jitter(2000));
  if (!pass() || model.ask || model.forbidden) return;
  const kept = wishShelf.get(); // read now: in the meantime another may have signed in
  const wish = kept?.buyer === buyer() ? kept : null;
  if (mine?.order && (!ended(mine.status) || mine.status === 'NOT_DRAWN' && wish)) {
    select(mine.sku ?? wish?.sku);
    const now = newWish(model.sku, mine.quantity ?? wish?.quantity ?? 1);
    want(now, () => follow(now, mine));
  } else if (wish && skuOf(wish.sku) && !['EXPIRED', 'CANCELLED'].includes(mine?.status)) {
    select(wish.sku);
    want(newWish(wish.sku, wish.quantity), async () => ({ reason: 'resumed', waitMs: 300 }));
  } else if (mine?.order) {
    take(mine);
  }
}

function select(id) {
  const box = root.querySelector(`input[name=sku][value="${CSS.escape(id ?? '')}"]`);
  if (box) {
    box.checked = true;
    model.sku = id;
  }
}

async function start() {
  for (const price of root.querySelectorAll('[data-minor]')) {
    put(price, money(Number(price.dataset.minor), config));
  }
  for (const when of root.querySelectorAll('time')) {
    const format = { dateStyle: 'medium', timeStyle: 'short' };
    put(when, new Date(when.dateTime).toLocaleString(navigator.languages, format));
  }
  meet();
  watchState();
  if (config.demo) watchCrowd();
  setInterval(paint, 200);
  window.addEventListener('online', readState);
  window.addEventListener('offline', () => { model.offline = true; paint(); });
  window.addEventListener('hashchange', takeToken);
  window.addEventListener('storage', ({ key }) => {
    if (key && key !== passShelf.key) return;
    meet(); // in another tab someone has signed in or out
    resume();
  });
  document.addEventListener('doorbuster:sign-in-failed', () => {
    model.notice = pair('end', 'signInFailed');
    paint();
  });
  await takeToken();
}

/** A token of the shop may come in the address, now or later; it is gone from there at once. */
async function takeToken() {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token) {
    history.replaceState(null, '', location.href.split('#')[0]);
    await getPass(token);
  }
  paint();
  await resume();
}

start();
