// The model in, the page changed where it differs.

import { serverNow } from './calls.js';
import { $, config, ended, model, nameShelf, pass, phase, root, skuOf } from './model.js';
import { duration, money, panel, pill, say, tag } from './words.js';

export function put(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

let said = '';

export function paint() {
  const now = serverNow();
  model.signedIn = Boolean(pass());
  model.total = money(skuOf(model.sku).priceMinor * model.quantity, config);
  const m = { ...model, phase: phase() };
  const p = panel(m, now);
  const box = $('panel');
  box.dataset.tone = p.tone;
  put($('head'), p.head);
  put($('text'), p.text);
  put($('note'), p.note || '');
  paintTime(p, now);
  paintButton($('primary'), p.primary);
  paintButton($('secondary'), p.secondary?.act === 'cancel' && now - model.cancelAt < 5000
    ? { ...p.secondary, label: config.texts.button.cancelTwice } : p.secondary);
  $('demo-sign-in').hidden = !p.form;
  $('choice').disabled = Boolean(m.ask) || (m.order && !ended(m.order.status));
  $('who').hidden = !m.signedIn;
  put($('who-name'), nameShelf.get() || say('signedIn'));
  const [look, words] = pill(m, now);
  $('pill').dataset.look = look;
  put($('pill'), words);
  for (const sku of config.skus) {
    const flag = phase() === 'OPEN' && m.flags[sku.id];
    const label = root.querySelector(`label[data-sku="${CSS.escape(sku.id)}"]`);
    label?.classList.toggle('gone', flag === 'sold-out');
    put(label?.querySelector('.tag'), tag(flag));
  }
  const saying = say('both', p);
  if (saying !== said) put($('live'), (said = saying));
}

function paintTime(p, now) {
  const left = p.until - now;
  const clock = $('clock');
  clock.hidden = !p.count;
  clock.className = `clock ${p.count || ''}`;
  const big = p.count === 'big' && $('countdown').isConnected;
  if (big) {
    const s = Math.max(0, Math.ceil(left / 1000));
    const parts = { days: 86400, hours: 3600, minutes: 60, seconds: 1 };
    let rest = s;
    for (const [name, size] of Object.entries(parts)) {
      const n = Math.floor(rest / size);
      rest %= size;
      const cell = clock.querySelector(`[data-part=${name}]`);
      if (cell) cell.hidden = name === 'days' && s < 86400;
      put(cell?.firstElementChild, String(n).padStart(2, '0'));
    }
  }
  $('countdown').hidden = !big;
  $('left').hidden = big;
  put($('left'), !p.count || big ? '' : left > 0
    ? say(p.count === 'pay' ? 'payWithin' : 'in', { time: duration(left) }) : say('soon'));
  const bar = $('bar');
  bar.hidden = p.from === undefined;
  const known = p.until > p.from;
  bar.classList.toggle('endless', !known);
  const share = known ? Math.min(Math.max((now - p.from) / (p.until - p.from), 0), 1) : 0;
  const inner = bar.firstElementChild;
  if (inner) inner.style.transform = known ? `scaleX(${share})` : '';
}

function paintButton(button, spec) {
  button.hidden = !spec || Boolean(spec.href);
  if (button.id === 'primary') {
    $('pay').hidden = !spec?.href;
    if (spec?.href) {
      put($('pay'), spec.label);
      if ($('pay').href !== spec.href) $('pay').href = spec.href;
    }
  }
  if (!spec || spec.href) return;
  put(button, spec.label);
  button.dataset.act = spec.act || '';
  button.setAttribute('aria-disabled', Boolean(spec.off || (model.busy && button.id === 'primary')));
}
