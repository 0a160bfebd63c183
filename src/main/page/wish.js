// Asking for a unit, and what becomes of it: one wish followed until it has an end.

import { call, jitter, serverNow, sleep } from './calls.js';
import { buyer, config, ended, model, pass, phase, salePath, wishShelf } from './model.js';
import { paint } from './paint.js';
import { renewPass } from './signin.js';
import { readState } from './watch.js';
import { pair, say } from './words.js';

/** A person must have seen that he was not drawn before the next try begins. */
const READ_MS = 1500;

/** Follows one wish of the buyer until it has an end: an order, a final no, or his stop. */
export async function want(wish, first = async () => ({})) {
  Object.assign(model, { ask: wish, order: null, notice: null });
  wishShelf.set({ sku: wish.sku, quantity: wish.quantity, buyer: buyer() });
  let next = await first();
  while (next && model.ask === wish) {
    if (next.reason && !(await hold(wish, next))) break;
    next = await tryOnce(wish);
  }
  if (model.ask === wish) {
    model.ask = null;
    wishShelf.set(null);
  }
  paint();
}

/** One try; gives what to wait for before the next, or null when there is none to be made. */
async function tryOnce(wish) {
  Object.assign(wish, { step: 'asking', tries: wish.tries + 1 });
  model.order = null;
  paint();
  if (wish.unsure) {
    const mine = await findMine();
    if (model.ask !== wish) return null;
    if (mine?.order && !ended(mine.status)) return follow(wish, mine);
    if (mine === undefined) return { reason: 'no-answer', waitMs: 2000 };
  }
  wish.askedAt = serverNow();
  const got = await call(`${salePath}/orders`,
    { method: 'POST', token: pass(), body: { sku: wish.sku, quantity: wish.quantity } });
  if (model.ask !== wish) return null;
  wish.unsure = got.unsure;
  if (!got.refusal) return follow(wish, got.json);
  return refused(wish, got);
}

async function refused(wish, got) {
  const waitMs = got.retryAfterMs;
  switch (got.refusal) {
    case 'unauthenticated':
      return (await renewPass()) ? {} : end('signIn');
    case 'forbidden':
      return forbid();
    case 'already-ordered': {
      const id = got.json?.order || got.headers?.get('Location')?.split('/').pop();
      if (id) return follow(wish, { order: id, status: 'QUEUED' });
      wish.unsure = true;
      return { reason: 'no-answer', waitMs: waitMs ?? 1000 };
    }
    case 'sold-out':
      if (got.json?.left > 0 && got.json.left < wish.quantity) {
        return tell({ head: say('onlyLeft', { n: got.json.left }), text: say('chooseAgain') });
      }
      await readState();
      if (waitMs === undefined) {
        return end(model.flags[wish.sku] === 'sold-out' ? 'soldOutNow' : 'allReserved');
      }
      return untilRelease(waitMs);
    case 'closed':
      return end('tooLate');
    case 'invalid': case 'not-found':
      return end('invalid');
    default: // not-open, paused, overloaded, too-fast, not-released, not-counted, no-answer ...
      wish.misses = waitMs === undefined ? (wish.misses ?? -1) + 1 : -1;
      return { reason: got.refusal, waitMs: waitMs ?? Math.min(1000 * 2 ** wish.misses, 15e3) };
  }
}

export const untilRelease = (waitMs) =>
  ({ reason: 'all-reserved', waitMs: Math.max(model.nextRelease - serverNow(), waitMs, 0) });

/** Ends the wish with a word to the buyer. */
function tell(notice) {
  model.notice = notice;
  return null;
}

const end = (key) => tell(pair('end', key));

function forbid() {
  wishShelf.set(null);
  Object.assign(model, { forbidden: true, order: null, ask: null });
  return null;
}

/** Waits for the next try; false when the sale, or the buyer, ended it meanwhile. */
async function hold(wish, { reason, waitMs }) {
  const from = serverNow();
  Object.assign(wish, { step: 'waiting', reason, from, until: from + jitter(waitMs) });
  for (;;) {
    paint();
    if (model.ask !== wish) return false;
    if (phase() === 'CLOSED') return end('noUnit');
    if (model.flags[wish.sku] === 'sold-out') return end('soldOut');
    if (phase() !== 'PAUSED' && serverNow() >= wish.until) return true;
    await sleep(150);
  }
}

const orderPath = ({ order }) => `${config.api}/api/orders/${encodeURIComponent(order)}`;

/** Watches an order to its end by long polls; gives what tryOnce gives. */
export async function follow(wish, seen) {
  wish.unsure = false;
  take(seen);
  while (model.ask === wish && model.order.status !== 'PAID' && !ended(model.order.status)) {
    const before = performance.now();
    const got = await call(orderPath(seen), { token: pass(), wait: 10 });
    if (model.ask !== wish) return null;
    if (!got.refusal) {
      take(got.json);
    } else if (got.refusal === 'unauthenticated') {
      if (!(await renewPass())) return end('signInKept');
    } else if (got.refusal === 'forbidden') {
      return forbid();
    } else if (got.refusal === 'not-found') {
      const mine = await findMine();
      if (model.ask !== wish) return null;
      if (mine === null) return { reason: 'LOST', waitMs: 0 };
      if (mine) take((seen = mine));
    }
    const calm = model.order.status === 'PLACED' ? 3000 : 500; // it ends by the buyer's hand
    const floor = got.refusal ? got.retryAfterMs ?? 2000 : calm;
    await sleep(Math.max(0, jitter(floor) - (performance.now() - before)));
  }
  if (model.ask !== wish) return null;
  const { status } = model.order;
  if (status === 'LOST' || status === 'REJECTED') return { reason: status, waitMs: 500 };
  if (status !== 'NOT_DRAWN') return null;
  const due = (wish.askedAt ?? 0) + config.tryEveryMs - serverNow();
  return { reason: status, waitMs: Math.max(due, READ_MS) };
}

/** Takes an order's state over, with the moments that the panel counts to. */
export function take(told) {
  const order = { ...(model.order?.order === told.order && model.order), ...told };
  if (order.drawAt) order.from ??= serverNow();
  order.until = Date.parse(order.status === 'WAITING' ? order.drawAt : order.payBefore) || 0;
  order.sku ??= model.ask?.sku;
  order.quantity ??= model.ask?.quantity;
  order.href = null;
  if (order.payUrl) {
    const url = new URL(order.payUrl, config.api || location.href);
    if (/^https?:$/.test(url.protocol)) order.href = url.href;
  }
  model.order = order;
  paint();
}

/** The buyer's order here: an order, null when there is none, undefined when nobody knows. */
export async function findMine() {
  const token = pass();
  const got = await call(`${salePath}/orders/mine`, { token });
  if (token !== pass()) return undefined; // another buyer's by now
  if (!got.refusal) return got.json;
  if (got.refusal === 'unauthenticated' && (await renewPass())) return findMine();
  if (got.refusal === 'forbidden') return forbid();
  return got.refusal === 'not-found' ? null : undefined;
}

export async function cancel() {
  const path = orderPath(model.order);
  await call(`${path}/cancel`, { method: 'POST', token: pass() });
  const mine = await call(path, { token: pass() });
  if (!mine.refusal) take(mine.json);
}
