import { html, nothing, type TemplateResult } from 'lit';
import { Acting } from '../acting.js';
import { get, send } from '../api.js';
import { Load, Tick } from '../element.js';
import { flat, tree } from '../groups.js';
import { confirmation, empty, table, title, when, type Column } from '../parts.js';
import { link } from '../route.js';
import type { Group, Page as PageOf, Roles, User } from '../types.js';

const of = (name: string, rest = '') => `/users/${encodeURIComponent(name)}${rest}`;
const granted = (user: User): string => user.grants.map((g) => (g.group === 'all' ? g.role : `${g.role} on ${g.group}`)).join(', ');

/** On all devices, or on a group and what is inside it. */
const groupChoice = (groups: Group[], id: string): TemplateResult =>
  html`<select id=${id} name="group"><option value="all">all devices</option>${flat(tree(groups)).map(({ group, depth }) => html`<option value=${group.id}>${'\u2003'.repeat(depth)}${group.name}</option>`)}</select>`;

const roleChoice = (roles: Roles | undefined, id: string): TemplateResult =>
  html`<select id=${id} name="role">${(roles?.roles ?? []).map((r) => html`<option>${r.role}</option>`)}</select>`;

class People extends Acting {
  private readonly tick = new Tick(this);
  private readonly users = new Load(this, () => get<PageOf<User>>('/users'));
  private readonly roles = new Load(this, () => get<Roles>('/roles'));
  private readonly groups = new Load(this, () => get<PageOf<Group>>('/groups'));

  private async add(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const data = new FormData(form);
    const name = String(data.get('name')).trim();
    const user = { name, displayName: String(data.get('displayName')).trim(), password: String(data.get('password')), grants: [{ role: String(data.get('role')), group: String(data.get('group')) }] };
    if (await this.act(() => send('POST', '/users', user), `${name} may sign in.`)) {
      form.reset();
      void this.users.run();
    }
  }

  private columns(): Column<User>[] {
    return [
      { label: 'Name', lead: true, cell: (u) => html`<a class="id" href=${link(['people', u.name])}>${u.name}</a>` },
      { label: 'Who', wide: true, cell: (u) => u.displayName || '–' },
      { label: 'Roles', cell: (u) => granted(u) || html`<span class="faint">none</span>` },
      { label: 'State', trail: true, cell: (u) => (u.disabled ? 'disabled' : 'enabled') },
      { label: 'Code', cell: (u) => (u.secondFactor ? 'asked for' : 'no') },
      { label: 'Last used', number: true, cell: (u) => when(u.lastUsedAt, this.tick.now) },
    ];
  }

  protected override render(): TemplateResult {
    return html`${title('People', html`<a class="button" href="#/tokens">Tokens</a>`)}
      <p class="explains">Who may sign in, and as what. What is taken back is gone at once, also for who is signed in.</p>
      ${this.told()}
      <div class="listing"><section>${this.users.show((u) => (u.items.length ? table('People', this.columns(), u.items) : empty('Nobody yet.', 'Until then the admin token opens everything.')))}</section>
      <section><h2>Add somebody</h2><form class="model" @submit=${this.add}>
        <div class="field"><label for="name">Name</label><input id="name" name="name" required spellcheck="false" autocomplete="off" aria-describedby="name-note"><p id="name-note" class="faint">Small letters, digits and . _ @ -</p></div>
        <div class="field"><label for="displayName">Full name</label><input id="displayName" name="displayName" autocomplete="off"></div>
        <div class="field"><label for="password">Password</label><input id="password" name="password" type="password" minlength="12" required autocomplete="new-password" aria-describedby="password-note"><p id="password-note" class="faint">12 characters or more, of any kind.</p></div>
        <div class="field"><label for="role">Role</label>${roleChoice(this.roles.value, 'role')}</div>
        <div class="field"><label for="group">On</label>${groupChoice(this.groups.value?.items ?? [], 'group')}</div>
        <div class="actions"><button class="main">Add</button></div>
      </form></section></div>
      ${this.roles.show((r) => rightsTable(r), 4)}`;
  }
}

/** Who may do what, as the server decides it. */
const rightsTable = (all: Roles): TemplateResult => html`<section><details><summary>Who may do what</summary>${table('Rights by role', [
  { label: 'Right', lead: true, cell: (r) => html`<span class="id">${r.right}</span>` },
  { label: 'Means', wide: true, cell: (r) => r.meaning },
  ...all.roles.map((role) => ({ label: role.role, cell: (r: Roles['rights'][0]) => (role.rights.includes(r.right) ? 'yes' : '–') })),
], all.rights)}</details></section>`;

class Person extends Acting {
  static override properties = { name: { attribute: false } };
  declare name: string;
  private readonly tick = new Tick(this);
  private readonly user = new Load(this, () => get<User>(of(this.name)));
  private readonly roles = new Load(this, () => get<Roles>('/roles'));
  private readonly groups = new Load(this, () => get<PageOf<Group>>('/groups'));

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.get('name') !== undefined) this.user.restart();
  }

  private async change(method: string, rest: string, body: unknown, done: string): Promise<void> {
    await this.act(() => send(method, of(this.name, rest), body), done);
    void this.user.run();
  }

  private grant(event: SubmitEvent): void {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const [role, group] = ['role', 'group'].map((name) => String(data.get(name)));
    void this.change('POST', '/grants', { role, group }, `Is ${role} ${group === 'all' ? '' : `on ${group} `}now.`);
  }

  private async password(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const password = String(new FormData(form).get('password'));
    await this.change('POST', '/password', { password }, 'The new password holds; sessions ended.');
    form.reset();
  }

  private async erase(): Promise<void> {
    if (await this.act(() => send('DELETE', of(this.name)), '')) location.hash = link(['people']);
  }

  protected override render(): TemplateResult {
    return html`<p class="crumbs"><a href="#/people">People</a></p>${this.user.show((u) => html`
      ${title(u.displayName || u.name, this.acts(u), u.disabled ? 'disabled' : nothing)}
      ${this.told()}
      <dl class="facts">
        <div><dt>Name</dt><dd class="id">${u.name}</dd></div>
        <div><dt>Last used</dt><dd>${when(u.lastUsedAt, this.tick.now)}</dd></div>
        <div><dt>Password</dt><dd>${u.passwordAt ? when(u.passwordAt, this.tick.now) : 'none'}</dd></div>
        <div><dt>Second factor</dt><dd>${u.secondFactor ? html`asked for <button class="plain" @click=${() => this.change('DELETE', '/second-factor', undefined, 'No code is asked for.')}>Remove</button>` : 'no'}</dd></div>
        ${u.subject ? html`<div><dt>At the provider</dt><dd class="id">${u.subject}</dd></div>` : nothing}
      </dl>
      <section><h2>Roles</h2>
        ${u.grants.length ? table('Roles', [
          { label: 'Role', lead: true, wide: true, cell: (g) => g.role },
          { label: 'On', cell: (g) => (g.group === 'all' ? 'all devices' : html`<a href=${link(['groups', g.group])}>${g.group}</a>`) },
          { label: '', trail: true, cell: (g) => html`<button @click=${() => this.change('DELETE', `/grants/${g.role}/${encodeURIComponent(g.group)}`, undefined, `Is ${g.role} no more.`)} aria-label="Withdraw ${g.role} on ${g.group}">Withdraw</button>` },
        ], u.grants, true) : empty('May do nothing.')}
        <form class="filters flush" @submit=${this.grant}><label>Role ${roleChoice(this.roles.value, 'role')}</label><label>on ${groupChoice(this.groups.value?.items ?? [], 'group')}</label><button>Grant</button></form></section>
      <section><h2>New password</h2><form class="filters flush" @submit=${this.password}>
        <label>Password <input name="password" type="password" minlength="12" required autocomplete="new-password"></label><button>Set</button></form></section>`)}`;
  }

  private acts(u: User): TemplateResult {
    return html`<button @click=${() => this.change('PATCH', '', { disabled: !u.disabled }, u.disabled ? 'May sign in again.' : 'Is signed out and may not sign in.')}>${u.disabled ? 'Enable' : 'Disable'}</button>
      <button @click=${() => this.querySelector('dialog')!.showModal()}>Remove</button>
      ${confirmation('remove', `Remove ${u.name}?`, 'Sessions and tokens are worth nothing from then on. What was done stays in the event log.', 'Remove', () => this.erase())}`;
  }
}

customElements.define('v-people', People);
customElements.define('v-person', Person);
