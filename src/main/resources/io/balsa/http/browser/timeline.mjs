// The time line: live, pause, scrub, and steps to what is worth a look.

import { byId, el, say, svg } from './dom.mjs';
import { KINDS } from './words.mjs';

const MOST_TICKS = 1000;
const FEW = 20;
const LISTED = 200;
const TICK_MS = 50;

/** A moment as people read it: of the day for a clock, else since the beginning. */
export function moment(t) {
  if (t > 1e11) {
    const date = new Date(t);
    return `${date.toLocaleTimeString('en-GB')}.${String(date.getMilliseconds()).padStart(3, '0')}`;
  }
  return `${t.toLocaleString('en-US', { minimumFractionDigits: 3, maximumFractionDigits: 3 })} ms`;
}

export class Timeline {
  /**
   * @param changed is called when another moment is to be shown
   */
  constructor(changed) {
    Object.assign(this, { changed, tape: null, live: false, index: 0, playing: null, drawn: '' });
    this.range = byId('scrub');
    this.kind = byId('kind');
    this.kind.append(...Object.entries(KINDS).map(([value, name]) => el('option', { value }, name)));
    const on = (id, what) => byId(id).addEventListener('click', what);
    on('begin', () => this.go(this.tape.dropped));
    on('markback', () => this.jump(this.tape.previous(this.index, this.kind.value)));
    on('back', () => this.go(this.index - 1));
    on('play', () => this.toggle());
    on('forth', () => this.go(this.index + 1));
    on('markforth', () => this.jump(this.tape.next(this.index, this.kind.value)));
    on('now', () => this.follow());
    byId('marks').addEventListener('keydown', (event) => this.key(event));
    this.range.addEventListener('input', () => this.scrub());
    this.kind.addEventListener('change', () => { this.drawn = ''; this.changed(); });
  }

  /** Shows another tape, from its end if it grows and else from its beginning. */
  load(tape, live) {
    this.still();
    Object.assign(this, { tape, live, index: live ? tape.end : tape.dropped, following: live, drawn: '' });
    this.changed();
  }

  follow() {
    this.still();
    this.following = this.live;
    this.index = this.tape.end;
    this.changed();
  }

  still() {
    clearInterval(this.playing);
    this.playing = null;
    this.following = false;
  }

  go(index) {
    this.still();
    this.index = Math.min(this.tape.end, Math.max(this.tape.dropped, index));
    this.changed();
  }

  key(event) {
    const step = { ArrowUp: 'previous', ArrowDown: 'next' }[event.key];
    if (step) {
      event.preventDefault();
      this.jump(this.tape[step](this.index, this.kind.value));
    }
  }

  jump(mark) {
    if (mark) {
      this.go(mark.index);
    } else {
      say(byId('reason'), 'There is nothing more of this kind in that direction.');
    }
  }

  scrub() {
    this.go(Number(this.range.value));
  }

  /** Pauses what moves; else lets time go on from here, at the speed that is chosen. */
  toggle() {
    if (this.following || this.playing !== null) {
      this.still();
    } else if (this.index >= this.tape.end && this.live) {
      this.following = true;
    } else {
      this.play(this.index >= this.tape.end ? this.tape.dropped : this.index);
    }
    this.changed();
  }

  play(from) {
    this.index = from;
    let t = this.time();
    let before = performance.now();
    this.playing = setInterval(() => {
      const now = performance.now();
      t += (now - before) * Number(byId('speed').value);
      before = now;
      this.index = Math.max(this.index, this.tape.indexAt(t));
      if (this.index >= this.tape.end) {
        this.still();
        this.following = this.live;
      }
      this.changed();
    }, TICK_MS);
  }

  /** The moment that is shown. */
  time() {
    const { tape, index } = this;
    return index <= tape.dropped ? tape.firstTime : tape.events[Math.min(index, tape.end) - tape.dropped - 1].t;
  }

  draw() {
    const { tape } = this;
    if (this.following) {
      this.index = tape.end;
    }
    this.index = Math.max(this.index, tape.dropped);
    Object.assign(this.range, { min: tape.dropped, max: tape.end });
    this.range.value = this.index;
    const mark = tape.lastMark(this.index);
    const here = tape.end === tape.dropped ? '' : moment(this.time());
    say(byId('moment'), this.following ? `live, ${here}` : here);
    this.range.setAttribute('aria-valuetext', `${here}${mark ? `, ${mark.text}` : ''}`);
    say(byId('reason'), this.reason(mark));
    this.buttons();
    this.list(mark);
  }

  reason(mark) {
    if (!mark) {
      return 'Nothing that is worth a look has happened up to here.';
    }
    return mark.index === this.index && !this.following ? mark.text : `Last, at ${moment(mark.t)}: ${mark.text}`;
  }

  buttons() {
    const moves = this.following || this.playing !== null;
    say(byId('play'), moves ? '❚❚ Pause' : '▶ Play');
    byId('now').disabled = !this.live;
    byId('now').setAttribute('aria-pressed', String(this.following));
    const { tape, index } = this;
    [['begin', index <= tape.dropped], ['back', index <= tape.dropped], ['forth', index >= tape.end]]
      .forEach(([id, off]) => byId(id).setAttribute('aria-disabled', String(off)));
  }

  /** What is worth a look, around the moment that is shown; made anew only when it is another list. */
  list(mark) {
    const wanted = this.tape.marks.filter(({ kind }) => !this.kind.value || kind === this.kind.value);
    const last = mark ? wanted.findLastIndex(({ index }) => index <= mark.index) : -1;
    const from = Math.max(0, Math.min(last - LISTED / 2, wanted.length - LISTED));
    const { dropped, end } = this.tape;
    const key = `${wanted.length} ${from} ${last} ${dropped} ${Math.floor(end / (this.following ? FEW : 1))}`;
    if (key === this.drawn) {
      return;
    }
    this.drawn = key;
    const shown = wanted.slice(from, from + LISTED);
    byId('marks').replaceChildren(...shown.map((each) => this.item(each, each === wanted[last])));
    const current = byId('marks').querySelector('[aria-current]');
    if (current && this.current !== mark) {
      this.current = mark;
      byId('marks').scrollTop = current.offsetTop - byId('marks').clientHeight / 2;
    }
    byId('ticks').replaceChildren(...wanted.slice(-MOST_TICKS).map(({ index, kind }) => {
      const x = ((index - dropped) / Math.max(1, end - dropped)) * 1000;
      return svg('line', { x1: x, x2: x, y1: 0, y2: 8, class: `tick ${kind}` });
    }));
  }

  item(mark, current) {
    const button = el('button', { type: 'button', tabindex: -1, onclick: () => this.go(mark.index) },
      el('span', { class: 'when' }, moment(mark.t)),
      el('span', { class: `kind ${mark.kind}` }, KINDS[mark.kind]),
      el('span', {}, mark.text));
    return el('li', { 'aria-current': current && 'true' }, button);
  }
}
