// What the page at / makes of events, without a browser: node --test src/test/js/

import assert from 'node:assert/strict';
import test from 'node:test';
import { Clock, Stream, requests, translated } from '../../main/resources/io/balsa/http/browser/live.mjs';
import { cut, termAt } from '../../main/resources/io/balsa/http/browser/log.mjs';
import { Picture } from '../../main/resources/io/balsa/http/browser/picture.mjs';
import { Tape } from '../../main/resources/io/balsa/http/browser/tape.mjs';
import { Lines, NotATrace, readTraces } from '../../main/resources/io/balsa/http/browser/trace.mjs';
import { sentence } from '../../main/resources/io/balsa/http/browser/words.mjs';

const at = (t, node, role, term, event, more) => ({ t, node, role, term, event, ...more });
const span = (from, to, term) => ({ from, to, term });

function elected(t = 0) {
  return [
    at(t, 'S1', 'Follower', 0, 'started', { last: { index: 0, term: 0 } }),
    at(t, 'S2', 'Follower', 0, 'started', { last: { index: 0, term: 0 } }),
    at(t + 1, 'S1', 'Candidate', 1, 'ballot', { votedFor: 'S1' }),
    at(t + 1, 'S1', 'Candidate', 1, 'election', { what: 'started', reason: 'no leader heard' }),
    at(t + 2, 'S2', 'Follower', 1, 'ballot', { votedFor: 'S1' }),
    at(t + 3, 'S1', 'Leader', 1, 'role', { from: 'Candidate', to: 'Leader', reason: 'granted by [S1, S2]' }),
    at(t + 3, 'S1', 'Leader', 1, 'append', { entries: [span(1, 200, 1)] }),
    at(t + 8, 'S1', 'Leader', 1, 'commit', { last: { index: 200, term: 1 } }),
  ];
}

function reduced(events) {
  return events.reduce((picture, event) => picture.apply(event), new Picture());
}

function taped(events, ...options) {
  const tape = new Tape(...options);
  events.forEach((event) => tape.push({ ...event }));
  return tape;
}

test('the sentence names the leader, its term, and who is behind', () => {
  const picture = reduced(elected());
  assert.equal(sentence(picture), 'S1 leads in term 1. S2 is 200 entries behind.');
  picture.apply(at(9, 'S2', 'Follower', 1, 'append', { entries: [span(1, 200, 1)] }));
  assert.equal(sentence(picture), 'S1 leads in term 1. All 2 nodes keep up.');
  picture.apply(at(10, 'S2', 'Follower', 1, 'crashed', { how: 'loses power' }));
  assert.equal(sentence(picture), 'S1 leads in term 1. S2 is down.');
  picture.apply(at(11, 'S1', 'Leader', 1, 'crashed', { how: 'killed' }));
  assert.equal(sentence(picture),
    'Nobody leads, and nothing can be written: 0 of 2 answer, 2 are needed. S1 and S2 are down.');
});

test('a vote, a leader and the time to commit are kept', () => {
  const picture = reduced(elected());
  assert.equal(picture.server('S2').vote, 'S1');
  assert.equal(picture.leader().id, 'S1');
  assert.equal(picture.latency(), 5);
});

test('what an overwritten log has had diverges, and its truncation is told with the reason', () => {
  const tape = taped([
    ...elected(),
    at(9, 'S2', 'Follower', 1, 'append', { entries: [span(1, 5, 1)] }),
    at(10, 'S2', 'Leader', 2, 'append', { entries: [span(6, 9, 2)] }),
    at(11, 'S1', 'Leader', 3, 'append', { entries: [span(201, 202, 3)] }),
    at(12, 'S2', 'Follower', 3, 'receive', { from: 'S1', message: { kind: 'AppendEntries', term: 3 } }),
  ]);
  const { head } = tape;
  assert.deepEqual([5, 6, 9, 10].map((index) => head.diverges(head.server('S2'), index)), [false, true, true, false]);
  tape.push(at(13, 'S2', 'Follower', 3, 'truncate', { from: 6, last: { index: 5, term: 1 } }));
  assert.equal(tape.next(0, 'truncation').text,
    'S2 drops entries 6 to 9 of term 2, and ends at 5: in the log of S1 entry 6 is of term 1');
  assert.deepEqual(tape.head.server('S2').log, [span(1, 5, 1)]);
});

test('spans of a log are found, cut and continued', () => {
  const log = [span(3, 5, 1), span(6, 9, 4)];
  assert.deepEqual([2, 3, 5, 6, 9, 10].map((index) => termAt(log, index)), [0, 1, 1, 4, 4, 0]);
  assert.deepEqual(cut(log, 8), [span(3, 5, 1), span(6, 7, 4)]);
  assert.deepEqual(cut(log, 6), [span(3, 5, 1)]);
  const picture = reduced([at(1, 'S1', 'Leader', 4, 'append', { entries: [span(1, 2, 4), span(3, 3, 4)] })]);
  assert.deepEqual(picture.server('S1').log, [span(1, 3, 4)]);
});

test('a server that comes back without its last entries has them no more', () => {
  const picture = reduced([...elected(), at(9, 'S1', 'Follower', 1, 'started', { last: { index: 120, term: 1 } })]);
  assert.deepEqual(picture.server('S1').log, [span(1, 120, 1)]);
  picture.apply(at(10, 'S3', 'Follower', 7, 'started', { last: { index: 40, term: 6 } }));
  assert.deepEqual(picture.server('S3').log, [span(40, 40, 6)]);
});

test('a message is on its way until it is received or lost', () => {
  const message = { kind: 'RequestVote', term: 2 };
  const picture = reduced([
    at(1, 'S1', 'Candidate', 2, 'send', { to: 'S2', message }),
    at(1, 'S1', 'Candidate', 2, 'send', { to: 'S3', message }),
    at(2, 'S1', 'Candidate', 2, 'lost', { to: 'S3', why: 'partition', message }),
    at(3, 'S2', 'Follower', 2, 'receive', { from: 'S1', message }),
  ]);
  assert.deepEqual(picture.messages.map(({ to, got, lost }) => [to, got, lost]), [['S2', 3, null], ['S3', null, 'partition']]);
});

test('in the trace of one node the others are what their messages show', () => {
  const picture = reduced([at(1, 'node-1', 'Follower', 3, 'receive',
    { from: 'node-2', message: { kind: 'AppendEntries', term: 3, commit: 7 } })]);
  assert.equal(sentence(picture), 'node-2 leads in term 3.');
  assert.equal(picture.server('node-1').heard, 1);
});

test('every moment of a tape is what its events make, whichever way one comes to it', () => {
  const events = Array.from({ length: 40 }, (unused, i) => elected(i * 10)).flat();
  const tape = taped(events, Infinity, 7);
  for (const index of [0, 1, 300, 299, 13, 14, 15, 7, 320, 160, 6]) {
    assert.deepEqual(tape.at(index).servers(), reduced(events.slice(0, index)).servers(), `after ${index} events`);
  }
});

test('a tape of a live cluster forgets what is old, and knows the rest', () => {
  const events = Array.from({ length: 1000 }, (unused, i) => elected(i * 10)).flat();
  const tape = taped(events, 500, 50);
  assert.ok(tape.events.length <= 500 && tape.end === 8000 && tape.frames.length <= 11, `${tape.frames.length} frames`);
  assert.deepEqual(tape.at(tape.dropped).servers(), reduced(events.slice(0, tape.dropped)).servers());
  assert.ok(tape.marks.every((mark) => mark.index > tape.dropped));
});

test('a moment is found by its time', () => {
  const tape = taped(elected(5));
  assert.deepEqual([0, 5, 6, 7.5, 100].map((t) => tape.indexAt(t)), [0, 2, 4, 5, 8]);
});

test('an event that came while the nodes were asked is newer than their answers', () => {
  const node = {
    id: 'n1', reachable: true, role: 'candidate', voter: true, term: 2, votedFor: 'n1', last: 0, durable: 0, commit: 0,
    applied: 0, snapshotIndex: 0, leaderContact: null, state: 'connected',
  };
  const picture = reduced([
    { t: 5, ...translated('stateChanged', { node: 'n1', term: 2, from: 'Candidate', to: 'Leader', reason: 'granted' }) },
    { t: 6, event: 'status', asked: 4, status: { nodes: [node] } },
  ]);
  assert.equal(picture.leader().id, 'n1');
  picture.apply({ t: 9, event: 'status', asked: 7, status: { nodes: [{ ...node, reachable: false }] } });
  assert.equal(sentence(picture), 'Nobody leads, and nothing can be written: 0 of 1 answer, 1 is needed. n1 does not answer.');
});

test('a stream of events may be torn anywhere', () => {
  const text = 'retry: 1000\n: hello\n\nid: a-1\nevent: termChanged\ndata: {"node":"n\u00fc"}\n\n:\n\nid: a-2\nevent: x\ndata: {}\n\n';
  for (let tear = 0; tear <= text.length; tear++) {
    const stream = new Stream();
    const found = [...stream.take(text.slice(0, tear)), ...stream.take(text.slice(tear))];
    assert.deepEqual(found.map(({ id, event }) => [id, event]), [['a-1', 'termChanged'], ['a-2', 'x']], `torn at ${tear}`);
  }
});

test('what arrives late is shown when it happened, whatever the clock of its node', () => {
  const at = (ms) => new Date(ms).toISOString();
  for (const skew of [-60000, 0, 60000]) {
    const clock = new Clock();
    assert.equal(clock.happened(at(100000 + skew), 100020), 100020, 'the first is shown when it arrives');
    assert.equal(clock.happened(at(101000 + skew), 101005), 101005, 'one that is faster too');
    assert.equal(clock.happened(at(102000 + skew), 132000), 102005, 'one that had to wait when it happened');
  }
});

test('a silence is counted until the nodes were asked, however long they took to answer', () => {
  const node = {
    id: 'n1', reachable: true, role: 'follower', voter: true, term: 2, votedFor: null, last: 0, durable: 0, commit: 0,
    applied: 0, snapshotIndex: 0, leaderContact: 100, state: 'connected',
  };
  const picture = reduced([{ t: 5600, event: 'status', asked: 5100, status: { nodes: [node] } }]);
  assert.equal(picture.server('n1').heard, 5000);
});

test('a node that lags in a running cluster is named once it has lagged for a while', () => {
  const node = (id, role, last) => ({
    id, reachable: true, role, voter: true, term: 2, votedFor: null, last, durable: last, commit: last, applied: last,
    snapshotIndex: 0, leaderContact: 10, state: 'replicating',
  });
  const status = (t) => ({ t, event: 'status', asked: t - 5, status: { nodes: [node('n1', 'leader', 100), node('n2', 'follower', 50)] } });
  const picture = reduced([status(1000)]);
  assert.equal(sentence(picture), 'n1 leads in term 2. All 2 nodes keep up.');
  picture.apply(status(3200));
  assert.equal(sentence(picture), 'n1 leads in term 2. n2 is 50 entries behind.');
});

test('of the metrics only the requests of clients count', () => {
  const line = (what, route, value) =>
    `raft_http_requests_seconds_${what}{group="main",method="PUT",outcome="ok",route="${route}"} ${value}\n`;
  const text = line('count', '/api/v1/kv/{key}', 10) + line('sum', '/api/v1/kv/{key}', 0.5)
    + line('count', '/api/v1/commands', 2) + line('count', '/api/v1/status', 99) + line('sum', '/api/v1/commands', 0.25);
  assert.deepEqual(requests(text), { count: 12, sum: 0.75 });
});

test('lines are passed over that are torn, and files that are no traces are refused with the next step', async () => {
  const header = '{"balsa-trace":1,"cluster":"c","group":"main","node":"n1","began":"2026-01-01T00:00:00Z"}\n';
  const event = '{"t":2000000,"node":"n1","role":"Leader","term":1,"event":"applied","index":1}\n';
  const events = [];
  const read = await readTraces([new Blob([`${header}${event}{"t":3\n${event}`])], (each) => events.push(each), () => {});
  assert.equal(read.torn, 1);
  assert.deepEqual(events.map(({ t }) => t), [1767225600002, 1767225600002]);
  await assert.rejects(readTraces([new Blob([event])], () => {}, () => {}), NotATrace);
  await assert.rejects(readTraces([new Blob([''])], () => {}, () => {}), /raft\.trace\.file/);
  assert.throws(() => new Lines().line('{"balsa-trace":2}', () => {}), /version 2/);
});

test('traces of several nodes are put in order by their clocks', async () => {
  const file = (node, second) => new Blob([
    `{"balsa-trace":1,"cluster":"c","group":"main","node":"${node}","began":"2026-01-01T00:00:0${second}Z"}\n`,
    `{"t":1000000000,"node":"${node}","role":"Follower","term":1,"event":"applied","index":1}\n`,
  ]);
  const order = [];
  await readTraces([file('n2', 5), file('n1', 1)], ({ node }) => order.push(node), () => {});
  assert.deepEqual(order, ['n1', 'n2']);
});
