/**
 * The thread that waits for frames on all devices (poll) and puts them into the ring with the moment at which they were read. It wakes the other thread by a
 * message, one for many frames. Read frame-ring.ts first.
 *
 * A thread of its own because neither a TAP device nor a packet socket can be waited for in Node's event loop, and because the moment of arrival must not
 * depend on what the emulation is doing. Where the whole process was held up nobody knows that moment; the first frame after it says for how long nobody looked
 * (live-turn.ts).
 */
import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import type { DeviceKind } from './device.js';
import { LOOK_MILLIS, RingWriter, STOOD_STILL_MILLIS } from './frame-ring.js';
import { loadNative } from './native.js';
import { LONGEST_OFFLOADED, withoutOffload } from './offload.js';

export interface ReaderData {
  readonly ring: SharedArrayBuffer;
  /** Stop; a message is under way. */
  readonly signals: SharedArrayBuffer;
  readonly devices: readonly { readonly kind: DeviceKind; readonly fd: number }[];
}

/** It reads from now on; frames are there; a TAP device is not there any more. */
export type ReaderMessage = { readonly kind: 'reading' | 'frames' } | { readonly kind: 'gone'; readonly device: number };

const POLLIN = 1;
const POLLERR = 8;
const POLLHUP = 16;
const POLLNVAL = 32;
/** Of one device, before the others get their turn. */
const BATCH = 64;
/** A device that is down reports that again and again. */
const TROUBLE_MILLIS = 50;
const MSG_DONTWAIT = 0x40;
const NOTHING = new Uint8Array(0);

async function readDevices({ ring, signals, devices }: ReaderData): Promise<void> {
  const native = await loadNative();
  const writer = new RingWriter(ring);
  const shared = new Int32Array(signals);
  const buffer = new Uint8Array(LONGEST_OFFLOADED);
  const descriptors = new DataView(new ArrayBuffer(8 * devices.length));
  const bytes = new Uint8Array(descriptors.buffer);
  const isGone = devices.map(() => false);
  const say = (message: ReaderMessage): void => parentPort?.postMessage(message);
  say({ kind: 'reading' });
  let looked = millis();
  while (Atomics.load(shared, 0) === 0) {
    // A negative descriptor is passed over.
    devices.forEach(({ fd }, i) => {
      descriptors.setInt32(8 * i, isGone[i] ? -1 : fd, true);
      descriptors.setInt16(8 * i + 4, POLLIN, true);
      descriptors.setInt16(8 * i + 6, 0, true);
    });
    // Below 0: a signal, as a profiler sends a thousand a second. It has looked all the same, and nothing was there.
    const ready = native.poll(bytes, devices.length, LOOK_MILLIS);
    const woke = millis();
    let unseen = woke - looked > STOOD_STILL_MILLIS ? Math.ceil(woke - looked) : 0;
    let read = 0;
    let isInTrouble = false;
    for (let i = 0; i < devices.length && ready > 0; i++) {
      const events = descriptors.getInt16(8 * i + 6, true);
      if (events === 0) continue;
      const { kind, fd } = devices[i];
      let length = 1;
      for (let left = BATCH; left > 0 && length > 0; left--) {
        length = Number(kind === 'tap' ? native.read(fd, buffer, buffer.length) : native.recv(fd, buffer, buffer.length, MSG_DONTWAIT));
        if (length <= 0) break;
        // All of them with one time: had we been stopped since, it would be a wrong one for those behind.
        const push = (frame: Uint8Array): void => {
          if (writer.push(i, woke, frame, unseen)) unseen = 0;
        };
        if (kind === 'packet') withoutOffload(buffer.subarray(0, length), push);
        else push(buffer.subarray(0, length));
        read++;
      }
      if ((events & (POLLERR | POLLHUP | POLLNVAL)) === 0 || length > 0) continue;
      isInTrouble = true;
      if (kind !== 'tap') continue; // it is down, and reading has taken the error off
      isGone[i] = true;
      say({ kind: 'gone', device: i });
    }
    looked = millis();
    if (read > 0 && looked - woke > STOOD_STILL_MILLIS) writer.push(0, looked, NOTHING, Math.ceil(looked - woke));
    writer.looked(looked);
    if (read > 0 && Atomics.compareExchange(shared, 1, 0, 1) === 0) say({ kind: 'frames' });
    if (isInTrouble && read === 0) Atomics.wait(shared, 0, 0, TROUBLE_MILLIS);
  }
}

function millis(): number {
  return performance.timeOrigin + performance.now();
}

await readDevices(workerData as ReaderData);
