'use strict';

// The console asks the admin API once a second, with a token that stays in this tab.
const KEY = 'doorbuster-token';
const EVERY_MS = 1000;
const VERBS = {
  DRAFT: ['publish'],
  PUBLISHED: ['pause', 'close'],
  OPEN: ['pause', 'close'],
  PAUSED: ['resume', 'close'],
};

const element = (id) => document.getElementById(id);
let before = null;
let timer = 0;

function say(text, bad) {
  element('state').textContent = text;
  element('state').className = bad ? 'bad' : '';
}

async function call(method, path) {
  const answer = await fetch(path, {
    method,
    headers: { Authorization: 'Bearer ' + sessionStorage.getItem(KEY) },
    cache: 'no-store',
  });
  if (answer.status === 401) {
    signOut('This is not the token.');
    return null;
  }
  const body = await answer.json();
  if (!answer.ok) {
    throw new Error(body.detail || body.title);
  }
  return body;
}

function cell(text, className) {
  const td = document.createElement('td');
  td.textContent = text;
  td.className = className || '';
  return td;
}

/** A cell of two lines, so that all columns fit a small window. */
function pair(text, quiet) {
  const td = cell(text, 'pair');
  const below = document.createElement('span');
  below.className = 'quiet';
  below.textContent = quiet;
  td.append(below);
  return td;
}

function time(iso) {
  const at = new Date(iso);
  return pair(at.toLocaleTimeString(), at.toLocaleDateString());
}

async function steer(sale, verb, button) {
  if (verb === 'close' && !confirm('Close ' + sale + ' for good?')) {
    return;
  }
  button.disabled = true;
  try {
    await call('POST', '/admin/api/sales/' + encodeURIComponent(sale) + '/' + verb);
    await refresh();
  } catch (fault) {
    alert(fault.message);
  }
  button.disabled = false;
}

function buttons(sale) {
  const td = document.createElement('td');
  for (const verb of VERBS[sale.phase] || []) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = verb;
    button.addEventListener('click', () => steer(sale.sale, verb, button));
    td.append(button);
  }
  return td;
}

/** Rows are made anew only where something but figures has changed: buttons keep their focus. */
function paintSales(sales) {
  const body = element('sales');
  const shape = JSON.stringify(
    sales.map((sale) => [sale.sale, sale.title, sale.phase, sale.opensAt, sale.closesAt]));
  if (body.dataset.shape !== shape) {
    body.dataset.shape = shape;
    body.replaceChildren(...sales.map((sale) => {
      const row = document.createElement('tr');
      row.append(pair(sale.title, sale.sale + (sale.test ? ' (test)' : '')), cell(sale.phase),
        time(sale.opensAt), time(sale.closesAt));
      for (let i = 0; i < 5; i++) {
        row.append(cell('', 'number'));
      }
      row.append(buttons(sale));
      return row;
    }));
  }
  sales.forEach((sale, i) => {
    const cells = body.rows[i].cells;
    [sale.units, sale.available, sale.held, sale.sold, sale.paid].forEach((units, j) => {
      cells[4 + j].textContent = units.toLocaleString();
    });
  });
  element('empty').hidden = sales.length > 0;
}

function rates(now) {
  const seconds = before === null ? 0 : (Date.parse(now.now) - Date.parse(before.now)) / 1000;
  const rate = {};
  for (const [verdict, count] of Object.entries(now.figures.verdicts)) {
    const last = before === null ? count : before.figures.verdicts[verdict] || 0;
    rate[verdict] = seconds > 0 ? Math.round(Math.max(0, count - last) / seconds) : 0;
  }
  return rate;
}

function paintFigures(now) {
  const rate = rates(now);
  const admitted = rate.admitted || 0;
  const refusals = Object.entries(rate)
    .filter(([verdict, count]) => verdict !== 'admitted' && verdict !== 'waiting' && count > 0)
    .sort((a, b) => b[1] - a[1]);
  const { writer, events, storeFault } = now.figures;
  const lines = [
    ['Admitted', admitted + '/s'],
    ['Waiting for a draw', (rate.waiting || 0) + '/s'],
    ['Refused', refusals.map(([verdict, count]) => verdict + ' ' + count + '/s').join(', ') || '0/s'],
    ['Queue', writer.queued + ' orders, ' + writer.p99Ms + ' ms to commit (p99)'],
    ['Events', events.waiting + ' waiting, oldest ' + (events.lagMs / 1000).toFixed(1) + ' s, '
      + events.parked + ' parked'],
  ];
  if (storeFault) {
    lines.push(['Store', storeFault]);
  }
  element('figures').replaceChildren(...lines.flatMap(([name, text]) => {
    const dt = document.createElement('dt');
    const dd = document.createElement('dd');
    dt.textContent = name;
    dd.textContent = text;
    dd.className = name === 'Store' || (name === 'Events' && events.parked > 0) ? 'bad' : '';
    return [dt, dd];
  }));
}

async function refresh() {
  try {
    const now = await call('GET', '/admin/api/sales');
    if (now === null) {
      return;
    }
    element('live').hidden = false;
    element('sign-in').hidden = true;
    say('As of ' + new Date(now.now).toLocaleTimeString(), false);
    paintSales(now.sales);
    paintFigures(now);
    before = now;
  } catch (fault) {
    say('No answer: ' + fault.message, true);
  }
}

async function watch() {
  clearTimeout(timer);
  if (sessionStorage.getItem(KEY) === null) {
    return;
  }
  await refresh();
  timer = setTimeout(watch, EVERY_MS);
}

function signOut(text) {
  sessionStorage.removeItem(KEY);
  before = null;
  element('live').hidden = true;
  element('sign-in').hidden = false;
  say(text, text !== 'No token yet.');
}

element('sign-in').addEventListener('submit', (event) => {
  event.preventDefault();
  sessionStorage.setItem(KEY, element('token').value.trim());
  element('token').value = '';
  watch();
});
element('sign-out').addEventListener('click', () => signOut('No token yet.'));
watch();
