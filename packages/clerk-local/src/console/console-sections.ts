/** The console's sections: the data, the view and the actions of each. */
export const consoleSections = `
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
`;
