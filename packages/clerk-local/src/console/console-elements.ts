/** The console's building blocks: calls of clerk-local, elements, tables and forms. */
export const consoleElements = `
const main = document.getElementById('main');
const statusLine = document.getElementById('status');
const clerk = '/_local/api/v1';

async function call(method, path, body) {
  const response = await fetch(path, {
    method,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error((answer.errors && answer.errors[0].long_message) || 'HTTP ' + response.status);
  return answer;
}

function element(name, properties = {}, ...children) {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}
const code = (text) => element('code', {}, String(text));
// Only links of this instance: the address in an invitation may be another application's.
const linked = (text) => text.split(/(https?:[^ ]+)/).map((part) =>
  part.startsWith(location.origin + '/') ? element('a', { href: part, target: '_blank', rel: 'noopener' }, part) : part);
const id = (text) => element('code', { className: 'id' }, text);
// Today's times without the date.
function time(ms) {
  if (!ms) return '';
  const at = new Date(ms);
  const isToday = at.toDateString() === new Date().toDateString();
  return isToday ? at.toLocaleTimeString() : at.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
}

function button(label, act, danger = false) {
  return element('button', {
    type: 'button',
    className: danger ? 'danger' : '',
    onclick: () => run(act, label),
  }, label);
}

async function run(act, label) {
  try {
    await act();
    statusLine.textContent = label + ': done';
  } catch (error) {
    statusLine.textContent = label + ': ' + error.message;
  }
  await show(true);
}

// Narrow screens show the label of a column in its cell.
function labelled(label, cell) {
  cell.dataset.label = label;
  return cell;
}

function table(heads, given, empty) {
  const rows = given.map((row) => (Array.isArray(row) ? { cells: row } : row));
  if (rows.length === 0) return element('div', { className: 'scroll' }, element('p', { className: 'empty' }, empty));
  return element('div', { className: 'scroll', tabIndex: 0, role: 'region', ariaLabel: 'Table' }, element('table', {},
    element('thead', {}, element('tr', {}, ...heads.map((head) => element('th', { scope: 'col' }, head)))),
    element('tbody', {}, ...rows.flatMap(({ cells, below }) => [
      element('tr', {}, ...cells.map((cell, column) => labelled(heads[column], element('td', {}, ...[cell].flat())))),
      ...(below === undefined ? [] : [element('tr', { className: 'below' }, element('td', { colSpan: heads.length }, below))]),
    ]))));
}

function form(fields, submit, act) {
  const inputs = fields.map(([name, label, options]) => {
    const input = Array.isArray(options)
      ? element('select', { name }, ...options.map((value) => element('option', { value }, value)))
      : element('input', { name, ...options });
    return [name, input, element('label', {}, label, input)];
  });
  const node = element('form', {}, ...inputs.map(([, , label]) => label), element('button', { type: 'submit' }, submit));
  node.onsubmit = (event) => {
    event.preventDefault();
    const values = Object.fromEntries(inputs.map(([name, input]) => [name, input.value.trim()]).filter(([, value]) => value !== ''));
    run(() => act(values), submit).then(() => node.reset());
  };
  return node;
}

const emailOf = (user) => {
  const primary = user.email_addresses.find(({ id }) => id === user.primary_email_address_id);
  return primary ? primary.email_address : '';
};
`;
