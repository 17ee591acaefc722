// Draws the end of each node's log, one beneath the other, with the same index in the same column.

import { svg, el, say } from './dom.mjs';
import { number } from './words.mjs';
import { termAt } from './log.mjs';

const COLUMNS = 32;
const WIDTH = 22;
const HEIGHT = 26;
const FOOT = 16;
const HUES = 8;

function cell(picture, server, index, column) {
  const term = termAt(server.log, index);
  if (term === 0 && index > server.last) {
    return null;
  }
  const classes = ['cell', term === 0 ? 'unread' : `t${term % HUES}`];
  const marks = [[index > server.commit, 'open'], [index > server.durable, 'unsynced'],
    [picture.diverges(server, index), 'diverges']];
  marks.filter(([holds]) => holds).forEach(([, name]) => classes.push(name));
  const box = { x: column * WIDTH + 1, y: 3, width: WIDTH - 2, height: HEIGHT - 6, rx: 2 };
  return svg('rect', { ...box, class: classes.join(' ') });
}

/** The term, in the first column where it is seen. */
function terms(server, first) {
  const texts = [];
  for (let column = 0, before = 0; column < COLUMNS; column++) {
    const term = termAt(server.log, first + column);
    if (term !== 0 && term !== before) {
      texts.push(svg('text', { x: column * WIDTH + WIDTH / 2, y: HEIGHT / 2 + 4, class: 'celltext' }, String(term)));
    }
    before = term;
  }
  return texts;
}

/** Up to where the log is committed and applied, beneath the strip. */
function feet(server, first) {
  const at = new Map();
  [['C', server.commit], ['A', server.applied], ['S', server.snapshot]].forEach(([letter, index]) => {
    if (index > 0) {
      at.set(index, (at.get(index) ?? '') + letter);
    }
  });
  const shown = [...at].filter(([index]) => index >= first && index < first + COLUMNS);
  return shown.flatMap(([index, letters]) => {
    const x = (index - first + 1) * WIDTH;
    return [
      svg('line', { x1: x, x2: x, y1: 0, y2: HEIGHT + 3, class: 'foot' }),
      svg('text', { x: x - 2, y: HEIGHT + 13, class: 'foottext' }, letters),
    ];
  });
}

function note(server, first) {
  if (server.last >= first) {
    return null;
  }
  const words = server.last === 0 ? 'empty' : `ends at ${number(server.last)}, left of what is shown`;
  return svg('text', { x: 6, y: HEIGHT / 2 + 4, class: 'note' }, words);
}

function described(picture, server, index, tape) {
  const term = termAt(server.log, index);
  if (index > server.last || index < 1) {
    return `${server.id} has no entry ${number(index)}`;
  }
  if (term === 0) {
    const why = index <= server.snapshot ? 'is in its snapshot' : 'was not read';
    return `${server.id}, entry ${number(index)}: ${why}`;
  }
  const text = tape.text(index, term);
  const state = index <= server.applied ? 'applied' : index <= server.commit ? 'committed' : 'not committed';
  const disk = index > server.durable ? ', not on its disk yet' : '';
  const odd = picture.diverges(server, index) ? `, not in the log of ${picture.measure().id}` : '';
  return `${server.id}, entry ${number(index)}, term ${term}: ${state}${disk}${odd}${text ? ` — ${text}` : ''}`;
}

export class Strips {
  /**
   * @param place where the strips go
   * @param detail where the entry under the cursor is described
   */
  constructor(place, detail, tape) {
    Object.assign(this, { place, detail, tape, rows: new Map(), cursor: null, first: 1, picture: null });
  }

  draw(picture) {
    this.picture = picture;
    const servers = picture.servers();
    const longest = Math.max(0, ...servers.map((server) => server.last));
    this.first = Math.max(1, longest - COLUMNS + 1);
    this.last = Math.max(this.first, longest);
    for (const [id, row] of this.rows) {
      if (!picture.nodes.has(id)) {
        row.element.remove();
        this.rows.delete(id);
      }
    }
    servers.forEach((server) => this.strip(server));
    this.arrange(servers.map((server) => this.rows.get(server.id).element));
    this.describe();
  }

  /** What is in its place already stays there, or it would lose the focus. */
  arrange(elements) {
    if (elements.some((element, i) => this.place.children[i] !== element)) {
      this.place.replaceChildren(...elements);
    }
  }

  strip(server) {
    if (!this.rows.has(server.id)) {
      this.rows.set(server.id, this.row(server.id));
    }
    const { drawing, figures, scene } = this.rows.get(server.id);
    const columns = Array.from({ length: COLUMNS }, (unused, column) => column);
    scene.replaceChildren(
      svg('rect', { x: 0, y: 0, width: COLUMNS * WIDTH, height: HEIGHT, class: 'strip' }),
      ...columns.map((column) => cell(this.picture, server, this.first + column, column)).filter(Boolean),
      ...terms(server, this.first),
      ...feet(server, this.first),
      ...[note(server, this.first), this.mark(server.id)].filter(Boolean));
    say(figures, `last ${number(server.last)} · commit ${number(server.commit)} · applied ${number(server.applied)}`);
    drawing.setAttribute('aria-valuemin', Math.max(1, this.first));
    drawing.setAttribute('aria-valuemax', this.last);
    const index = this.cursor?.id === server.id ? this.cursor.index : Math.max(1, server.last);
    drawing.setAttribute('aria-valuenow', index);
    drawing.setAttribute('aria-valuetext', described(this.picture, server, index, this.tape));
  }

  mark(id) {
    const column = this.cursor?.id === id ? this.cursor.index - this.first : -1;
    return column < 0 || column >= COLUMNS
      ? null
      : svg('rect', { x: column * WIDTH, y: 1, width: WIDTH, height: HEIGHT - 2, class: 'cursor' });
  }

  row(id) {
    const scene = svg('g', {});
    const drawing = svg('svg', {
      viewBox: `-1 -1 ${COLUMNS * WIDTH + 2} ${HEIGHT + FOOT + 2}`, class: 'log', tabindex: 0, role: 'slider',
      'aria-label': `Log of ${id}`,
      onkeydown: (event) => this.key(event, id),
      onclick: (event) => this.point(event, id),
      onmousemove: (event) => this.point(event, id),
    }, scene);
    const figures = el('span', { class: 'figures' });
    const element = el('div', { class: 'row' }, el('div', { class: 'who' }, el('b', {}, id), figures), drawing);
    return { element, drawing, figures, scene };
  }

  key(event, id) {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
    if (step === undefined) {
      return;
    }
    event.preventDefault();
    const server = this.picture.server(id);
    const from = this.cursor?.id === id ? this.cursor.index + step : Number.isFinite(step) ? server.last : step;
    this.move(id, from);
  }

  point(event, id) {
    const box = event.currentTarget.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * (COLUMNS * WIDTH + 2) - 1;
    this.move(id, this.first + Math.floor(x / WIDTH));
  }

  move(id, index) {
    this.cursor = { id, index: Math.min(this.last, Math.max(this.first, index)) };
    this.picture.servers().forEach((server) => this.strip(server));
    this.describe();
  }

  describe() {
    const server = this.cursor && this.picture.nodes.get(this.cursor.id);
    say(this.detail, server
      ? described(this.picture, server, this.cursor.index, this.tape)
      : 'Point at an entry, or go to a log with Tab and use the arrow keys, to read what it says.');
  }
}
