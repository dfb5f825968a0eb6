/**
 * A process on a bench with two Full neighbours on a LAN, in the role asked for, and one more on a point-to-point link.
 */
import { SECOND, type Micros } from '../../src/base/micros.js';
import type { OspfBehaviour } from '../../src/ospf/behaviour.js';
import type { RedistributableRoute } from '../../src/ospf/environment.js';
import { Bench, RFC_2328, type Peer } from './bench.js';
import { configuration, device, ip } from './fabric.js';

export type Role = 'DR' | 'Backup' | 'DROther';

export interface Segment {
  readonly bench: Bench;
  /** 10.0.0.9: DR, or Backup when the process is DR. */
  readonly a: Peer;
  /** 10.0.0.8: Backup when the process is DROther; else neither. */
  readonly b: Peer;
  /** 10.0.1.9, point-to-point. */
  readonly c: Peer;
  readonly peers: readonly Peer[];
  /** Lets time pass in which everybody goes on saying Hello and acknowledges what there is. */
  settle(micros: Micros): void;
}

export interface SegmentOptions { readonly behaviour?: OspfBehaviour; readonly routes?: readonly RedistributableRoute[]; readonly areaOfC?: number; readonly isStubOfC?: boolean }

/** Quiet at 60 s: nothing waits for anything. */
export function segment(role: Role, options: SegmentOptions = {}): Segment {
  const areaOfC = options.areaOfC ?? 0;
  const bench = new Bench({
    behaviour: options.behaviour ?? RFC_2328, routes: options.routes ?? [],
    configuration: { ...configuration({
      routerId: '5.5.5.5', networks: [['10.0.0.0/24', 0], ['10.0.1.0/24', areaOfC]], interfaces: { eth1: { networkType: 'point-to-point' } },
      redistribute: options.routes === undefined ? [] : [{ source: 'static' }],
    }), areas: new Map(options.isStubOfC === true ? [[areaOfC, { isStub: true, isSummaryBlocked: false, ranges: [] }]] : []) },
    interfaces: [device('eth0', 2, '10.0.0.5/24'), device('eth1', 3, '10.0.1.5/24')],
  });
  const a = bench.peer('9.9.9.9', '10.0.0.9');
  const b = bench.peer('8.8.8.8', '10.0.0.8');
  const c = bench.peer('7.7.7.7', '10.0.1.9', 3, areaOfC);
  if (options.isStubOfC === true) c.options = 0;
  const peers = [a, b, c];
  const own = ip('10.0.0.5');
  const [dr, backup] = role === 'DR' ? [own, a.address] : role === 'Backup' ? [a.address, own] : [a.address, b.address];
  const declare = (peer: Peer): void => void Object.assign(peer, { designatedRouter: dr, backupDesignatedRouter: backup });
  if (role === 'DR') {
    bench.until(40 * SECOND); // alone on the LAN so far
    b.priority = 0;
  }
  if (role === 'Backup') b.priority = 0;
  for (const peer of [a, b]) declare(peer);
  if (role === 'Backup') a.hello({ backupDesignatedRouter: 0 }); // a DR without a Backup
  else a.hello();
  b.hello();
  a.hello();
  c.hello();
  for (const peer of peers) peer.toFull();
  const settle = (micros: Micros): void => {
    for (const end = bench.now + micros; bench.now < end;) {
      for (const peer of peers) peer.hello();
      for (const peer of peers) if ((peer.neighbor?.retransmissionList.size ?? 0) > 0) peer.acknowledgeAll();
      bench.until(Math.min(end, bench.now + SECOND));
    }
  };
  settle(60 * SECOND - bench.now);
  bench.take();
  bench.traces = [];
  return { bench, a, b, c, peers, settle };
}
