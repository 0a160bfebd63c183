// What the buyer sees: the model in, one panel of words and buttons out. No state, no effects.

const locale = navigator.languages;

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
  if (s < 90) return `${s} s`;
  if (s < 5400) return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')} min`;
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}

/** Why we ask again, and what the buyer should know about it. */
const again = {
  'not-released': ['Not this time', 'This release is taken. The next one is near.'],
  'outdrawn': ['Not drawn this time', 'Others drew better lots. Each draw is a new chance.'],
  'not-counted': ['Your entry came too late', 'It did not reach the draw in time.'],
  'too-fast': ['A moment', 'The time between two tries is the same for everybody.'],
  'overloaded': ['Very many people at once', 'Your place does not depend on speed. Keep this page open.'],
  'no-answer': ['No answer', 'We first look whether your order arrived, then ask again.'],
  'ordered-recently': ['You ordered a short while ago', 'One order at a time, for everybody.'],
  'not-open': ['Almost', 'The sale opens in a moment.'],
  'all-reserved': ['All reserved', 'Units that are not paid for come back. We ask again then.'],
  'NOT_DRAWN': ['Not drawn this time', 'Each draw is a new chance. You are entered in the next one.'],
  'LOST': ['Your order was lost', 'A machine failed before it was written. Nothing was charged.'],
  'REJECTED': ['Your order could not be written', 'Nothing was charged.'],
  'resumed': ['Going on', 'You had asked before this page was loaded again.'],
};

const buttons = {
  buy: (label) => ({ label, act: 'buy' }),
  stop: { label: 'Stop asking', act: 'stop' },
  cancel: { label: 'Cancel this order', act: 'cancel' },
};

/**
 * The panel for a model: {tone, head, text, until, from, count, primary, secondary}. `until` is a
 * moment counted down to; with `from` a bar shows how far it is; `count: 'big'` shows a clock.
 */
export function panel(m, now) {
  const live = m.order && order(m, now);
  if (live) return live;
  if (m.ask) return asking(m, now);
  if (m.forbidden) {
    return { tone: 'bad', head: 'This account cannot take part', text: m.forbidden,
      ...(m.canSignIn && { secondary: { label: 'Use another account', act: 'sign-out' } }) };
  }
  const panel = sale(m, now);
  const ended = m.order && endings[m.order.status];
  const notice = m.notice || (ended && { head: ended[0], text: ended[1] });
  if (!notice) return panel;
  const head = m.phase === 'CLOSED' ? panel.head : notice.head;
  return { ...panel, head, text: `${notice.text} ${panel.text}` };
}

const endings = {
  EXPIRED: ['The time to pay ran out', 'Your unit goes back on sale. Nothing was charged.'],
  CANCELLED: ['Order cancelled', 'Your unit goes back on sale. Nothing was charged.'],
  NOT_DRAWN: ['Not drawn', 'Your entry was not among those drawn.'],
  LOST: again.LOST,
  REJECTED: again.REJECTED,
};

function order(m, now) {
  const o = m.order;
  const what = [o.quantity > 1 && `${o.quantity} ×`, m.nameOf(o.sku)].filter(Boolean).join(' ');
  switch (o.status) {
    case 'WAITING':
      return now < o.until
        ? { tone: 'wait', head: 'You are in the draw', from: o.from, until: o.until,
          text: 'Everyone who asks before it ends has the same chance. You can lean back.',
          note: `Drawn in ${duration(o.until - now)}` }
        : { tone: 'wait', head: 'Drawing', text: 'The draw is being held.', from: 0, until: 0 };
    case 'QUEUED':
      return { tone: 'good', head: 'Got one', secondary: buttons.cancel,
        text: o.reason === 'store-unavailable'
          ? 'A unit is held for you. Writing it down takes longer than usual; keep this page open.'
          : 'A unit is held for you. We are writing your order.', from: 0, until: 0 };
    case 'PLACED':
      return { tone: 'good', head: 'Reserved for you', count: 'pay', until: o.until,
        text: `${what || 'Your order'} is yours once you have paid.`,
        ...(o.href && { primary: { label: 'Pay now', href: o.href } }), secondary: buttons.cancel };
    case 'PAID':
      return { tone: 'good', head: 'Paid. It is yours', text: `${what || 'Your order'}: thank you.`,
        note: `Order ${o.order}` };
    default:
      return null;
  }
}

function asking(m, now) {
  const a = m.ask;
  if (a.step === 'asking') {
    return { tone: 'wait', head: 'Asking', text: 'One moment.', from: 0, until: 0,
      primary: { label: 'Asking …', off: true } };
  }
  if (m.phase === 'PAUSED') return { ...paused, secondary: buttons.stop };
  const notDrawn = a.reason === 'not-released' && m.fairSeconds;
  const [head, text] = notDrawn ? again.outdrawn : again[a.reason] || again.overloaded;
  return { tone: 'wait', head, text, from: a.from, until: a.until, secondary: buttons.stop,
    note: now < a.until
      ? `Asking again by itself in ${duration(a.until - now)}${a.tries > 1 ? `, try ${a.tries + 1}` : ''}`
      : 'Asking again' };
}

const paused = { tone: 'wait', head: 'Paused for a moment',
  text: 'The sale is on hold and goes on by itself. Nothing is lost.' };

function sale(m, now) {
  if (m.phase === 'CLOSED') {
    return { tone: 'calm', head: 'This sale is over', text: 'Thank you for coming by.' };
  }
  if (m.phase === 'PAUSED') return paused;
  if (now < m.opensAt) {
    const fair = m.fairSeconds
      ? `No need to hurry: all who ask within the same ${m.fairSeconds} s have the same chance.`
      : 'The button opens when the clock reaches zero.';
    return { tone: 'calm', head: m.signedIn ? 'You are ready' : 'Sign in before it starts',
      text: fair, until: m.opensAt, count: 'big', ...(!m.signedIn && signIn(m)) };
  }
  if (m.soldOut) {
    return { tone: 'calm', head: 'Sold out', text: 'Every unit is paid for.' };
  }
  if (m.flags[m.sku] === 'sold-out') {
    return { tone: 'calm', head: 'This one is sold out', text: 'There are others: choose above.' };
  }
  if (m.flags[m.sku] === 'all-reserved') {
    return { tone: 'calm', head: 'All reserved', text: m.nextRelease
      ? `Units that are not paid for are released again at ${timeOfDay(m.nextRelease)}.`
      : 'There is no further release before the close.',
    ...(m.nextRelease && now < m.nextRelease && { until: m.nextRelease, count: 'next' }),
    ...(!m.signedIn && signIn(m)),
    ...(m.signedIn && m.nextRelease && {
      primary: { label: 'Ask at the next release', act: 'buy' } }) };
  }
  if (!m.signedIn) {
    return { tone: 'calm', head: 'The sale is open', text: 'Sign in to ask for yours.',
      ...signIn(m) };
  }
  return { tone: 'open', head: 'The sale is open', text: m.fairSeconds
    ? `All who ask within the same ${m.fairSeconds} s have the same chance.`
    : 'Units are given out in the order of asking.',
  primary: buttons.buy(`Buy for ${m.total}`) };
}

function signIn(m) {
  if (m.demo) return { form: true };
  return m.canSignIn ? { primary: { label: 'Sign in', act: 'sign-in' } } : {};
}

/** The short state at the top of the page: [look, words]. */
export function pill(m, now) {
  if (m.offline) return ['off', 'No connection'];
  if (m.phase === 'CLOSED') return ['off', 'Closed'];
  if (m.phase === 'PAUSED') return ['wait', 'Paused'];
  if (now < m.opensAt) return ['soon', `Opens ${timeOfDay(m.opensAt)}`];
  if (m.soldOut) return ['off', 'Sold out'];
  if (m.allReserved) return ['wait', 'All reserved'];
  return ['open', `Open until ${timeOfDay(m.closesAt)}`];
}
