/** The application's own rows beside Clerk's users, if `--inspect` names where to get them. */
export const consoleRows = `
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
`;
