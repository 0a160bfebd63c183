// Who the buyer is: the shop's token becomes a pass, and a new one when it has run out.

import { call, jitter, sleep } from './calls.js';
import {
  buyer, config, model, nameShelf, passShelf, salePath, signInShelf, wishShelf,
} from './model.js';
import { paint } from './paint.js';
import { duration, pair } from './words.js';

let renewedAt = -Infinity;

/** Shows the shop's token at the pass desk; asks again while the desk has no time. */
export async function getPass(shopToken) {
  for (;;) {
    const got = await call(`${salePath}/pass`, { method: 'POST', token: shopToken });
    if (got.json && !got.refusal) {
      passShelf.set(got.json);
      meet();
      model.forbidden = false;
      model.notice = null;
      return true;
    }
    model.forbidden = got.refusal === 'forbidden';
    const hopeless = !['overloaded', 'no-answer', 'too-fast', 'paused'].includes(got.refusal);
    if (hopeless) {
      model.notice = pair('end', 'signInFailed');
      return false;
    }
    const waitMs = jitter(got.retryAfterMs ?? 2000);
    model.notice = pair('end', 'signInBusy', { time: duration(waitMs) });
    paint();
    await sleep(waitMs);
  }
}

export async function demoSignIn(name) {
  const got = await call(`${config.api}/demo/sign-in`, { method: 'POST', body: { name } });
  if (got.refusal || !got.json.token) {
    model.notice = pair('end', 'signInFailed');
    return false;
  }
  nameShelf.set(name);
  return getPass(got.json.token);
}

export function visitSignIn() {
  signInShelf.set(Date.now());
  if (config.oidc) {
    document.dispatchEvent(new Event('doorbuster:sign-in'));
    return;
  }
  const here = location.href.split('#')[0];
  const join = config.signInUrl.includes('?') ? '&' : '?';
  location.assign(`${config.signInUrl}${join}return=${encodeURIComponent(here)}`);
}

/** After a 401: a new pass without a question where that is possible. */
export async function renewPass() {
  if (performance.now() - renewedAt > 5000) {
    renewedAt = performance.now();
    if (config.demo && nameShelf.get() && (await demoSignIn(nameShelf.get()))) return true;
    if ((config.signInUrl || config.oidc) && Date.now() - (signInShelf.get() ?? 0) > 60e3) {
      visitSignIn();
      await sleep(10e3);
    }
  }
  passShelf.set(null);
  return false;
}

export function signOut() {
  passShelf.set(null);
  nameShelf.set(null);
  forget();
}

/** Looks who has the pass now: what was one buyer's is not the next one's. */
export function meet() {
  if (model.buyer && model.buyer !== buyer()) forget();
  model.buyer = buyer();
}

function forget() {
  wishShelf.set(null);
  Object.assign(model, { order: null, ask: null, forbidden: false, notice: null, buyer: buyer() });
  paint();
}
