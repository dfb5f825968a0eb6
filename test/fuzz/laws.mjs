/**
 * What must hold for any bytes at all. `lawsOf(subjects)` gives a judge: `judge.frame(bytes, linkType)` and
 * `judge.file(bytes, dice)` return what is wrong as text, or undefined. A throw inside comes out as it is.
 *
 * - A frame decodes or is refused; a refusal has a clause and an offset inside the frame.
 * - What decodes encodes to the same bytes, all of them and none beyond, into a dirty buffer.
 * - No codec's cursor leaves its bounds, and nothing depends on the bytes around a frame: each is looked at twice, at an odd offset
 *   between other poison. Now and then through a proxy that knows of every index that is asked for.
 * - The fast way to the tape comes to the same as the general way. Its JSON is JSON; text has no control characters.
 * - verify, filters and reassembly take everything; reassembly stays within its limits.
 * - Capture files: whole or in pieces gives the same frames, and the document writes the same file back.
 *
 * Subjects are handed in, so that tests run them from src and the long run from dist.
 */

const ROOM = 8192;
const MARGIN = 96;
const DIRT = 0xa5;

export function lawsOf(subjects) {
  const {
    ByteReader, ByteWriter, DecodeError, decodeLinkFrame, encodeFrame, frameErrors, frameLength, dissectFrame, Tape, FIELD_ROWS,
    JsonLineWriter, VerboseWriter, BriefWriter, AsciiWriter, verifyFrame, Ipv4Reassembly, CaptureReader, readDocument, writeCapture, filters, keys,
  } = subjects;

  let trespass;
  guardReader(ByteReader, (text) => (trespass ??= text));
  const clean = poisoned(() => 0);
  const dirty = poisoned((i) => (i % 3 === 0 ? 0xff : 0x80 | i));
  const scratch = new Uint8Array(ROOM + MARGIN);
  const one = new Tape();
  const two = new Tape();
  let text = [];
  const writer = new AsciiWriter((chunk) => text.push(chunk.slice()));
  const writers = [new JsonLineWriter(writer), new VerboseWriter(writer), new BriefWriter(writer)];
  const reassembly = new Ipv4Reassembly({ datagrams: 16, bytes: 1 << 18 });
  let count = 0;
  /** Every kind of refusal that was met. */
  const clauses = new Set();
  const counts = { refused: 0, decoded: 0, withErrors: 0, texts: 0, proxied: 0, reassembled: 0, files: 0, fileFrames: 0, foreign: 0 };

  function frame(bytes, linkType) {
    count++;
    trespass = undefined;
    const at = 1 + 2 * (count % 7);
    place(clean, bytes, at);
    place(dirty, bytes, at);
    const view = dirty.bytes.subarray(at, at + bytes.length);
    const wrong = roundTrip(view, linkType, bytes) ?? tapes(bytes, linkType, at) ??
      (count % 16 === 0 ? texts(linkType, at, bytes.length) : undefined) ??
      (count % 8 === 0 ? others(bytes, linkType, view) : undefined) ??
      (count % 256 === 0 ? proxied(bytes, linkType) : undefined);
    return wrong ?? trespass;
  }

  function roundTrip(view, linkType, bytes) {
    const decoded = decodeLinkFrame(linkType, view);
    if (decoded instanceof DecodeError) {
      counts.refused++;
      if (linkType === 1 && bytes.length >= 22) return `refused as a whole: ${errorText(decoded)}`;
      return badError(decoded, bytes.length);
    }
    const errors = frameErrors(decoded);
    if (errors.length > 0) counts.withErrors++;
    else counts.decoded++;
    for (const error of errors) {
      clauses.add(`${error.code} ${error.clause}`);
      const bad = badError(error, bytes.length);
      if (bad !== undefined) return bad;
    }
    const length = frameLength(decoded);
    if (length !== bytes.length) return `re-encoding: ${length} bytes, and ${bytes.length} came`;
    scratch.fill(DIRT, 0, length + MARGIN);
    const w = new ByteWriter(scratch);
    encodeFrame(decoded, w);
    if (w.offset !== length) return `re-encoding: wrote ${w.offset} of ${length} bytes`;
    for (let i = 0; i < length; i++) if (scratch[i] !== bytes[i]) return `re-encoding: byte ${i} is ${scratch[i]}, was ${bytes[i]}`;
    for (let i = length; i < length + MARGIN; i++) if (scratch[i] !== DIRT) return `re-encoding: wrote behind the end, at ${i} of ${length}`;
    return undefined;
  }

  function tapes(bytes, linkType, at) {
    const record = { bytes: dirty.bytes, start: at, end: at + bytes.length, linkType, timeMicros: 0, remainderNanos: 0, originalLength: bytes.length, direction: 'unknown' };
    dissectFrame(two, { ...record, bytes: clean.bytes }, 1, '');
    dissectFrame(one, record, 1, '');
    const poison = difference(one, two);
    if (poison !== undefined) return `depends on bytes outside of the frame: ${poison}`;
    dissectFrame(two, record, 1, '', false);
    if (two.source !== dirty.bytes) counts.foreign++;
    const ways = difference(one, two);
    return ways === undefined ? undefined : `fast and general way differ: ${ways}`;
  }

  /** What one tape says otherwise than another. */
  function difference(a, b) {
    if (a.layers !== b.layers || a.ospfType !== b.ospfType || a.lsaCount !== b.lsaCount || a.checksumCount !== b.checksumCount || a.networkAt !== b.networkAt) {
      return `layers ${a.layers} ${b.layers}, type ${a.ospfType} ${b.ospfType}, LSAs ${a.lsaCount} ${b.lsaCount}, checksums ${a.checksumCount} ${b.checksumCount}`;
    }
    for (let i = 0; i < a.length; i += 2) {
      const field = a.words[i];
      if (field !== b.words[i]) return `${FIELD_ROWS[field].path || 'close'} and ${FIELD_ROWS[b.words[i]]?.path || 'close'}`;
      const { kind, path } = FIELD_ROWS[field];
      const x = a.words[i + 1];
      const y = b.words[i + 1];
      switch (kind) {
        case 'group': case 'list': case 'time': break;
        case 'text': case 'real': if (a.strings[x] !== b.strings[y]) return `${path} ${a.strings[x]} ${b.strings[y]}`; break;
        case 'bytes': {
          const [length, other] = [a.words[i + 3], b.words[i + 3]];
          if (length !== other) return `${path}: ${length} and ${other} bytes`;
          if (x < 0 || x + length > a.source.length) return `${path}: outside`;
          for (let k = 0; k < length; k++) if (a.source[x + k] !== b.source[y + k]) return `${path}: byte ${k}`;
          i += 2;
          break;
        }
        case 'mac':
          for (let k = 0; k < 6; k++) if (a.source[x + k] !== b.source[y + k]) return `${path}: byte ${k}`;
          break;
        case 'hex64': if (x !== y || a.words[i + 3] !== b.words[i + 3]) return path; i += 2; break;
        default: if (x !== y) return `${path}: ${x} and ${y}`;
      }
    }
    return a.length === b.length ? undefined : `${a.length} and ${b.length} words`;
  }

  function texts(linkType, at, length) {
    counts.texts++;
    for (const [i, w] of writers.entries()) {
      text = [];
      w.write(one, 'eth0');
      writer.flush();
      const line = Buffer.concat(text).toString('utf8');
      if (i === 0) {
        const object = JSON.parse(line);
        if (object.frame.captured !== length) return 'JSON: another length';
      }
      if (/[\0-\x09\x0b-\x1f\x7f-\x9f]/.test(line)) return `control characters in the ${['JSON', 'verbose text', 'line'][i]}`;
      if (i !== 1 && line.indexOf('\n') !== line.length - 1) return 'more than one line';
    }
    for (const filter of filters) filter(one);
    return undefined;
  }

  function others(bytes, linkType, view) {
    const verdict = verifyFrame(view, linkType, keys);
    if (!Array.isArray(verdict.errors)) return 'verify gave no verdict';
    if (linkType !== 1 || bytes.length < 34) return undefined;
    const whole = reassembly.add(count * 1000, bytes.subarray(14));
    if (whole instanceof Uint8Array) counts.reassembled++;
    if (reassembly.pending > 16) return `reassembly holds ${reassembly.pending} datagrams`;
    if (reassembly.memory > (1 << 18) + 65536) return `reassembly holds ${reassembly.memory} bytes`;
    return undefined;
  }

  /** Everything once more with an array that knows when an index outside of it is asked for. */
  function proxied(bytes, linkType) {
    counts.proxied++;
    let outside;
    const decoded = decodeLinkFrame(linkType, watched(bytes.slice(), (index) => (outside ??= index)));
    if (outside !== undefined) return `read index ${outside} of ${bytes.length} bytes`;
    if (!(decoded instanceof DecodeError)) encodeFrame(decoded, new ByteWriter(scratch));
    return outside === undefined ? undefined : `encoding read index ${outside} of ${bytes.length} bytes`;
  }

  function file(bytes, dice) {
    counts.files++;
    trespass = undefined;
    const whole = framesOf([bytes]);
    counts.fileFrames += whole.frames.length;
    const pieces = [];
    for (let at = 0; at < bytes.length;) {
      const end = Math.min(bytes.length, at + 1 + dice.below(dice.oneIn(2) ? 40 : 3000));
      pieces.push(bytes.slice(at, end));
      at = end;
    }
    const cut = framesOf(pieces);
    if (whole.frames.join() !== cut.frames.join()) return `${whole.frames.length} frames whole, ${cut.frames.length} in pieces, or others`;
    if (whole.trouble !== cut.trouble) return `whole: ${whole.trouble}; in pieces: ${cut.trouble}`;
    const document = readDocument(bytes);
    if (document instanceof DecodeError) {
      if (whole.isCapture) return `the reader takes it, the document does not: ${errorText(document)}`;
      return badError(document, bytes.length);
    }
    const again = writeCapture(document);
    if (Buffer.compare(again, bytes) !== 0) return `the document writes another file: ${again.length} bytes of ${bytes.length}`;
    return document.break === undefined ? undefined : badError(document.break, bytes.length);
  }

  function framesOf(pieces) {
    const reader = new CaptureReader();
    const frames = [];
    const drain = () => {
      while (reader.next()) {
        if (reader.end > reader.bytes.length || reader.start > reader.end) throw new Error('a frame outside of the buffer');
        if (!Number.isFinite(reader.timeMicros)) throw new Error(`time ${reader.timeMicros}`);
        let sum = 0;
        for (let i = reader.start; i < reader.end; i++) sum = (Math.imul(sum, 31) + reader.bytes[i]) | 0;
        frames.push(`${reader.fileOffset}:${reader.end - reader.start}:${sum}:${reader.timeMicros}:${reader.linkType}:${reader.interfaceId}`);
      }
    };
    for (const piece of pieces) {
      reader.push(piece);
      drain();
    }
    reader.finish();
    drain();
    const trouble = reader.error ?? reader.break;
    return { frames, isCapture: reader.error === undefined, trouble: trouble === undefined ? '' : errorText(trouble) };
  }

  return { frame, file, counts, clauses };
}

function errorText({ code, offset, clause, got, want }) {
  return `${code} at ${offset} ${clause} got ${got} want ${want}`;
}

/** A refusal that people can use. */
function badError(error, length) {
  const { code, offset, clause, got, want } = error;
  const isFine = typeof code === 'string' && Number.isInteger(offset) && offset >= 0 && offset <= length && /^\[[^[\]]+\]$/.test(clause) &&
    got !== undefined && want !== undefined && !Number.isNaN(got) && !Number.isNaN(want);
  return isFine ? undefined : `a refusal that says nothing, or is outside of ${length} bytes: ${errorText(error)}`;
}

function poisoned(poison) {
  const bytes = Uint8Array.from({ length: ROOM + 2 * MARGIN }, (_, i) => poison(i));
  return { bytes, original: bytes.slice() };
}

function place({ bytes, original }, frame, at) {
  bytes.set(original.subarray(0, at));
  bytes.set(frame, at);
  const end = at + frame.length;
  bytes.set(original.subarray(end, end + MARGIN), end);
}

/** Every read of the cursor that would leave its bounds is told. Looking at less than there is, or skipping, is fine. */
function guardReader(ByteReader, tell) {
  const isGuarded = ByteReader.prototype.tell !== undefined;
  ByteReader.prototype.tell = tell;
  if (isGuarded) return;
  for (const [name, width] of [['u8', 1], ['u16', 2], ['u24', 3], ['u32', 4], ['view', 0], ['copy', 0], ['skip', 0]]) {
    const read = ByteReader.prototype[name];
    ByteReader.prototype[name] = function (length) {
      const needed = width || length;
      if (!(needed >= 0) || this.offset + needed > this.end) this.tell(`cursor: ${name} of ${needed} at ${this.offset} with the end at ${this.end}`);
      return read.call(this, length);
    };
  }
}

/** A byte array as a proxy; so are all arrays that are cut from it. */
function watched(array, tell) {
  return new Proxy(array, {
    get(target, property) {
      if (typeof property === 'string') {
        const first = property.charCodeAt(0);
        if ((first >= 0x30 && first <= 0x39) || first === 0x2d || property === 'NaN') {
          const index = Number(property);
          if (!(index >= 0 && index < target.length)) tell(property);
          return target[property];
        }
        if (property === 'subarray') return (start, end) => watched(target.subarray(start, end), tell);
      }
      const value = Reflect.get(target, property, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
