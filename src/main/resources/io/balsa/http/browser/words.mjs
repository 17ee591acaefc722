// Says in words what a picture shows and why an event matters. Knows no browser.

import { termAt } from './log.mjs';

const MANY = 100;
const FEW = 10;
const PATIENCE_MS = 2000;

export const LETTERS = {
  Leader: 'L', Follower: 'F', PreCandidate: 'P', Candidate: 'C', Starting: 'S', Stopped: '×', Unknown: '?',
};

export const KINDS = {
  election: 'elections', truncation: 'truncations', snapshot: 'snapshots', membership: 'configuration changes',
  life: 'starts and ends', fault: 'faults and silence', violation: 'broken rules',
};

export const number = (value) => Math.round(value).toLocaleString('en-US');

const entries = (count) => (count === 1 ? '1 entry' : `${number(count)} entries`);
const list = (names) =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;
const range = (from, to) => (from >= to ? `entry ${number(to)}` : `entries ${number(from)} to ${number(to)}`);

export function isBehind(picture, server) {
  const behind = picture.behind(server);
  if (server.up === false || behind === 0) {
    return false;
  }
  const lasting = server.behindSince !== null && picture.now - server.behindSince >= PATIENCE_MS;
  return behind >= MANY || lasting || (server.state === null && behind >= FEW);
}

function nobody(picture) {
  const servers = picture.servers();
  const stands = servers.filter((server) => server.up !== false && /Candidate/.test(server.role));
  const voters = servers.filter((server) => server.voter);
  const up = voters.filter((server) => server.up !== false);
  const needed = Math.floor(voters.length / 2) + 1;
  if (up.length < needed) {
    const verb = up.length === 1 ? 'answers' : 'answer';
    const majority = `${needed} ${needed === 1 ? 'is' : 'are'} needed`;
    return `Nobody leads, and nothing can be written: ${up.length} of ${voters.length} ${verb}, ${majority}.`;
  }
  const candidates = stands.map((server) => server.id);
  const newest = Math.max(0, ...servers.map((server) => server.term));
  return candidates.length === 0
    ? `Nobody leads in term ${newest}.`
    : `Nobody leads: ${list(candidates)} ${candidates.length === 1 ? 'stands' : 'stand'} for election, after term ${
      Math.max(0, newest - 1)}.`;
}

/** What a newcomer must know first. */
export function sentence(picture) {
  const servers = picture.servers();
  if (servers.length === 0) {
    return 'Nothing is known yet.';
  }
  const leader = picture.leader();
  const said = [leader ? `${leader.id} leads in term ${leader.term}.` : nobody(picture)];
  servers
    .filter((server) => server.role === 'Leader' && server.up !== false && server !== leader)
    .forEach((old) => said.push(`${old.id} still takes itself for the leader of term ${old.term}.`));
  const down = servers.filter((server) => server.up === false).map((server) => server.id);
  if (down.length) {
    const live = servers.some((server) => server.state !== null);
    const gone = live ? ['does not answer', 'do not answer'] : ['is down', 'are down'];
    said.push(`${list(down)} ${gone[down.length === 1 ? 0 : 1]}.`);
  }
  const behind = servers.filter((server) => isBehind(picture, server));
  behind.forEach((server) => said.push(`${server.id} is ${entries(picture.behind(server))} behind.`));
  const full = servers.filter((server) => server.full).map((server) => server.id);
  if (full.length) {
    said.push(`The disk of ${list(full)} is full.`);
  }
  const known = servers.every((server) => server.told || server.state !== null);
  if (leader && down.length + behind.length + full.length === 0 && servers.length > 1 && known) {
    said.push(`All ${servers.length} nodes keep up.`);
  }
  return said.join(' ');
}

const REMARKS = {
  election({ node, what, term, reason }) {
    const why = reason ? `: ${reason}` : '';
    const text = {
      started: `${node} stands for election in term ${term}${why}`,
      won: `${node} leads in term ${term}${why}`,
      lost: `${node} did not win its election${why}`,
    }[what];
    return text && ['election', text];
  },

  role({ node, from, to, term, reason, live }) {
    if (live && from === 'Starting') {
      return ['life', `${node} has started as a ${to.toLowerCase()}: ${reason}`];
    }
    return from === 'Leader' && to !== 'Leader'
      ? ['election', `${node} leads no longer, and is a ${to.toLowerCase()} in term ${term}: ${reason}`]
      : null;
  },

  truncate({ node, from, last }, picture) {
    const server = picture.server(node);
    const measure = picture.measure();
    const right = measure && measure !== server ? termAt(measure.log, from) : 0;
    const end = Math.max(from, server.last);
    const whose = measure && measure !== server ? ` of ${measure.id}` : '';
    const why = right
      ? `: in the log${whose} entry ${number(from)} is of term ${right}`
      : `: they are not in the leader's log`;
    const term = termAt(server.log, from);
    const what = term ? ` of term ${term}` : '';
    const rest = number(last?.index ?? from - 1);
    return ['truncation', `${node} drops ${range(from, end)}${what}, and ends at ${rest}${why}`];
  },

  snapshot({ node, what, last }) {
    const upTo = `up to entry ${number(last.index)}`;
    return ['snapshot', what === 'installed'
      ? `${node} takes over a snapshot of the leader's ${upTo}: its own log ended too early`
      : `${node} has a snapshot ${upTo}; the log before it can go`];
  },

  members({ node, voters, outgoing = [], members }, picture) {
    const now = picture.members;
    const same = now && String([now.members, now.voters, now.outgoing]) === String([members, voters, outgoing]);
    const learners = members.filter((id) => !voters.includes(id) && !outgoing.includes(id));
    const others = learners.length ? `; without a vote ${list(learners)}` : '';
    const joint = outgoing.length ? `; until the change is done a majority of ${list(outgoing)} is needed too` : '';
    return same ? null : ['membership', `${node} goes by these voters: ${list(voters)}${others}${joint}`];
  },

  started({ node, last, votedFor, term }, picture) {
    const again = picture.nodes.get(node)?.up === false ? ' again' : '';
    const vote = votedFor ? `, vote for ${votedFor}` : ', no vote';
    const end = `last entry ${number(last.index)} of term ${last.term}`;
    return ['life', `${node} starts${again}: term ${term}${vote}, ${end}`];
  },

  stopped: ({ node }) => ['life', `${node} was stopped in order`],
  failed: ({ node, reason }) => ['life', `${node} has failed: ${reason}`],
  crashed: ({ node, how }) => ['life', `${node} ends: ${how}`],
  gone: ({ node, reason }) => ['life', `${node} ${reason}`],
  fault: ({ what }) => ['fault', what],
  storage: ({ node, full }) => ['fault', `${node} ${full ? 'has no room on its disk' : 'has room on its disk again'}`],

  peer({ node, peer, what }) {
    return ['fault', what === 'silent' ? `${node} hears nothing of ${peer} any more` : `${node} hears ${peer} again`];
  },

  heartbeat({ node, peer, what, silence }) {
    return ['fault', what === 'late'
      ? `${node} heard the leader ${peer} only after ${number(silence)} ms`
      : `${peer} has not answered a heartbeat of ${node} for ${number(silence)} ms`];
  },

  violation: ({ what }) => ['violation', `Broken: ${what}`],
};

/** Why somebody should stop at this event; null if nobody need. The picture is the one before it. */
export function remark(event, picture) {
  const found = REMARKS[event.event]?.(event, picture);
  return found ? { kind: found[0], text: found[1], t: event.t } : null;
}
