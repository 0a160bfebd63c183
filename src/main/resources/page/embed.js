// A sale for a page of the shop's own, which includes this file as a module; docs/integrate.md says
// what else stands on that page. It lives for seconds, and names the files that change their names.
const config = {{json config}};
config.api ||= new URL(import.meta.url).origin;

const root = document.getElementById('doorbuster');
const missing = root ? ['head', 'text', 'primary', 'pay'].filter((id) => !root.querySelector(`#${id}`))
  : ['doorbuster'];
if (missing.length > 0) {
  throw new Error(`doorbuster: this page has no element with the id ${missing.join(', ')}`);
}

const data = document.createElement('template'); // where the sale's own page has it in its HTML
data.id = 'sale-config';
data.textContent = JSON.stringify(config);
document.head.append(data);

{{#oidc}}await import('./{{oidc}}');
{{/oidc}}await import('./{{js}}');
