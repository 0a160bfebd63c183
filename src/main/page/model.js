// What this page knows: its configuration, what it keeps in the browser, and the model.

import { serverNow } from './calls.js';

/** Where the sale is: an element of a shop's own page, or this page as a whole. */
export const root = document.getElementById('doorbuster') ?? document;
/** An element by its id; what a shop's page goes without is changed where nobody sees it. */
export const $ = (id) => root.querySelector(`#${id}`) ?? document.createElement('i');
export const config = JSON.parse(document.getElementById('sale-config').textContent);
export const salePath = `${config.api}/api/sales/${encodeURIComponent(config.sale)}`;
export const skuOf = (id) => config.skus.find((sku) => sku.id === id);

/** A shelf in the browser; a browser that forbids it only forgets on reload. */
function shelf(kind, name) {
  const key = `doorbuster.${name}.${config.sale}`;
  let kept = null;
  return {
    key,
    get() {
      try { return JSON.parse(window[kind].getItem(key)) ?? kept; } catch { return kept; }
    },
    set(value) {
      try {
        if (value === null) window[kind].removeItem(key);
        else window[kind].setItem(key, JSON.stringify(value));
        kept = null;
      } catch { kept = value; }
    },
  };
}
export const passShelf = shelf('localStorage', 'pass');
export const nameShelf = shelf('localStorage', 'name');
export const wishShelf = shelf('sessionStorage', 'wish');
export const signInShelf = shelf('sessionStorage', 'signed-in-at');

/** Not there until they are so: allReserved, soldOut, offline, signedIn, forbidden, notice, buyer. */
export const model = {
  phase: 'PUBLISHED', opensAt: Date.parse(config.opensAt), closesAt: Date.parse(config.closesAt),
  flags: {}, nextRelease: 0,
  fairSeconds: config.pick === 'fair' ? config.everyMs / 1000 : 0,
  demo: config.demo,
  canSignIn: Boolean(config.demo || config.signInUrl || config.oidc),
  sku: config.skus[0].id, quantity: 1, total: '',
  order: null, // the buyer's order as the server told it last, with from/until/href
  ask: null, // what he wants now: {sku, quantity, step, reason, from, until, tries}
  busy: false, // while a click is being served
  cancelAt: 0, // of the first click on cancel
  nameOf: (id) => skuOf(id)?.name ?? '',
};

/** The sale's phase as the clock makes it of the last one heard. */
export const phase = () => {
  const now = serverNow();
  if (model.phase === 'CLOSED' || now >= model.closesAt) return 'CLOSED';
  return model.phase === 'PAUSED' ? 'PAUSED' : now >= model.opensAt ? 'OPEN' : 'PUBLISHED';
};

export const pass = () => passShelf.get()?.pass;

/** Whom the pass is for: told apart by it, and not shown, since odd letters are lost on the way. */
export function buyer() {
  try {
    return /"sub":"(.*?)"/.exec(atob(pass().split('.')[1].replace(/[-_]/g, 'A')))[1];
  } catch { /* nobody's, or no pass of ours */ }
}

export const ended = (status) =>
  ['NOT_DRAWN', 'LOST', 'REJECTED', 'EXPIRED', 'CANCELLED'].includes(status);
