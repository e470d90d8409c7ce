/**
 * The console's script. It builds the page from text nodes only, so that data cannot become HTML, and
 * asks for changes every two seconds while the page is visible.
 */
export const consoleScript = `
'use strict';
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
const time = (ms) => (ms ? new Date(ms).toLocaleTimeString() : '');

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

const inspects = document.body.hasAttribute('data-inspects');
const rows = new Map();
let inspecting = false;

function rowOf(id) {
  const cell = element('div', { className: 'row', role: 'group', ariaLabel: 'The application’s row' });
  cell.dataset.user = id;
  fillRow(cell);
  return cell;
}

const rowText = (value) => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 60 ? text.slice(0, 60) + '…' : text;
};

function fillRow(cell) {
  const found = rows.get(cell.dataset.user);
  if (found === undefined) cell.replaceChildren(element('span', { className: 'soft' }, 'Asking the application…'));
  else if (found.state === 'missing') cell.replaceChildren(element('span', { className: 'bad' }, 'No row'));
  else if (found.state === 'unavailable') cell.replaceChildren(element('span', { className: 'bad' }, found.reason));
  else cell.replaceChildren(element('dl', {}, ...Object.entries(found.row).slice(0, 20).map(([name, value]) =>
    element('div', {}, element('dt', {}, name), element('dd', {}, rowText(value))))));
}

// Not awaited: an application that hangs must not delay the console. One request at a time, so that
// it leaves connections for the console's own calls.
async function inspect(users) {
  if (!inspects || inspecting || users.length === 0) return;
  inspecting = true;
  try {
    const query = new URLSearchParams(users.map(({ id }) => ['user_id', id]));
    const answer = await call('GET', '/_local/inspect?' + query);
    for (const [id, row] of Object.entries(answer.rows)) rows.set(id, row);
    for (const cell of document.querySelectorAll('.row')) fillRow(cell);
  } catch (error) {
    statusLine.textContent = error.message;
  } finally {
    inspecting = false;
  }
}

async function signInAs(user) {
  const { url } = await call('POST', clerk + '/sign_in_tokens', { user_id: user.id });
  window.open(url, '_blank', 'noopener');
}

async function rename(user) {
  const name = prompt('First name', user.first_name || '');
  if (name !== null) await call('PATCH', clerk + '/users/' + user.id, { first_name: name });
}

async function invite(organization) {
  const email_address = prompt('Email address to invite');
  if (email_address) await call('POST', clerk + '/organizations/' + organization.id + '/invitations', { email_address, role: 'org:member' });
}

// The user who was selected last, so that the list keeps it when it is built again.
let stagedUser = '';
let stagedOrigin = 'http://localhost:3000';

function card(staging, users) {
  const select = element('select', { onchange: () => { stagedUser = select.value; } },
    ...users.map((user) => element('option', { value: user.id, selected: user.id === stagedUser }, emailOf(user) || user.id)));
  const origin = element('input', { value: stagedOrigin, onchange: () => { stagedOrigin = origin.value; } });
  const hasToken = staging.name === 'deleted_user' || staging.name === 'stale_token';
  return element('section', { className: 'card' },
    element('h3', {}, staging.title), element('p', {}, staging.description),
    element('div', { className: 'fields' },
      staging.needsUser ? element('label', {}, 'User', select) : null,
      hasToken ? element('label', {}, 'Origin of the token', origin) : null,
      button('Stage: ' + staging.title, () => call('POST', '/_local/stagings', {
        name: staging.name,
        ...(staging.needsUser ? { user_id: select.value } : {}),
        ...(hasToken && origin.value ? { origin: origin.value } : {}),
      }))));
}

function staged({ current, deliveries, requests }) {
  if (current === null) return element('p', {}, 'Each staging makes a classic bug of applications happen, and shows what yours does.');
  return element('section', { className: 'card staged', ariaLabel: 'Staging' },
    element('h3', {}, 'Staged: ' + current.title),
    element('ol', {}, ...current.steps.map((step) => element('li', {}, step))),
    element('p', {}, element('strong', {}, 'Expected: '), current.expected),
    current.token === null ? null : element('details', {}, element('summary', {}, 'Session token for a request'), element('pre', {}, current.token)),
    inspects && current.userId !== null ? element('div', { className: 'fields' },
      element('div', {}, element('strong', {}, 'Row before'), rowBefore(current.before)),
      element('div', {}, element('strong', {}, 'Row now'), rowOf(current.userId))) : null,
    deliveries.length === 0 ? null : table(['Time', 'Event', 'First name', 'Outcome'], deliveries.map((delivery) => [
      time(delivery.at), code(delivery.type), delivery.payload.data.first_name || '', delivery.outcome + (delivery.httpStatus ? ' ' + delivery.httpStatus : ''),
    ])),
    requests.length === 0 ? null : table(['Time', 'Request', 'Status'], requests.slice(-20).map((request) => [
      time(request.at), code(request.method + ' ' + request.path), element('span', { className: 'bad' }, String(request.status)),
    ])),
    button('End staging', () => call('DELETE', '/_local/stagings')));
}

function rowBefore(before) {
  const cell = element('div', {});
  cell.dataset.user = 'before';
  rows.set('before', before === null ? { state: 'missing' } : before);
  fillRow(cell);
  cell.className = 'row-before';
  return cell;
}

const sections = {
  users: {
    title: 'Users',
    forms: () => [form([
      ['email_address', 'Email address', { type: 'email', required: true }],
      ['first_name', 'First name', {}],
      ['last_name', 'Last name', {}],
      ['password', 'Password', { type: 'password', autocomplete: 'new-password' }],
    ], 'Create user', (values) => call('POST', clerk + '/users', values)),
    element('p', {}, 'The code for every email address is ', code('424242'), '.')],
    load: async () => {
      const users = await call('GET', clerk + '/users?limit=100');
      inspect(users);
      return users;
    },
    render: (users) => table(['User', 'Email address', 'Created', 'State', 'Actions'], users.map((user) => ({ below: inspects ? rowOf(user.id) : undefined, cells: [
      [[user.first_name, user.last_name].filter(Boolean).join(' '), ' ', id(user.id)],
      emailOf(user),
      time(user.created_at),
      user.banned ? 'banned' : user.locked ? 'locked' : 'active',
      [
        button('Sign in as', () => signInAs(user)),
        button('Rename', () => rename(user)),
        button(user.banned ? 'Unban' : 'Ban', () => call('POST', clerk + '/users/' + user.id + (user.banned ? '/unban' : '/ban'))),
        button('Delete', () => confirm('Delete this user?') ? call('DELETE', clerk + '/users/' + user.id) : undefined, true),
      ],
    ] })), 'No users yet. Sign up in your application, or create one here.'),
  },
  sessions: {
    title: 'Sessions',
    load: () => call('GET', clerk + '/sessions?limit=100'),
    render: (sessions) => table(['Session', 'User', 'Status', 'Created', 'Actions'], sessions.map((session) => [
      code(session.id), code(session.user_id), session.status, time(session.created_at),
      session.status === 'active' ? button('Revoke', () => call('POST', clerk + '/sessions/' + session.id + '/revoke'), true) : '',
    ]), 'No sessions yet.'),
  },
  organizations: {
    title: 'Organizations',
    forms: () => [form([
      ['name', 'Name', { required: true }],
      ['created_by', 'User id of the first admin', { placeholder: 'user_…' }],
    ], 'Create organization', (values) => call('POST', clerk + '/organizations', values))],
    load: async () => {
      const [organizations, memberships] = await Promise.all([
        call('GET', clerk + '/organizations?limit=100'), call('GET', clerk + '/organization_memberships?limit=500'),
      ]);
      return organizations.data.map((organization) => ({
        ...organization, members: memberships.data.filter((each) => each.organization.id === organization.id),
      }));
    },
    render: (organizations) => table(['Organization', 'Slug', 'Members', 'Invitations', 'Actions'], organizations.map((organization) => [
      [organization.name, ' ', id(organization.id)],
      code(organization.slug),
      organization.members.map((member) => element('div', {}, member.public_user_data.identifier + ' ', code(member.role))),
      String(organization.pending_invitations_count),
      [
        button('Invite', () => invite(organization)),
        button('Delete', () => confirm('Delete this organization?') ? call('DELETE', clerk + '/organizations/' + organization.id) : undefined, true),
      ],
    ]), 'No organizations yet. Create one in your application, or here.'),
  },
  messages: {
    title: 'Messages',
    load: () => call('GET', '/_local/messages'),
    render: ({ messages }) => table(['Time', 'To', 'Subject', 'Text'], messages.map((message) => [
      time(message.at), message.to, message.subject,
      element('details', {}, element('summary', {}, message.channel === 'sms' ? 'Text message' : 'Email'), element('pre', {}, ...linked(message.body))),
    ]), 'No emails and text messages yet. Clerk would send codes and invitations.'),
  },
  webhooks: {
    title: 'Webhooks',
    load: () => call('GET', '/_local/deliveries'),
    render: ({ deliveries, pending }) => element('div', {},
      element('p', {}, pending + ' pending'),
      table(['Time', 'Event', 'Attempt', 'Outcome', 'Payload', 'Actions'], [...deliveries].reverse().slice(0, 100).map((delivery) => [
        time(delivery.at), code(delivery.type), String(delivery.attempt),
        element('span', { className: delivery.outcome === 'delivered' ? '' : 'bad' }, delivery.outcome + (delivery.httpStatus ? ' ' + delivery.httpStatus : '')),
        element('details', {}, element('summary', {}, delivery.messageId), element('pre', {}, JSON.stringify(delivery.payload, null, 2))),
        button('Replay', () => call('POST', '/_local/deliveries/' + delivery.messageId + '/replay')),
      ]), 'No webhooks yet. Start clerk-local with --webhook-url.')),
  },
  faults: {
    title: 'Faults',
    forms: () => [form([
      ['target', 'Target', { required: true, placeholder: 'GET /v1/users/{user_id}', size: 32 }],
      ['status', 'Status', { type: 'number', min: 200, max: 599 }],
      ['delayMs', 'Delay in ms', { type: 'number', min: 0 }],
      ['times', 'Times', { type: 'number', min: 1 }],
    ], 'Set fault', ({ target, ...numbers }) => call('POST', '/_local/faults', {
      target, ...Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, Number(value)])),
    })), button('Delete all faults', () => call('DELETE', '/_local/faults'), true)],
    load: () => call('GET', '/_local/faults'),
    render: ({ faults }) => table(['Target', 'Effect', 'Remaining', 'Actions'], faults.map(({ id, target, remaining, ...effect }) => [
      code(target), code(JSON.stringify(effect)), remaining === null ? 'all' : String(remaining),
      button('Delete', () => call('DELETE', '/_local/faults/' + id), true),
    ]), 'No faults are set.'),
  },
  stagings: {
    title: 'Stagings',
    load: async () => {
      const [state, users, { deliveries }, { requests }] = await Promise.all([
        call('GET', '/_local/stagings'), call('GET', clerk + '/users?limit=100'),
        call('GET', '/_local/deliveries'), call('GET', '/_local/requests'),
      ]);
      const { current } = state;
      if (current === null) return { ...state, users };
      if (current.userId !== null) inspect([{ id: current.userId }]);
      const since = ({ at }) => at >= current.startedAt;
      return {
        ...state, users,
        deliveries: deliveries.filter(since).filter(({ payload }) => payload.data.id === current.userId),
        requests: requests.filter(since).filter(({ status }) => status >= 400),
      };
    },
    render: (state) => element('div', {}, staged(state), ...state.stagings.map((staging) => card(staging, state.users))),
  },
  requests: {
    title: 'Requests',
    load: () => call('GET', '/_local/requests'),
    render: ({ requests }) => table(['Time', 'Method', 'Path', 'Status', 'Duration'], [...requests].reverse().slice(0, 200).map((request) => [
      time(request.at), request.method, code(request.path),
      element('span', { className: request.status >= 400 ? 'bad' : '' }, String(request.status)), request.durationMs + ' ms',
    ]), 'No requests yet.'),
  },
};

let shown = '';
let content = null;
let lastData = '';

async function show(force = false) {
  const name = location.hash.slice(1) in sections ? location.hash.slice(1) : 'users';
  const section = sections[name];
  if (name !== shown) {
    shown = name;
    lastData = '';
    content = element('div');
    main.replaceChildren(element('h2', {}, section.title), ...(section.forms ? section.forms() : []), content);
    for (const link of document.querySelectorAll('nav a')) {
      if (link.hash === '#' + name) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
  }
  const data = await section.load().catch((error) => { statusLine.textContent = error.message; });
  const text = JSON.stringify(data);
  // An unchanged list is not built again: it would close details and lose the focus.
  if (data === undefined || shown !== name || (!force && text === lastData)) return;
  if (!force && content.querySelector('details[open]')) return;
  lastData = text;
  content.replaceChildren(section.render(data));
}

addEventListener('hashchange', () => show());
show();
setInterval(() => { if (!document.hidden) show(); }, 2000);
`;
