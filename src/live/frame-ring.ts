/**
 * Frames on their way from the thread that reads the devices to the one that runs the emulation: a ring in shared memory, one writer and one reader.
 *
 * A record is: its length on the ring (u32), the device (u32), when it was read (f64, milliseconds of the monotonic clock), the frame's length (u32), for how long before
 * that nobody had looked (u32, milliseconds; 0 as a rule), the frame; padded to eight bytes. What does not fit is dropped and counted. The reader looks into the ring
 * whenever it wakes, before any timer fires: a frame that waits there is older than the wake-up, and a neighbour's Hello that is in it must not come too late because
 * we did. The writer leaves word of when it last looked at the devices: what had come by then is in the ring.
 */

const HEAD = 0;
const TAIL = 1;
const DROPPED = 2;
/** When the writer last looked: the low 32 bits of whole milliseconds; 0: it never has. */
const LOOKED = 3;
const CONTROL_WORDS = 4;
const RECORD_HEADER = 24;
export const RING_BYTES = 1 << 23;
/** How long the writer waits for a frame before it says again that it has looked. */
export const LOOK_MILLIS = 100;
/** Later than that it has been held up: it was stopped, or had no processor. */
export const LATE_LOOK_MILLIS = LOOK_MILLIS + 100;

export function makeRing(): SharedArrayBuffer {
  return new SharedArrayBuffer(4 * CONTROL_WORDS + RING_BYTES);
}

class Ring {
  protected readonly control: Int32Array;
  protected readonly bytes: Uint8Array;
  protected readonly view: DataView;

  constructor(memory: SharedArrayBuffer) {
    this.control = new Int32Array(memory, 0, CONTROL_WORDS);
    this.bytes = new Uint8Array(memory, 4 * CONTROL_WORDS, RING_BYTES);
    this.view = new DataView(memory, 4 * CONTROL_WORDS, RING_BYTES);
  }

  get dropped(): number {
    return Atomics.load(this.control, DROPPED);
  }
}

export class RingWriter extends Ring {
  /** False: no room. */
  push(device: number, readAtMillis: number, frame: Uint8Array, unseenMillis = 0): boolean {
    const size = (RECORD_HEADER + frame.length + 7) & ~7;
    let head = Atomics.load(this.control, HEAD);
    const tail = Atomics.load(this.control, TAIL);
    // A record does not wrap: the rest of the ring is passed over with an empty one.
    const isWrapping = head + size > RING_BYTES;
    const free = tail > head ? tail - head : RING_BYTES - head + tail;
    if (free <= size + (isWrapping ? RING_BYTES - head : 0)) {
      Atomics.add(this.control, DROPPED, 1);
      return false;
    }
    if (isWrapping) {
      if (head < RING_BYTES) this.view.setUint32(head, 0, true);
      head = 0;
    }
    this.view.setUint32(head, size, true);
    this.view.setUint32(head + 4, device, true);
    this.view.setFloat64(head + 8, readAtMillis, true);
    this.view.setUint32(head + 16, frame.length, true);
    this.view.setUint32(head + 20, unseenMillis, true);
    this.bytes.set(frame, head + RECORD_HEADER);
    Atomics.store(this.control, HEAD, (head + size) % RING_BYTES);
    return true;
  }

  /** What had come by then is in the ring, or was dropped. */
  looked(atMillis: number): void {
    Atomics.store(this.control, LOOKED, low(atMillis));
  }
}

function low(millis: number): number {
  return (Math.floor(millis) | 0) || 1;
}

export interface RingFrame {
  readonly device: number;
  readonly readAtMillis: number;
  /** It came at some moment of as many milliseconds before. */
  readonly unseenMillis: number;
  /** Empty: no frame, only the word that nobody had looked. */
  readonly bytes: Uint8Array;
}

export class RingReader extends Ring {
  /** The writer ought to have looked again by now. One that has not begun is not late. */
  isLateAt(millis: number): boolean {
    const looked = Atomics.load(this.control, LOOKED);
    return looked !== 0 && ((low(millis) - looked) | 0) > LATE_LOOK_MILLIS;
  }

  /** The bytes are a view into the ring, until the next call. Undefined: there is none that was read by then. */
  take(byMillis = Infinity): RingFrame | undefined {
    this.release();
    let tail = Atomics.load(this.control, TAIL);
    if (tail === Atomics.load(this.control, HEAD)) return undefined;
    let size = this.view.getUint32(tail, true);
    if (size === 0) {
      tail = 0;
      Atomics.store(this.control, TAIL, 0);
      if (Atomics.load(this.control, HEAD) === 0) return undefined;
      size = this.view.getUint32(0, true);
    }
    const readAtMillis = this.view.getFloat64(tail + 8, true);
    if (readAtMillis > byMillis) return undefined;
    this.pending = (tail + size) % RING_BYTES;
    const length = this.view.getUint32(tail + 16, true);
    return {
      device: this.view.getUint32(tail + 4, true), readAtMillis, unseenMillis: this.view.getUint32(tail + 20, true),
      bytes: this.bytes.subarray(tail + RECORD_HEADER, tail + RECORD_HEADER + length),
    };
  }

  get hasFrame(): boolean {
    return (this.pending < 0 ? Atomics.load(this.control, TAIL) : this.pending) !== Atomics.load(this.control, HEAD);
  }

  private pending = -1;

  private release(): void {
    if (this.pending < 0) return;
    Atomics.store(this.control, TAIL, this.pending);
    this.pending = -1;
  }
}
