/**
 * Linux as an IP host: the kernel of the Redpaper (2.4) and a current one. Measured on 6.18; 2.4 from its documented sysctls.
 *
 * Not yet told apart: 2.4 tests REACHABLE for age only on its 30 s tick.
 */
import { MILLISECOND, SECOND } from '../base/micros.js';
import type { HostBehaviour, NeighborParameters } from '../host/behaviour.js';

const NEIGHBOR: NeighborParameters = {
  baseReachableMicros: 30 * SECOND,
  delayFirstProbeMicros: 5 * SECOND,
  retransmitMicros: 1000 * MILLISECOND,
  unicastProbes: 3,
  broadcastProbes: 3,
  broadcastReprobes: 0,
  lockMicros: 1 * SECOND,
  // 212,992 bytes; a small packet counts as 768.
  unresolvedPackets: 277,
};

/** A current kernel. */
export const LINUX_6: HostBehaviour = {
  name: 'linux-6',
  timeToLive: 64,
  neighbor: NEIGHBOR,
  isDeadNextHopSkipped: true,
  routeListing: 'trie',
};

export const LINUX_2_4: HostBehaviour = {
  name: 'linux-2.4',
  timeToLive: 64,
  neighbor: { ...NEIGHBOR, broadcastReprobes: 3, unresolvedPackets: 3 },
  isDeadNextHopSkipped: false,
  routeListing: 'zones',
};
