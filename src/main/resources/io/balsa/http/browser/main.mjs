// Puts the page together: where events come from, and what is drawn of them.

import { byId, say } from './dom.mjs';
import { Live } from './live.mjs';
import { drawRing } from './ring.mjs';
import { Strips } from './strips.mjs';
import { NodeTable } from './table.mjs';
import { Tape } from './tape.mjs';
import { Timeline } from './timeline.mjs';
import { NotATrace, readTraces } from './trace.mjs';
import { number, sentence } from './words.mjs';

const KEPT = 20000;
const TRACE_TIMEOUT_MS = 1000;
const REDRAW_MS = 100;

/** What grows all the time; readers of the screen need not be told each time. */
const COUNTED = /[\d,]+(?= (?:entr|s\b))/g;

const table = new NodeTable(byId('nodes'));
const timeline = new Timeline(soon);
let live = null;
let trace = null;
let strips = null;
let due = false;
let drawn = 0;

function soon() {
  if (!due) {
    due = true;
    setTimeout(() => requestAnimationFrame(draw), Math.max(0, REDRAW_MS - (performance.now() - drawn)));
  }
}

function draw() {
  due = false;
  drawn = performance.now();
  timeline.draw();
  const picture = timeline.tape.at(timeline.index);
  const now = timeline.following ? Date.now() : picture.now;
  const words = said(picture);
  say(byId('sentence'), words);
  say(byId('spoken'), words.replace(COUNTED, 'some'));
  document.body.dataset.mood = picture.violation || !picture.leader() ? 'bad'
    : /behind|answer|down|full/.test(words) ? 'uneasy' : 'good';
  drawRing(byId('ring'), picture, now, trace ? TRACE_TIMEOUT_MS : live.timeout);
  byId('ring').setAttribute('aria-label', `The nodes on a ring. ${words}`);
  table.draw(picture, now);
  strips.draw(picture);
  say(byId('rates'), rates(picture));
  say(byId('world'), picture.world ? `The world, last: ${picture.world}` : '');
  sources();
}

function said(picture) {
  if (picture.violation) {
    return `Broken: ${picture.violation}`;
  }
  const silent = trace ? 0 : live.silent();
  return silent ? `No node has answered for ${silent} s. Before that: ${sentence(picture)}` : sentence(picture);
}

function rates(picture) {
  const rate = picture.rate();
  const latency = picture.latency();
  const parts = [`Committed: ${rate === null ? '–' : number(rate)} entries/s`];
  if (trace) {
    parts.push(`from append to commit: ${latency === null ? '–' : `${latency.toFixed(2)} ms`}`);
  } else {
    const { load } = picture;
    parts.push(`requests by HTTP: ${load ? `${number(load.rate)}/s` : '–'}`);
    parts.push(`answered in ${load?.mean ? `${load.mean.toFixed(1)} ms` : '–'} on average`);
  }
  return parts.join(' · ');
}

function sources() {
  document.body.classList.toggle('trace', trace !== null);
  byId('close').hidden = trace === null;
  if (trace) {
    say(byId('source'), trace);
    return;
  }
  say(byId('cluster'), live.cluster ? `${live.cluster} / ${live.group}` : '');
  const open = [...live.direct].filter(([, heard]) => heard).map(([address]) => address);
  say(byId('source'), `Live from ${live.asking}${open.length ? `; events from ${open.join(', ')}` : ''}`
    + `${live.trouble ? `. ${live.trouble}` : ''}`);
  byId('tokens').hidden = !live.refused && !live.token;
}

function show(tape, following) {
  strips?.place.replaceChildren();
  strips = new Strips(byId('strips'), byId('entry'), tape);
  timeline.load(tape, following);
}

function problem(text) {
  say(byId('problem'), text);
  byId('problem').hidden = text === '';
}

let reading = 0;

async function open(files) {
  const turn = ++reading;
  const tape = new Tape();
  problem('');
  byId('progress').hidden = false;
  try {
    const { headers, torn } = await readTraces([...files], (event) => tape.push(event), (bytes, all) => {
      byId('progress').value = all ? bytes / all : 0;
      if (turn !== reading) {
        throw new NotATrace('');
      }
    });
    trace = `${[...files].map((file) => file.name).join(', ')}: ${number(tape.end)} events of ${about(headers)}`
      + `${torn ? `, ${number(torn)} torn lines passed over` : ''}`;
    say(byId('cluster'), `${headers[0].cluster} / ${headers[0].group}`);
    show(tape, false);
    timeline.go(tape.marks[0]?.index ?? tape.dropped);
  } catch (failure) {
    problem(failure instanceof NotATrace ? failure.message : `The file could not be read: ${failure.message}`);
  } finally {
    byId('progress').hidden = turn === reading;
  }
}

function about(headers) {
  const [first] = headers;
  return first.seed === undefined ? headers.map((header) => header.node).join(', ') : `seed ${first.seed}`;
}

function close() {
  reading++;
  trace = null;
  problem('');
  show(live.tape, true);
}

function listen() {
  byId('open').addEventListener('click', () => byId('file').click());
  byId('file').addEventListener('change', ({ target }) => target.files.length && open(target.files));
  byId('close').addEventListener('click', close);
  addEventListener('dragover', (event) => { event.preventDefault(); document.body.classList.add('drop'); });
  addEventListener('dragleave', () => document.body.classList.remove('drop'));
  addEventListener('drop', (event) => {
    event.preventDefault();
    document.body.classList.remove('drop');
    if (event.dataTransfer.files.length) {
      open(event.dataTransfer.files);
    }
  });
  byId('tokens').addEventListener('submit', (event) => {
    event.preventDefault();
    live.identify(byId('token').value);
  });
}

live = new Live(new Tape(KEPT), location.host, soon);
listen();
show(live.tape, true);
live.start();
setInterval(() => timeline.following && soon(), 2 * REDRAW_MS);
