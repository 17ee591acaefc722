// What a cluster looks like at one moment, and how each event changes that. Knows no browser: Node.js tests it.
//
// Events have the names and the fields of trace.md, but `t` in milliseconds. A page that watches a live cluster adds
// `status`, `log` and `load`, which are what nodes have answered.

import { cut, grown, termAt } from './log.mjs';

const MESSAGES = 24;
const SAMPLES = 40;
const SAMPLE_MS = 50;
const LATENCIES = 50;
const OPEN_APPENDS = 200;
const RPC = /^(AppendEntries|RequestVote|PreVote|InstallSnapshot|ReadIndex|TimeoutNow)(Response)?$/;
const ROLES = {
  follower: 'Follower', 'pre-candidate': 'PreCandidate', candidate: 'Candidate', leader: 'Leader', starting: 'Starting',
  stopped: 'Stopped',
};

function newServer(id) {
  return {
    id, role: 'Unknown', term: 0, vote: null, leader: null, up: null, why: '',
    last: 0, durable: 0, commit: 0, applied: 0, snapshot: 0, log: [], heard: null, behindSince: null, full: false,
    voter: true, state: null, told: false, roleAt: -Infinity, silent: [],
  };
}

export class Picture {
  now = 0;
  nodes = new Map();
  messages = [];
  members = null;
  world = '';
  violation = '';
  commits = [];
  pending = [];
  latencies = [];
  load = null;

  clone() {
    const copy = Object.assign(new Picture(), this);
    copy.nodes = new Map([...this.nodes].map(([id, server]) => [id, { ...server, silent: server.silent.slice() }]));
    copy.messages = this.messages.map((message) => ({ ...message }));
    copy.commits = this.commits.slice();
    copy.pending = this.pending.slice();
    copy.latencies = this.latencies.slice();
    return copy;
  }

  server(id) {
    if (!this.nodes.has(id)) {
      this.nodes.set(id, newServer(id));
      this.nodes = new Map([...this.nodes].sort(([one], [other]) => one.localeCompare(other, 'en', { numeric: true })));
    }
    return this.nodes.get(id);
  }

  /** All servers in the order of their names. */
  servers() {
    return [...this.nodes.values()];
  }

  /** The server that leads the newest term, if one does. */
  leader() {
    return this.servers()
      .filter((server) => server.role === 'Leader' && server.up !== false)
      .sort((one, other) => other.term - one.term)[0] ?? null;
  }

  /** The server whose log is the measure for the others: the leader's, else the most up to date one. */
  measure() {
    const upToDate = (one, other) =>
      termAt(other.log, other.last) - termAt(one.log, one.last) || other.last - one.last;
    return this.leader() ?? this.servers().sort(upToDate)[0] ?? null;
  }

  /** How many entries of the measure's log a server lacks at its end. */
  behind(server) {
    const measure = this.measure();
    return measure === null ? 0 : Math.max(0, measure.last - server.last);
  }

  /** Whether an entry of a server is not in the measure's log. */
  diverges(server, index) {
    const measure = this.measure();
    const own = termAt(server.log, index);
    const right = measure === null ? 0 : termAt(measure.log, index);
    return own !== 0 && (right === 0 ? index > measure.last : own !== right);
  }

  /** Committed entries a second, over the last seconds; null when nothing is known. */
  rate() {
    const recent = this.commits.filter((sample) => sample.t >= this.now - 5000);
    const first = recent[0];
    const last = recent[recent.length - 1];
    return recent.length > 1 && last.t > first.t ? ((last.index - first.index) * 1000) / (last.t - first.t) : null;
  }

  /** Milliseconds from the append on the leader to the commit, of the newest ones; null when nothing is known. */
  latency() {
    const sum = this.latencies.reduce((total, each) => total + each, 0);
    return this.latencies.length ? sum / this.latencies.length : null;
  }

  apply(event) {
    this.now = Math.max(this.now, event.t);
    const server = event.node !== undefined && event.role !== undefined ? this.server(event.node) : null;
    if (server) {
      if (server.role !== event.role) {
        server.roleAt = event.t;
      }
      Object.assign(server, { role: event.role, term: event.term, told: true });
      server.up = event.role !== 'Stopped';
    }
    const change = CHANGES[event.event];
    if (change) {
      change(this, server, event);
    }
    return this;
  }

  sample(index) {
    const last = this.commits[this.commits.length - 1];
    if (!last || (index >= last.index && this.now - last.t >= SAMPLE_MS)) {
      this.commits.push({ t: this.now, index });
      this.commits.splice(0, this.commits.length - SAMPLES);
    }
  }

  down(id, why) {
    Object.assign(this.server(id), { role: 'Stopped', up: false, why, heard: null });
  }

  sent(from, to, message, received) {
    this.messages.push({ from, to, kind: message.kind, t: this.now, got: received ? this.now : null, lost: null });
    this.messages.splice(0, this.messages.length - MESSAGES);
  }

  underway(from, to, kind) {
    return this.messages.find((message) =>
      message.from === from && message.to === to && message.kind === kind && message.got === null && !message.lost);
  }

  /** A peer of whom there is no record of its own is what its messages show. */
  hearsay(id, message) {
    const peer = this.server(id);
    const term = message.kind === 'PreVote' ? message.term - 1 : message.term;
    if (peer.told || term === undefined || term < peer.term || message.kind === 'PreVoteResponse') {
      return;
    }
    const role = {
      AppendEntries: 'Leader', InstallSnapshot: 'Leader', TimeoutNow: 'Leader', RequestVote: 'Candidate',
      PreVote: 'PreCandidate', AppendEntriesResponse: 'Follower', InstallSnapshotResponse: 'Follower',
      ReadIndex: 'Follower', ReadIndexResponse: 'Leader',
    }[message.kind];
    Object.assign(peer, { term, up: true, role: role ?? (term > peer.term ? 'Follower' : peer.role) });
    if (message.kind === 'AppendEntriesResponse' && message.match !== undefined) {
      Object.assign(peer, { durable: message.match, last: Math.max(peer.last, message.match) });
    }
    peer.commit = Math.max(peer.commit, message.commit ?? 0);
  }
}

const CHANGES = {
  started(picture, server, { last, votedFor }) {
    const known = termAt(server.log, last.index) === last.term;
    const own = { from: last.index, to: last.index, term: last.term };
    server.log = known || last.index === 0 ? cut(server.log, last.index + 1) : grown(cut(server.log, last.index), own);
    Object.assign(server, { last: last.index, durable: last.index, vote: votedFor ?? null, up: true, why: '' });
    Object.assign(server, { commit: 0, applied: 0, leader: null, heard: null, silent: [] });
  },

  role(picture, server, { to, reason, t }) {
    Object.assign(server, { role: to, why: reason ?? '', up: true, roleAt: t });
    if (to !== 'Follower') {
      server.heard = null;
    }
  },

  ballot(picture, server, { votedFor }) {
    server.vote = votedFor ?? null;
  },

  send(picture, server, { node, to, message }) {
    if (RPC.test(message.kind)) {
      picture.server(to);
      picture.sent(node, to, message, false);
    }
  },

  receive(picture, server, { from, node, message }) {
    if (from === undefined || !RPC.test(message.kind)) {
      return;
    }
    const sent = picture.underway(from, node, message.kind);
    if (sent) {
      sent.got = picture.now;
    } else {
      picture.sent(from, node, message, true);
    }
    picture.hearsay(from, message);
    if ((message.kind === 'AppendEntries' || message.kind === 'InstallSnapshot') && message.term >= server.term) {
      Object.assign(server, { heard: picture.now, leader: from });
    }
  },

  lost(picture, server, { node, to, message, why }) {
    const sent = picture.underway(node, to, message.kind);
    if (sent) {
      sent.lost = why ?? 'lost';
    }
  },

  append(picture, server, { entries }) {
    for (const span of entries) {
      server.log = grown(server.log, span);
      server.last = span.to;
      if (server.role === 'Leader') {
        picture.pending.push({ to: span.to, t: picture.now, node: server.id });
      }
    }
    picture.pending.splice(0, picture.pending.length - OPEN_APPENDS);
  },

  truncate(picture, server, { from, last }) {
    server.log = cut(server.log, from);
    server.last = last?.index ?? from - 1;
    server.durable = Math.min(server.durable, server.last);
  },

  persisted(picture, server, { last }) {
    server.durable = last.index;
  },

  commit(picture, server, { last }) {
    server.commit = last.index;
    server.last = Math.max(server.last, last.index); // a live node's own log is looked at only now and then
    if (server.role !== 'Leader') {
      return;
    }
    picture.sample(last.index);
    const done = picture.pending.filter((each) => each.node === server.id && each.to <= last.index);
    picture.pending = picture.pending.filter((each) => each.node === server.id && each.to > last.index);
    picture.latencies = picture.latencies.concat(done.map((each) => picture.now - each.t)).slice(-LATENCIES);
  },

  applied(picture, server, { index }) {
    server.applied = index;
  },

  leader(picture, server, { leader }) {
    server.leader = leader ?? null;
  },

  members(picture, server, event) {
    picture.members = { members: event.members, voters: event.voters, outgoing: event.outgoing ?? [] };
    event.members.forEach((id) => {
      picture.server(id).voter = event.voters.includes(id);
    });
    for (const [id, one] of picture.nodes) {
      if (!event.members.includes(id) && one.up !== true) {
        picture.nodes.delete(id);
      }
    }
  },

  peer(picture, server, { peer, what }) {
    server.silent = server.silent.filter((id) => id !== peer).concat(what === 'silent' ? [peer] : []);
  },

  heartbeat(picture, server, { peer, what }) {
    if (what === 'unanswered') {
      picture.sent(server.id, peer, { kind: 'Heartbeat' }, false);
      picture.messages[picture.messages.length - 1].lost = 'not answered in time';
    }
  },

  snapshot(picture, server, { what, last }) {
    server.snapshot = Math.max(server.snapshot, last.index);
    if (what === 'installed') {
      const agrees = termAt(server.log, last.index) === last.term;
      server.log = agrees ? server.log : [{ from: last.index, to: last.index, term: last.term }];
      server.last = Math.max(agrees ? server.last : 0, last.index);
      server.durable = Math.max(agrees ? server.durable : 0, last.index);
      server.commit = Math.max(server.commit, last.index);
      server.applied = Math.max(server.applied, last.index);
    }
  },

  storage(picture, server, { full }) {
    server.full = full;
  },

  stopped: (picture, server, { node }) => picture.down(node, 'stopped in order'),
  failed: (picture, server, { node, reason }) => picture.down(node, reason),
  crashed: (picture, server, { node, how }) => picture.down(node, how),

  fault(picture, server, { what }) {
    picture.world = what;
  },

  violation(picture, server, { what }) {
    picture.violation = what;
  },

  /** What the members said when they were asked at `asked`; what an event has told since is newer. */
  status(picture, unused, { status, asked, t }) {
    const listed = new Set(status.nodes.map((node) => node.id));
    [...picture.nodes.keys()].filter((id) => !listed.has(id)).forEach((id) => picture.nodes.delete(id));
    const before = new Map(picture.servers().map(({ id, last, state }) => [id, state === null ? Infinity : last]));
    status.nodes.forEach((node) => see(picture, picture.server(node.id), node, asked));
    const leader = picture.leader();
    picture.servers()
      .filter((server) => leader && server !== leader && server.up && server.last > before.get(server.id))
      .forEach((server) => picture.sent(leader.id, server.id, { kind: 'Entries' }, true));
    picture.sample(Math.max(0, ...status.nodes.map((node) => node.commit ?? 0)));
    for (const server of picture.nodes.values()) {
      const behind = server.up !== false && picture.behind(server) > 0;
      server.behindSince = behind ? server.behindSince ?? t : null;
    }
  },

  /** The newest entries of a server, as spans; what lies before them is as it was if it fits. */
  log(picture, server, { of, entries }) {
    const one = picture.server(of);
    if (entries.length === 0) {
      one.log = [];
      return;
    }
    const before = cut(one.log, entries[0].from);
    const fits = before.length && before[before.length - 1].to === entries[0].from - 1;
    one.log = entries.reduce(grown, fits ? before : []);
  },

  load(picture, unused, { load }) {
    picture.load = load;
  },
};

function see(picture, server, node, asked) {
  server.voter = node.voter;
  server.state = node.state;
  if (!node.reachable) {
    if (server.roleAt < asked) {
      Object.assign(server, { role: 'Unknown', up: false, heard: null });
    }
    return;
  }
  server.up = true;
  if (server.roleAt < asked && node.term >= server.term) {
    Object.assign(server, { role: ROLES[node.role] ?? 'Unknown', term: node.term, vote: node.votedFor });
  }
  if (node.last < server.last) {
    server.log = cut(server.log, node.last + 1);
  }
  Object.assign(server, {
    last: node.last, durable: node.durable, commit: node.commit, applied: node.applied, snapshot: node.snapshotIndex,
    heard: node.leaderContact === null || node.leaderContact === undefined ? null : asked - node.leaderContact,
  });
}
