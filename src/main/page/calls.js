// The server's clock, and calls to it that always come back with an answer.

const samples = [];
let heard;

/** The server's time in ms. It ticks with this machine's steady clock, whatever its date says. */
export function serverNow() {
  const offset = samples.length ? Math.max(...samples) : Date.now() - performance.now();
  return performance.now() + offset;
}

/**
 * Learns the server's time. A cached answer and the way here can only make `now` too old, so of
 * the last answers the one that puts the clock furthest ahead is the nearest. The same one again,
 * as an edge tells it while no gate answers, is nothing new.
 */
export function learnClock(now, ageSeconds) {
  const server = Date.parse(now) + 1000 * (Number(ageSeconds) || 0);
  if (Number.isFinite(server) && now !== heard) {
    heard = now;
    samples.push(server - performance.now());
    if (samples.length > 20) samples.shift();
  }
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A wait lengthened a little, by 2 s at most, so that a crowd does not come back as one. */
export const jitter = (ms) => ms + Math.random() * Math.min(400 + ms / 5, 2000);

/**
 * Calls the server. Never throws; gives one of
 *   {json, headers}                          a success
 *   {refusal, retryAfterMs, json, headers}   a refusal by its id
 *   {refusal: 'overloaded', unsure: true}    an answer that is not ours: an edge's or a CDN's
 *   {refusal: 'no-answer', unsure: true}     none at all
 * `unsure` says that the server may have done what was asked.
 */
export async function call(url, { method = 'GET', token, body, wait, timeoutMs = 12000 } = {}) {
  const headers = { Accept: 'application/json' };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body) headers['Content-Type'] = 'application/json';
  if (wait) headers.Prefer = `wait=${wait}`;
  const cut = new AbortController();
  const timer = setTimeout(() => cut.abort(), timeoutMs + 1000 * (wait || 0));
  try {
    const response = await fetch(url, {
      method, headers, body: body && JSON.stringify(body), signal: cut.signal,
      cache: method === 'GET' && !token ? 'default' : 'no-store',
    });
    return await read(response);
  } catch {
    return { refusal: 'no-answer', unsure: true };
  } finally {
    clearTimeout(timer);
  }
}

async function read(response) {
  const { headers, status } = response;
  const retryAfterMs = 1000 * headers.get('Retry-After') || undefined;
  const json = /json/.test(headers.get('Content-Type')) && await response.json().catch(() => null);
  if (response.ok && json instanceof Object) return { json, headers };
  const id = /^\/problems\/(.+)/.exec(json?.type)?.[1];
  return {
    refusal: id ?? 'overloaded',
    retryAfterMs: json?.retryAfterMs ?? retryAfterMs,
    unsure: !id || status === 500,
    json,
    headers,
  };
}
