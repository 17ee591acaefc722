// Draws the nodes on a ring, the links between them, and messages on their way.

import { svg } from './dom.mjs';
import { LETTERS, number } from './words.mjs';

const SIZE = 440;
const CENTRE = SIZE / 2;
const RADIUS = 150;
const NODE = 34;
const ARC = NODE + 7;
const SHOWN_MS = 400;
const SHOWN = 10;

function places(servers) {
  const at = new Map();
  servers.forEach((server, i) => {
    const angle = (i / servers.length) * 2 * Math.PI - Math.PI / 2;
    at.set(server.id, { x: CENTRE + RADIUS * Math.cos(angle), y: CENTRE + RADIUS * Math.sin(angle) });
  });
  return at;
}

function between(from, to, part) {
  return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
}

/** The stretch of a line between two nodes that lies outside of both, a little to its right. */
function stretch(from, to, aside) {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const shift = { x: (-(to.y - from.y) / length) * aside, y: ((to.x - from.x) / length) * aside };
  const margin = (ARC + 5) / length;
  return [margin, 1 - margin].map((part) => {
    const point = between(from, to, part);
    return { x: point.x + shift.x, y: point.y + shift.y };
  });
}

function line(from, to, classes, more) {
  return svg('line', { x1: from.x, y1: from.y, x2: to.x, y2: to.y, class: classes, ...more });
}

function link(one, other, at, leader) {
  const dead = one.up === false || other.up === false;
  const silent = one.silent.includes(other.id) || other.silent.includes(one.id)
    || (leader === one && other.state === 'quiet') || (leader === other && one.state === 'quiet');
  const kind = dead ? 'link dead' : silent ? 'link silent' : leader === one || leader === other ? 'link lead' : 'link';
  const [from, to] = stretch(at.get(one.id), at.get(other.id), 0);
  return line(from, to, kind);
}

function links(servers, at, leader) {
  return servers.flatMap((one, i) => servers.slice(i + 1).map((other) => link(one, other, at, leader)));
}

const KINDS = [[/^RequestVote|^PreVote|^TimeoutNow/, 'vote'], [/^InstallSnapshot/, 'snap'], [/Response$/, 'answer']];

function arrow(message, at) {
  const [from, to] = stretch(at.get(message.from), at.get(message.to), 7);
  const kind = KINDS.find(([pattern]) => pattern.test(message.kind))?.[1] ?? 'append';
  const state = message.lost ? 'lost' : message.got === null ? 'underway' : 'got';
  const end = state === 'got' ? to : between(from, to, state === 'lost' ? 0.45 : 0.6);
  const words = `${message.kind} from ${message.from} to ${message.to}: ${
    message.lost ? `lost, ${message.lost}` : message.got === null ? 'on its way' : 'received'}`;
  const head = { 'marker-end': `url(#head-${message.lost ? 'lost' : kind})` };
  return svg('g', {}, svg('title', {}, words), line(from, end, `message ${kind} ${state}`, head));
}

/** The newest messages that are still of interest, one of each kind between two nodes. */
function arrows(picture, at) {
  const seen = new Set();
  return picture.messages
    .slice()
    .reverse()
    .filter((message) => picture.now - (message.got ?? message.t) <= SHOWN_MS)
    .filter((message) => at.has(message.from) && at.has(message.to))
    .filter((message) => {
      const key = `${message.from}>${message.to}>${message.kind}`;
      return !seen.has(key) && seen.add(key);
    })
    .slice(0, SHOWN)
    .map((message) => arrow(message, at));
}

function arc({ x, y }, part) {
  const shown = Math.min(0.9999, Math.max(0, part));
  const angle = shown * 2 * Math.PI - Math.PI / 2;
  const to = { x: x + ARC * Math.cos(angle), y: y + ARC * Math.sin(angle) };
  return `M ${x} ${y - ARC} A ${ARC} ${ARC} 0 ${shown > 0.5 ? 1 : 0} 1 ${to.x} ${to.y}`;
}

function timer(server, place, now, timeout) {
  if (server.heard === null || server.role === 'Leader' || server.up === false) {
    return null;
  }
  const silence = Math.max(0, now - server.heard);
  const part = silence / timeout;
  return svg('path', { d: arc(place, part), class: part > 0.8 ? 'timer late' : 'timer' },
    svg('title', {}, `heard its leader ${number(silence)} ms ago`));
}

function node(server, place, now, timeout) {
  const { x, y } = place;
  const above = y < CENTRE - RADIUS / 2;
  const vote = server.up === false ? 'down' : server.vote ? `voted ${server.vote}` : 'no vote';
  const label = (dy, classes, text) => svg('text', { x, y: y + dy, class: classes }, text);
  return svg('g', { class: `node ${server.role}${server.up === false ? ' down' : ''}` },
    svg('title', {}, `${server.id}: ${server.role}${server.why ? `, ${server.why}` : ''}`),
    svg('circle', { cx: x, cy: y, r: ARC, class: 'track' }),
    timer(server, place, now, timeout),
    svg('circle', { cx: x, cy: y, r: NODE, class: 'disc' }),
    label(3, 'letter', LETTERS[server.role] ?? '?'),
    label(21, 'term', server.up === false && server.term === 0 ? '' : `term ${server.term}`),
    label(above ? -ARC - 22 : ARC + 18, 'name', server.id),
    label(above ? -ARC - 7 : ARC + 33, 'vote', `${vote}${server.voter ? '' : ', no voter'}`));
}

/**
 * @param element an svg
 * @param now the moment that is shown
 * @param timeout ms of silence that close the arc of a follower
 */
export function drawRing(element, picture, now, timeout) {
  const servers = picture.servers();
  const at = places(servers);
  const leader = picture.leader();
  const drawn = svg('g', {},
    ...links(servers, at, leader),
    ...servers.map((server) => node(server, at.get(server.id), now, timeout)),
    ...arrows(picture, at));
  element.querySelector('#scene').replaceChildren(drawn);
}
