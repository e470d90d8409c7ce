/** The section of the console that stages classic bugs of applications. */
export const consoleStagings = `
// The last selected user, which remains selected when the list is rebuilt.
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
`;
