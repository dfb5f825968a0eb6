/**
 * The thread that waits for frames on all devices (poll) and puts them into the ring with the moment at which they were read. It wakes the other thread by a
 * message, one for many frames. Read frame-ring.ts first.
 *
 * A thread of its own because neither a TAP device nor a packet socket can be waited for in Node's event loop, and because the moment of arrival must not
 * depend on what the emulation is doing.
 */
import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { RingWriter } from './frame-ring.js';
import { loadNative } from './native.js';

interface ReaderData { readonly ring: SharedArrayBuffer; readonly stop: SharedArrayBuffer; readonly fds: readonly number[] }

const POLLIN = 1;
const POLL_MILLIS = 100;

async function readDevices({ ring, stop, fds }: ReaderData): Promise<void> {
  const native = await loadNative();
  const writer = new RingWriter(ring);
  const stopped = new Int32Array(stop);
  const buffer = new Uint8Array(65_536);
  const descriptors = new DataView(new ArrayBuffer(8 * fds.length));
  const bytes = new Uint8Array(descriptors.buffer);
  const offset = performance.timeOrigin;
  parentPort?.postMessage('reading');
  while (Atomics.load(stopped, 0) === 0) {
    fds.forEach((fd, i) => {
      descriptors.setInt32(8 * i, fd, true);
      descriptors.setInt16(8 * i + 4, POLLIN, true);
      descriptors.setInt16(8 * i + 6, 0, true);
    });
    if (native.poll(bytes, fds.length, POLL_MILLIS) <= 0) continue;
    let read = 0;
    fds.forEach((fd, i) => {
      if ((descriptors.getInt16(8 * i + 6, true) & POLLIN) === 0) return;
      const length = Number(native.read(fd, buffer, buffer.length));
      if (length <= 0) return;
      writer.push(i, offset + performance.now(), buffer.subarray(0, length));
      read++;
    });
    if (read > 0 && Atomics.compareExchange(stopped, 1, 0, 1) === 0) parentPort?.postMessage('frames');
  }
}

await readDevices(workerData as ReaderData);
