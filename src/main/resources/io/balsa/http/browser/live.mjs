// Watches a running cluster: asks one node for the state of all, and listens to each node that the browser reaches.

import { termAt } from './log.mjs';

const STATUS_MS = 400;
const LOG_MS = 800;
const LOAD_MS = 2000;
const DIRECTORY_MS = 5000;
const PATIENCE_MS = 1800;
const PAGES = 3;
export const WINDOW = 40;
const NEVER = '0-0';

const ROUTE = 'route="/api/v1/(?:kv/\\{key\\}|commands)"';
const LATENCY = new RegExp(`^raft_http_requests_seconds_(count|sum)\\{[^}]*${ROUTE}[^}]*\\} (\\S+)$`);

/** An event as trace.md would have it. */
export function translated(name, data, role) {
  const event = { node: data.node, role: role ?? 'Unknown', term: data.term, live: true };
  const election = (what) => ({ ...event, event: 'election', what, reason: data.reason });
  switch (name) {
    case 'stateChanged':
      return { ...event, event: 'role', role: data.to, from: data.from, to: data.to, reason: data.reason };
    case 'leaderChanged': return { ...event, event: 'leader', leader: data.leader };
    case 'commitAdvanced': return { ...event, event: 'commit', last: data.last };
    case 'membershipChanged': return { ...event, event: 'members', ...data.configuration };
    case 'snapshotTaken': return { ...event, event: 'snapshot', what: 'taken', last: data.last };
    case 'snapshotInstalled': return { ...event, event: 'snapshot', what: 'installed', last: data.last };
    case 'electionStarted': return election('started');
    case 'electionWon': return election('won');
    case 'electionLost': return election('lost');
    case 'peerSilent': return { ...event, event: 'peer', peer: data.peer, what: 'silent' };
    case 'peerHeard': return { ...event, event: 'peer', peer: data.peer, what: 'heard' };
    case 'heartbeatUnanswered':
      return { ...event, event: 'heartbeat', peer: data.follower, what: 'unanswered', silence: data.silence };
    case 'heartbeatLate':
      return { ...event, event: 'heartbeat', peer: data.leader, what: 'late', silence: data.silence };
    case 'storageFull': return { ...event, event: 'storage', full: data.full };
    default: return { ...event, event: name };
  }
}

/** Takes the text of a stream of server-sent events apart. */
export class Stream {
  rest = '';

  take(text) {
    const blocks = (this.rest + text).split('\n\n');
    this.rest = blocks.pop();
    return blocks.map(Stream.block).filter((block) => block.event && block.data);
  }

  static block(text) {
    const block = {};
    text.split('\n').forEach((line) => {
      const [, field, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
      if (field) {
        block[field] = value;
      }
    });
    return block;
  }
}

/** How many requests of clients were answered, and how long that took in all. */
export function requests(exposition) {
  const found = { count: 0, sum: 0 };
  exposition.split('\n').forEach((line) => {
    const [, what, value] = LATENCY.exec(line) ?? [];
    if (what) {
      found[what] += Number(value);
    }
  });
  return found;
}

/** How far the clock of a node is from ours: what arrived soonest after it happened shows that best. */
export class Clock {
  offset = Infinity;

  /** When something happened, by our clock, that has the node's time and arrives now. */
  happened(time, now) {
    const then = Date.parse(time);
    this.offset = Math.min(this.offset, now - then);
    return then + this.offset;
  }
}

const described = ({ kind, command }) => (kind === 'command' ? command : `${kind} ${command}`.trim());

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class Live {
  /**
   * @param tape where all goes
   * @param home HOST:PORT of the node that served the page
   * @param told is called when there is something to show
   */
  constructor(tape, home, told) {
    Object.assign(this, { tape, home, told, token: '', cluster: '', group: '', timeout: 1000, trouble: '' });
    Object.assign(this, { remembers: false, refused: false, answered: Date.now() });
    this.addresses = new Map();
    this.direct = new Map();
    this.places = new Map();
    this.clocks = new Map();
    this.read = new Map();
    this.loads = new Map();
    this.asking = home;
  }

  async start() {
    await this.look();
    this.every(STATUS_MS, () => this.status());
    this.every(LOG_MS, () => this.logs());
    this.every(LOAD_MS, () => this.load());
    this.every(DIRECTORY_MS, () => this.look());
  }

  /** Says who is asking, from now on. */
  identify(token) {
    this.token = token;
    this.look();
  }

  /** For how many seconds nobody has answered; 0 when somebody does. */
  silent() {
    const seconds = Math.floor((Date.now() - this.answered) / 1000);
    return seconds > 3 ? seconds : 0;
  }

  async every(ms, work) {
    for (;;) {
      try {
        await work();
      } catch (failure) {
        this.trouble = String(failure?.message ?? failure);
      }
      this.told();
      await pause(ms);
    }
  }

  headers() {
    return this.token ? { Authorization: `Bearer ${this.token}` } : {};
  }

  async fetch(address, path, patience = PATIENCE_MS) {
    const signal = AbortSignal.timeout(patience);
    const url = `${location.protocol}//${address}${path}`;
    const answer = await fetch(url, { signal, headers: this.headers(), credentials: 'omit', cache: 'no-store' });
    if (!answer.ok) {
      throw Object.assign(new Error(`${address} answers ${answer.status} to ${path}`), { status: answer.status });
    }
    return answer;
  }

  candidates() {
    const all = [...new Set([this.home, ...this.addresses.values()])];
    const first = all.indexOf(this.asking);
    return all.slice(first).concat(all.slice(0, first));
  }

  /** Asks one node after the other, beginning with the one that answered last. */
  async ask(path) {
    let last = new Error('no node is known');
    for (const address of this.candidates()) {
      try {
        const answer = await (await this.fetch(address, path)).json();
        Object.assign(this, { asking: address, trouble: '', refused: false, answered: Date.now() });
        return answer;
      } catch (failure) {
        last = failure;
      }
    }
    this.refused = last.status === 401;
    throw last.status ? last : new Error('No node answers.');
  }

  /** Learns where the members are. */
  async look() {
    const directory = await this.ask('/api/v1/directory').catch((failure) => { this.trouble = failure.message; });
    if (directory) {
      Object.assign(this, {
        cluster: directory.clusterId, group: directory.group, timeout: directory.electionTimeoutMax,
      });
      this.addresses = new Map(Object.entries(directory.http).filter(([, address]) => address));
      if (!this.addresses.has(directory.node) || this.asking === this.home) {
        this.addresses.set(directory.node, this.asking);
      }
      if (!this.remembers) {
        this.remembers = true;
        await this.remember();
      }
      this.listenToAll();
    }
  }

  /** What the nodes have kept of the time before, in the order of their clocks. */
  async remember() {
    const kept = await Promise.all([...this.addresses.values()].map(async (address) => {
      try {
        const { events } = await (await this.fetch(address, '/api/v1/history', 1000)).json();
        this.places.set(address, events.length ? events[events.length - 1].id : NEVER);
        return events;
      } catch {
        return [];
      }
    }));
    kept.flat()
      .sort((one, other) => Date.parse(one.time) - Date.parse(other.time))
      .forEach((data) => this.heard(data.event, data, Math.min(Date.parse(data.time), Date.now())));
  }

  heard(name, data, t) {
    const known = this.tape.head.nodes.get(data.node);
    const role = known && known.up !== false ? known.role : 'Unknown';
    this.tape.push({ ...translated(name, data, role), t });
  }

  listenToAll() {
    for (const address of new Set(this.addresses.values())) {
      if (this.remembers && !this.direct.has(address)) {
        this.direct.set(address, false);
        this.listen(address);
      }
    }
  }

  async listen(address) {
    while ([...this.addresses.values()].includes(address)) {
      await this.stream(address).catch(() => {});
      if (this.direct.get(address)) {
        this.status().catch(() => {}); // it may have died: the others are asked at once
      }
      this.direct.set(address, false);
      await pause(1000);
    }
    this.direct.delete(address);
  }

  async stream(address) {
    // Without a place it begins with what happens from now on: what a node has kept would seem to happen now.
    const place = this.places.get(address);
    const path = `/api/v1/events${place ? `?lastEventId=${encodeURIComponent(place)}` : ''}`;
    const url = `${location.protocol}//${address}${path}`;
    const options = { headers: this.headers(), credentials: 'omit', cache: 'no-store' };
    const answer = await fetch(url, options);
    if (!answer.ok) {
      return;
    }
    this.direct.set(address, true);
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    const stream = new Stream();
    const clock = this.clocks.get(address) ?? new Clock();
    this.clocks.set(address, clock);
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      for (const { id, event, data } of stream.take(part.value)) {
        this.places.set(address, id);
        if (event !== 'reset') {
          const fields = JSON.parse(data);
          this.heard(event, fields, clock.happened(fields.time, Date.now()));
        }
      }
      this.told();
    }
  }

  async status() {
    const asked = Date.now();
    const status = await this.ask('/api/v1/status');
    const t = Date.now();
    for (const node of status.nodes) {
      const before = this.tape.head.nodes.get(node.id);
      if (before && before.up !== null && before.up !== node.reachable) {
        const reason = node.reachable ? 'answers again' : 'does not answer any more';
        this.tape.push({ event: 'gone', node: node.id, reason, t });
      }
      if (before && node.reachable && node.last < before.durable) {
        this.dropped(node.id, node.last + 1, t);
      }
    }
    this.tape.push({ event: 'status', status, asked, t });
    if (status.quorum !== 'ok') {
      this.turn();
    }
  }

  /** A node that hears no majority may be alone, and another one see more. */
  turn() {
    const others = this.candidates();
    this.asking = others[1 % others.length];
  }

  dropped(node, from, t) {
    const { role, term } = this.tape.head.server(node);
    this.tape.push({ event: 'truncate', node, role, term, from, last: { index: from - 1 }, t, live: true });
  }

  /** Reads the ends of the logs that have changed. */
  async logs() {
    const changed = this.tape.head.servers().filter((server) =>
      server.up && this.read.get(server.id) !== `${server.last} ${server.term}`);
    await Promise.all(changed.map((server) => this.log(server).catch(() => {})));
  }

  async log({ id, last, term }) {
    const entries = [];
    let from = Math.max(1, last - WINDOW + 1);
    for (let page = 0; page < PAGES && from <= last; page++) {
      const path = `/api/v1/log?node=${encodeURIComponent(id)}&from=${from}&limit=${last - from + 1}`;
      const part = (await this.ask(path)).entries;
      entries.push(...part);
      from = part.length ? part[part.length - 1].index + 1 : last + 1;
    }
    const known = this.tape.head.server(id).log;
    const other = entries.find((entry) => ![0, entry.term].includes(termAt(known, entry.index)));
    if (other) {
      this.dropped(id, other.index, Date.now());
    }
    entries.forEach((entry) => this.tape.note(entry.index, entry.term, described(entry)));
    const spans = entries.map(({ index, term: of }) => ({ from: index, to: index, term: of }));
    this.tape.push({ event: 'log', of: id, entries: spans, t: Date.now() });
    this.read.set(id, `${last} ${term}`);
  }

  /** Requests of clients in the last seconds, at all nodes that the browser reaches. */
  async load() {
    let count = 0;
    let sum = 0;
    let span = 0;
    const reached = [...this.direct].filter(([, open]) => open).map(([address]) => address);
    await Promise.all(reached.map(async (address) => {
      const now = { ...requests(await (await this.fetch(address, '/metrics')).text()), t: performance.now() };
      const before = this.loads.get(address);
      this.loads.set(address, now);
      if (before && now.count >= before.count) {
        count += now.count - before.count;
        sum += now.sum - before.sum;
        span = Math.max(span, (now.t - before.t) / 1000);
      }
    }));
    if (span > 0) {
      const load = { rate: count / span, mean: count ? (sum * 1000) / count : null };
      this.tape.push({ event: 'load', load, t: Date.now() });
    }
  }
}
