// Keeps events in order, so that the picture of any moment can be had. Knows no browser.

import { Picture } from './picture.mjs';
import { remark } from './words.mjs';

const TEXTS = 5000;

export class Tape {
  /**
   * @param limit how many events are kept, the newest
   * @param every after so many events a picture is kept, from which others are made
   */
  constructor(limit = Infinity, every = 1000) {
    Object.assign(this, { limit, every, dropped: 0, events: [], marks: [], head: new Picture(), texts: new Map() });
    this.frames = [new Picture()];
    this.near = { index: 0, picture: new Picture() };
  }

  /** Behind the newest event. */
  get end() {
    return this.dropped + this.events.length;
  }

  get firstTime() {
    return this.events.length ? this.events[0].t : 0;
  }

  push(event) {
    event.t = Math.max(event.t, this.head.now);
    const mark = remark(event, this.head);
    this.head.apply(event);
    this.events.push(event);
    if (mark) {
      this.marks.push({ ...mark, t: event.t, index: this.end });
    }
    if (this.events.length % this.every === 0) {
      this.frames.push(this.head.clone());
      this.forget();
    }
    if (event.event === 'execute') {
      this.note(event.index, null, event.word);
    }
  }

  forget() {
    while (this.events.length > this.limit) {
      this.events.splice(0, this.every);
      this.frames.shift();
      this.dropped += this.every;
      this.marks = this.marks.filter((mark) => mark.index > this.dropped);
    }
  }

  /** Remembers what an entry says; of the simulator only what was executed, whatever its term. */
  note(index, term, text) {
    this.texts.set(`${index}@${term ?? ''}`, String(text).slice(0, 300));
    if (this.texts.size > TEXTS) {
      this.texts.delete(this.texts.keys().next().value);
    }
  }

  text(index, term) {
    return this.texts.get(`${index}@${term}`) ?? this.texts.get(`${index}@`) ?? '';
  }

  /** The picture after the first `index` events; not to be changed. */
  at(index) {
    const wanted = Math.min(this.end, Math.max(this.dropped, index));
    if (wanted === this.end) {
      return this.head;
    }
    const frame = Math.floor((wanted - this.dropped) / this.every);
    const begin = this.dropped + frame * this.every;
    if (this.near.index > wanted || this.near.index < begin) {
      this.near = { index: begin, picture: this.frames[frame].clone() };
    }
    for (; this.near.index < wanted; this.near.index++) {
      this.near.picture.apply(this.events[this.near.index - this.dropped]);
    }
    return this.near.picture;
  }

  /** Behind the last event that is not later than `t`. */
  indexAt(t) {
    let low = 0;
    let high = this.events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.events[middle].t <= t) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return this.dropped + low;
  }

  /** The next moment worth a look, or the one before; undefined when there is none. */
  next(index, kind) {
    return this.marks.find((mark) => mark.index > index && (!kind || mark.kind === kind));
  }

  previous(index, kind) {
    return this.marks.findLast((mark) => mark.index < index && (!kind || mark.kind === kind));
  }

  /** The last moment worth a look, up to here. */
  lastMark(index) {
    return this.marks.findLast((mark) => mark.index <= index);
  }
}
