// What the buyer sees: the model in, one panel of words and buttons out. No state, no effects.
// All words are the sale's language's, from the page; numbers and times are the reader's own.

import { config } from './model.js';

const locale = navigator.languages;
const texts = config.texts;

/** A text with its gaps filled: `{n}`, `{time}`. */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

/** A text of the sale's language by its key. */
export const say = (key, values) => fill(texts[key], values ?? {});

/** Head and text of a panel or a notice. */
export function pair(group, key, values = {}) {
  const [head, text] = texts[group][key];
  return { head: fill(head, values), text: fill(text, values) };
}

export const tag = (flag) => texts.tag[flag] ?? '';

/** Minor units (cents) as a price; `digits` is how many of them make the major unit. */
export function money(minor, { currency, minorDigits: digits }) {
  return new Intl.NumberFormat(locale, {
    style: 'currency', currency, minimumFractionDigits: digits, maximumFractionDigits: digits,
  }).format(minor / 10 ** digits);
}

export function timeOfDay(ms) {
  const far = Math.abs(ms - Date.now()) > 20 * 3600e3;
  const seconds = new Date(ms).getSeconds() ? '2-digit' : undefined;
  return new Intl.DateTimeFormat(locale, {
    ...(far && { weekday: 'short', day: 'numeric', month: 'short' }),
    hour: 'numeric', minute: '2-digit', second: seconds,
  }).format(ms);
}

export function duration(ms) {
  const s = Math.max(0, Math.ceil(ms / 1000));
  if (s < 90) return say('seconds', { n: s });
  const m = Math.floor(s / 60);
  if (s < 5400) return say('minutes', { m, s: String(s % 60).padStart(2, '0') });
  return say('hours', { h: Math.floor(m / 60), m: m % 60 });
}

const button = (key, act, values) => ({ label: fill(texts.button[key], values ?? {}), act });

/**
 * The panel for a model: {tone, head, text, until, from, count, primary, secondary}. `until` is a
 * moment counted down to; with `from` a bar shows how far it is; `count: 'big'` shows a clock.
 */
export function panel(m, now) {
  const live = m.order && order(m, now);
  if (live) return live;
  if (m.ask) return asking(m, now);
  if (m.forbidden) {
    return { tone: 'bad', ...pair('end', 'forbidden'),
      ...(m.canSignIn && { secondary: button('other', 'sign-out') }) };
  }
  const panel = sale(m, now);
  const end = m.order && texts.end[m.order.status] ? 'end' : 'again';
  const notice = m.notice
    || (m.order && texts[end][m.order.status] && pair(end, m.order.status));
  if (!notice) return panel;
  const head = m.phase === 'CLOSED' ? panel.head : notice.head;
  return { ...panel, head, text: `${notice.text} ${panel.text}` };
}

function order(m, now) {
  const o = m.order;
  const what = [o.quantity > 1 && `${o.quantity} ×`, m.nameOf(o.sku)].filter(Boolean).join(' ')
    || texts.order.what;
  switch (o.status) {
    case 'WAITING':
      return now < o.until
        ? { tone: 'wait', ...pair('order', 'waiting'), from: o.from, until: o.until,
          note: say('drawnIn', { time: duration(o.until - now) }) }
        : { tone: 'wait', ...pair('order', 'drawing'), from: 0, until: 0 };
    case 'QUEUED':
      return { tone: 'good', secondary: button('cancel', 'cancel'), from: 0, until: 0,
        ...pair('order', o.reason === 'store-unavailable' ? 'queuedLong' : 'queued') };
    case 'PLACED':
      return { tone: 'good', ...pair('order', 'placed', { what }), count: 'pay', until: o.until,
        ...(o.href && { primary: { ...button('pay'), href: o.href } }),
        secondary: button('cancel', 'cancel') };
    case 'PAID':
      return { tone: 'good', ...pair('order', 'paid', { what }),
        note: say('orderNumber', { order: o.order }) };
    default:
      return null;
  }
}

function asking(m, now) {
  const a = m.ask;
  if (a.step === 'asking') {
    return { tone: 'wait', ...pair('sale', 'asking'), from: 0, until: 0,
      primary: { ...button('asking'), off: true } };
  }
  if (m.phase === 'PAUSED') return { ...paused(), secondary: button('stop', 'stop') };
  const reason = a.reason === 'not-released' && m.fairSeconds ? 'outdrawn' : a.reason;
  const time = duration(a.until - now);
  const note = a.tries > 1 ? say('againInTry', { time, n: a.tries + 1 }) : say('againIn', { time });
  return { tone: 'wait', ...pair('again', texts.again[reason] ? reason : 'overloaded'),
    from: a.from, until: a.until, secondary: button('stop', 'stop'),
    note: now < a.until ? note : say('againNow') };
}

const paused = () => ({ tone: 'wait', ...pair('sale', 'paused') });

function sale(m, now) {
  if (m.phase === 'CLOSED') return { tone: 'calm', ...pair('sale', 'over') };
  if (m.phase === 'PAUSED') return paused();
  const n = m.fairSeconds;
  if (now < m.opensAt) {
    const { ready, signInFirst, noHurry, atZero } = texts.sale;
    return { tone: 'calm', head: m.signedIn ? ready : signInFirst,
      text: n ? fill(noHurry, { n }) : atZero,
      until: m.opensAt, count: 'big', ...(!m.signedIn && signIn(m)) };
  }
  if (m.soldOut) return { tone: 'calm', ...pair('sale', 'soldOut') };
  if (m.flags[m.sku] === 'sold-out') return { tone: 'calm', ...pair('sale', 'soldOutThis') };
  if (m.flags[m.sku] === 'all-reserved') {
    const next = m.nextRelease;
    return { tone: 'calm', ...(next
      ? pair('sale', 'allReserved', { time: timeOfDay(next) }) : pair('sale', 'allReservedLast')),
    ...(next && now < next && { until: next, count: 'next' }),
    ...(!m.signedIn && signIn(m)),
    ...(m.signedIn && next && { primary: button('nextRelease', 'buy') }) };
  }
  if (!m.signedIn) return { tone: 'calm', ...pair('sale', 'signIn'), ...signIn(m) };
  return { tone: 'open', ...(n ? pair('sale', 'openFair', { n }) : pair('sale', 'openFirst')),
    primary: button('buy', 'buy', { total: m.total }) };
}

function signIn(m) {
  if (m.demo) return { form: true };
  return m.canSignIn ? { primary: button('signIn', 'sign-in') } : {};
}

/** The short state at the top of the page: [look, words]. */
export function pill(m, now) {
  const words = (key, ms) => fill(texts.pill[key], { time: ms && timeOfDay(ms) });
  if (m.offline) return ['off', words('offline')];
  if (m.phase === 'CLOSED') return ['off', words('closed')];
  if (m.phase === 'PAUSED') return ['wait', words('paused')];
  if (now < m.opensAt) return ['soon', words('opens', m.opensAt)];
  if (m.soldOut) return ['off', words('soldOut')];
  if (m.allReserved) return ['wait', words('allReserved')];
  return ['open', words('open', m.closesAt)];
}
