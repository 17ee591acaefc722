// Reads traces (trace.md) in slices, so that the page answers while a large one is read. Knows no page.

const SLICE = 256 * 1024;
const VERSION = 1;

export class NotATrace extends Error {}

/** Takes lines and gives events; a header says to which clock the times of those behind it belong. */
export class Lines {
  header = null;
  torn = 0;
  base = 0;
  rest = '';

  take(text, sink) {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop();
    lines.forEach((line) => this.line(line, sink));
  }

  end(sink) {
    this.line(this.rest, sink);
    if (this.header === null) {
      throw new NotATrace('This is no trace: it is empty. Nodes write one when raft.trace.file is set.');
    }
  }

  line(line, sink) {
    if (line.trim() === '') {
      return;
    }
    let event = null;
    try {
      event = JSON.parse(line);
    } catch {
      this.torn++;
    }
    if (event?.['balsa-trace'] !== undefined) {
      this.begin(event);
    } else if (this.header === null) {
      throw new NotATrace('This is no trace: its first line has no field balsa-trace. '
        + 'Choose a .jsonl file of target/traces, or of a node with raft.trace.file.');
    } else if (event !== null && typeof event === 'object' && Number.isFinite(event.t)) {
      event.t = this.base + event.t / 1e6;
      sink(event);
    }
  }

  begin(header) {
    if (header['balsa-trace'] !== VERSION) {
      throw new NotATrace(`This trace is of version ${header['balsa-trace']}; this page reads version ${VERSION}. `
        + 'Open it with the page of a newer node.');
    }
    this.header ??= header;
    this.base = header.began ? Date.parse(header.began) : 0;
  }
}

const breath = () => new Promise((resolve) => setTimeout(resolve));

async function readOne(file, sink, progress) {
  const lines = new Lines();
  const decoder = new TextDecoder();
  for (let from = 0; from < file.size; from += SLICE) {
    const bytes = await file.slice(from, from + SLICE).arrayBuffer();
    lines.take(decoder.decode(bytes, { stream: true }), sink);
    progress(Math.min(file.size, from + SLICE));
    await breath();
  }
  lines.end(sink);
  return lines;
}

/**
 * Reads one trace, or those of several nodes of one cluster, which are put in order by their clocks.
 *
 * @param files blobs
 * @param sink takes the events in order
 * @param progress is told bytes read and bytes in all
 * @returns headers, and how many lines were torn
 */
export async function readTraces(files, sink, progress) {
  const all = files.reduce((sum, file) => sum + file.size, 0);
  let before = 0;
  const read = [];
  const gathered = [];
  const take = files.length === 1 ? sink : (event) => gathered.push(event);
  for (const file of files) {
    read.push(await readOne(file, take, (bytes) => progress(before + bytes, all)));
    before += file.size;
  }
  gathered.sort((one, other) => one.t - other.t);
  for (let i = 0; i < gathered.length; i++) {
    sink(gathered[i]);
    if (i % 2000 === 1999) {
      await breath();
    }
  }
  return { headers: read.map((lines) => lines.header), torn: read.reduce((sum, lines) => sum + lines.torn, 0) };
}
