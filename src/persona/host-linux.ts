/**
 * Linux as an IP host: the kernel of the Redpaper (2.4) and a current one. Measured on 6.18; 2.4 from its documented sysctls.
 * No kernel of 2.4 could be measured; what it does differently is its documented behaviour, and gives the Redpaper's "50 seconds".
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
  reachableTickMicros: 0,
  isGratuitousExempt: true,
  proxyDelayMicros: 800 * MILLISECOND,
  proxyQueueLength: 64,
};

/** Measured: two adapters' answers to one broadcast. */
const ANSWER_SPACING = [5, 8] as const;

/** A current kernel. */
export const LINUX_6: HostBehaviour = {
  name: 'linux-6',
  timeToLive: 64,
  neighbor: NEIGHBOR,
  isDeadNextHopSkipped: true,
  routeListing: 'trie',
  answerSpacingMicros: ANSWER_SPACING,
};

export const LINUX_2_4: HostBehaviour = {
  name: 'linux-2.4',
  timeToLive: 64,
  // PROBE asks everybody before it gives up; age is looked at with the garbage collection; any news waits out the lock time.
  neighbor: { ...NEIGHBOR, broadcastReprobes: 3, unresolvedPackets: 3, reachableTickMicros: 30 * SECOND, isGratuitousExempt: false },
  isDeadNextHopSkipped: false,
  routeListing: 'zones',
  answerSpacingMicros: ANSWER_SPACING,
};
