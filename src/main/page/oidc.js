// Sign-in by OpenID Connect, for sales that have it: the code flow with PKCE (RFC 7636). It comes
// before the page's own script, which asks by `doorbuster:sign-in` and takes the token by `#token=`.

const { authorizeUrl, tokenUrl, clientId, scope } =
  JSON.parse(document.getElementById('sale-config').textContent).oidc;
const shelf = 'doorbuster.oidc';
const here = location.origin + location.pathname;

const base64url = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)))
  .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));
const sha256 = (text) => crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));

/** Leaves for the provider; what is asked for comes back in the address. */
async function leave() {
  const kept = { state: random(), nonce: random(), verifier: random() };
  window.sessionStorage.setItem(shelf, JSON.stringify(kept));
  const url = new URL(authorizeUrl);
  for (const [name, value] of Object.entries({
    response_type: 'code', client_id: clientId, redirect_uri: here, scope,
    state: kept.state, nonce: kept.nonce, code_challenge_method: 'S256',
    code_challenge: base64url(await sha256(kept.verifier)),
  })) url.searchParams.set(name, value);
  location.assign(url);
}

/** Changes the code for the buyer's token; the nonce ties that to this browser. */
async function arrive(code, kept) {
  const answer = await fetch(tokenUrl, { method: 'POST', body: new URLSearchParams({
    grant_type: 'authorization_code', code, redirect_uri: here,
    client_id: clientId, code_verifier: kept.verifier }) });
  const { id_token: token } = await answer.json(); // none where it says no
  const part = token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/');
  if (JSON.parse(atob(part)).nonce !== kept.nonce) throw new Error('foreign token');
  return token;
}

/** Takes up where leave() ended, if this page was loaded by a way back from there. */
async function resume() {
  const asked = new URLSearchParams(location.search);
  const kept = JSON.parse(window.sessionStorage.getItem(shelf) ?? 'null');
  if (!kept || !asked.has('state')) return;
  window.sessionStorage.removeItem(shelf);
  history.replaceState(null, '', here);
  if (asked.get('state') !== kept.state) throw new Error('foreign answer');
  location.hash = `token=${await arrive(asked.get('code'), kept)}`;
}

const fail = () => document.dispatchEvent(new Event('doorbuster:sign-in-failed'));

document.addEventListener('doorbuster:sign-in', () => leave().catch(fail));
resume().catch(fail);
