// A log as spans of entries of one term, {from, to, term}, both ends included, in order. Knows no browser.

const SPANS = 400;

/** The term of the entry at an index; 0 when it is not known. */
export function termAt(log, index) {
  let low = 0;
  let high = log.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const span = log[middle];
    if (index < span.from) {
      high = middle - 1;
    } else if (index > span.to) {
      low = middle + 1;
    } else {
      return span.term;
    }
  }
  return 0;
}

/** The log without the entry at `from` and all behind it. */
export function cut(log, from) {
  const kept = [];
  for (const span of log) {
    if (span.to < from) {
      kept.push(span);
    } else if (span.from < from) {
      kept.push({ from: span.from, to: from - 1, term: span.term });
    }
  }
  return kept;
}

/** The log with a span at its end, in the place of what it had there. */
export function grown(log, span) {
  const kept = log.length && log[log.length - 1].to >= span.from ? cut(log, span.from) : log.slice();
  const end = kept[kept.length - 1];
  if (end && end.term === span.term && end.to + 1 === span.from) {
    kept[kept.length - 1] = { from: end.from, to: span.to, term: span.term };
  } else {
    kept.push({ from: span.from, to: span.to, term: span.term });
  }
  return kept.length > SPANS ? kept.slice(-SPANS) : kept;
}
