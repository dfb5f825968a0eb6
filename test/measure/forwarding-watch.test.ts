/** Streams that move from one of the device's links to another, by hand; and what a recording keeps, whose reader is told what moved. */
import { describe, expect, test } from 'vitest';
import { AdjacencyWatch } from '../../src/measure/adjacency-watch.js';
import { ForwardingWatch } from '../../src/measure/forwarding-watch.js';
import { Recorder } from '../../src/measure/recorder.js';
import type { TraceEvent } from '../../src/engine/trace.js';

const [A, B, C] = [0x0a000001, 0x0a000002, 0x0a000003];

function datagram(destination: number): Uint8Array {
  const frame = new Uint8Array(42);
  frame[12] = 0x08;
  frame[14] = 0x45;
  new DataView(frame.buffer).setUint32(30, destination);
  return frame;
}

describe('where the device forwards', () => {
  test('a stream that leaves by another link has moved, once an event, first and last', () => {
    const watch = new ForwardingWatch([A, B]);
    watch.frame(10, datagram(A), 1);
    watch.frame(20, datagram(B), 1);
    watch.begin(100);
    watch.frame(110, datagram(A), 1);
    watch.frame(120, datagram(A), 2);
    watch.frame(130, datagram(B), 2);
    watch.frame(140, datagram(B), 1);
    watch.frame(150, datagram(B), 1);
    watch.begin(200);
    expect(watch.times()).toEqual([
      { event: 100, firstMoved: 120, lastMoved: 140, moved: 2, routes: 2 }, { event: 200, firstMoved: undefined, lastMoved: undefined, moved: 0, routes: 2 }]);
  });

  test('what came before the last thing was done counts for the one before that, or for none', () => {
    const watch = new ForwardingWatch([A]);
    watch.begin(100);
    watch.frame(110, datagram(A), 1);
    watch.begin(200);
    watch.frame(190, datagram(A), 2);
    watch.frame(50, datagram(A), 1);
    expect(watch.times().map(({ event, firstMoved, moved }) => [event, firstMoved, moved])).toEqual([[100, 190, 1], [200, undefined, 0]]);
  });

  test('what was not there before has not moved, and what is no stream is not looked at', () => {
    const watch = new ForwardingWatch([A]);
    watch.begin(100);
    watch.frame(110, datagram(A), 1);
    watch.frame(120, datagram(C), 1);
    watch.frame(130, datagram(C), 2);
    watch.frame(140, datagram(A).subarray(0, 33), 2);
    const other = datagram(A);
    other[13] = 0x06;
    watch.frame(150, other, 2);
    expect(watch.times()).toEqual([{ event: 100, firstMoved: undefined, lastMoved: undefined, moved: 0, routes: 1 }]);
  });
});

const lsa = { lsType: 1, linkStateId: A, advertisingRouter: A, area: 0 };
const neighbor = (from: string, to: string): TraceEvent => ({ kind: 'neighbor-state', clause: '', interfaceName: 'eth0', neighborId: A, neighborAddress: A, from, to, event: '' });
const REFRESHES: readonly TraceEvent[] = [{ kind: 'lsa-originate', clause: '', lsa, sequence: 1, reason: 'refresh' },
  { kind: 'lsa-install', clause: '', lsa, sequence: 1, interfaceName: 'eth0', neighborId: A, isMaxAge: false, isChanged: false }];

test('an adjacency is lost when it was Full; refreshes are those of the originator', () => {
  const watch = new AdjacencyWatch();
  for (const event of [neighbor('Down', 'Init'), neighbor('Loading', 'Full'), neighbor('Exchange', 'Full'), neighbor('Full', 'Deleted'), neighbor('Init', 'Down'), ...REFRESHES]) watch.trace(event);
  expect(watch).toEqual({ full: 1, lost: 1, refreshes: 1 });
});

test('a recording keeps no refreshes, and of a large network only what was done and what became of adjacencies', () => {
  const changed: TraceEvent = { kind: 'lsa-install', clause: '', lsa, sequence: 2, interfaceName: 'eth0', neighborId: A, isMaxAge: false, isChanged: true };
  const events = [...REFRESHES, changed, neighbor('Full', 'Deleted'), { kind: 'fault', what: 'freeze', detail: '' } as const];
  const kept = (['all', 'essential'] as const).map((keeping) => {
    const recorder = new Recorder([], undefined, [], keeping);
    for (const event of events) recorder.trace(1, 0, event);
    recorder.route(1, 0, { action: 'withdraw', network: A, prefixLength: 32, nextHops: [], metric: 0, protocol: 'ospf' });
    return [recorder.events.map(({ event }) => event.kind), recorder.routes.length, recorder.dropped];
  });
  expect(kept).toEqual([[['lsa-install', 'neighbor-state', 'fault'], 1, 0], [['neighbor-state', 'fault'], 0, 0]]);
});
