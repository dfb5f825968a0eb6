/**
 * Frames on their way from the thread that reads the devices to the one that runs the emulation: a ring in shared memory, one writer and one reader.
 *
 * A record is: its length on the ring (u32), the device (u32), when it was read (f64, milliseconds of the monotonic clock), the frame's length (u32), the frame; padded to
 * eight bytes. What does not fit is dropped and counted. The reader looks into the ring whenever it wakes, before any timer fires: a frame that waits there is
 * older than the wake-up, and a neighbour's Hello that is in it must not come too late because we did.
 */

const HEAD = 0;
const TAIL = 1;
const DROPPED = 2;
const CONTROL_WORDS = 4;
const RECORD_HEADER = 24;
export const RING_BYTES = 1 << 23;

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
  push(device: number, readAtMillis: number, frame: Uint8Array): boolean {
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
    this.bytes.set(frame, head + RECORD_HEADER);
    Atomics.store(this.control, HEAD, (head + size) % RING_BYTES);
    return true;
  }
}

export interface RingFrame { readonly device: number; readonly readAtMillis: number; readonly bytes: Uint8Array }

export class RingReader extends Ring {
  /** The bytes are a view into the ring, until the next call. Undefined: it is empty. */
  take(): RingFrame | undefined {
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
    this.pending = (tail + size) % RING_BYTES;
    const length = this.view.getUint32(tail + 16, true);
    return { device: this.view.getUint32(tail + 4, true), readAtMillis: this.view.getFloat64(tail + 8, true), bytes: this.bytes.subarray(tail + RECORD_HEADER, tail + RECORD_HEADER + length) };
  }

  private pending = -1;

  private release(): void {
    if (this.pending < 0) return;
    Atomics.store(this.control, TAIL, this.pending);
    this.pending = -1;
  }
}
