// The same as the ring shows, in figures: one row for each node.

import { el, say } from './dom.mjs';
import { LETTERS, isBehind, number } from './words.mjs';

const COLUMNS = ['role', 'term', 'vote', 'last', 'durable', 'commit', 'applied', 'behind', 'heard'];

function row(id) {
  const cells = Object.fromEntries(COLUMNS.map((name) => [name, el('td', { class: name })]));
  const badge = el('span', { class: 'badge', 'aria-hidden': 'true' });
  const role = el('span');
  cells.role.append(badge, ' ', role);
  return { element: el('tr', {}, el('th', { scope: 'row' }, id), ...Object.values(cells)), cells, badge, role };
}

function heard(server, now) {
  if (server.role === 'Leader') {
    return 'leads';
  }
  return server.heard === null ? '–' : `${number(Math.max(0, now - server.heard))} ms`;
}

export class NodeTable {
  constructor(body) {
    Object.assign(this, { body, rows: new Map() });
  }

  draw(picture, now) {
    const servers = picture.servers();
    const ids = servers.map((server) => server.id);
    if (String(ids) !== String([...this.rows.keys()])) {
      this.rows = new Map(ids.map((id) => [id, row(id)]));
      this.body.replaceChildren(...[...this.rows.values()].map(({ element }) => element));
    }
    servers.forEach((server) => this.fill(this.rows.get(server.id), server, picture, now));
  }

  fill({ element, cells, badge, role }, server, picture, now) {
    const down = server.up === false;
    const behind = picture.behind(server);
    element.className = `${server.role}${down ? ' down' : ''}${isBehind(picture, server) ? ' trails' : ''}`;
    say(badge, LETTERS[server.role] ?? '?');
    badge.className = `badge ${server.role}`;
    say(role, down ? 'does not answer' : server.role.replace(/(.)([A-Z])/g, '$1-$2').toLowerCase());
    say(cells.term, number(server.term));
    say(cells.vote, server.vote ?? '–');
    ['last', 'durable', 'commit', 'applied'].forEach((name) => say(cells[name], number(server[name])));
    say(cells.behind, behind === 0 ? '0' : number(behind));
    say(cells.heard, down ? '–' : heard(server, now));
  }
}
