/**
 * Linux as an IP host: the kernel of the Redpaper (2.4) and a current one. Measured on 6.18; 2.4 from its documented sysctls.
 * No kernel of 2.4 could be measured; what it does differently is its documented behaviour, and gives the Redpaper's "50 seconds".
 */
import { MILLISECOND, SECOND } from '../base/micros.js';
import type { HostBehaviour, NeighborParameters, TcpParameters } from '../host/behaviour.js';

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

/** The documented defaults (ip-sysctl; TCP_RTO_MIN and _MAX of the sources). The windows are those of an Ethernet's segment size. */
const TCP: TcpParameters = {
  initialTimeoutMicros: 1 * SECOND,
  minimumTimeoutMicros: 200 * MILLISECOND,
  maximumTimeoutMicros: 120 * SECOND,
  synRetries: 6,
  synAckRetries: 5,
  dataRetries: 15,
  timeWaitMicros: 60 * SECOND,
  finWaitMicros: 60 * SECOND,
  windowBytes: 64240,
  maximumSegmentSize: 1460,
  ephemeralPorts: [32768, 60999],
};

/** A current kernel. */
export const LINUX_6: HostBehaviour = {
  name: 'linux-6',
  timeToLive: 64,
  neighbor: NEIGHBOR,
  isDeadNextHopSkipped: true,
  isNeighborEvicted: true, // since 4.20
  routeListing: 'trie',
  answerSpacingMicros: ANSWER_SPACING,
  tcp: TCP,
};

export const LINUX_2_4: HostBehaviour = {
  name: 'linux-2.4',
  timeToLive: 64,
  // PROBE asks everybody before it gives up; age is looked at with the garbage collection; any news waits out the lock time.
  neighbor: { ...NEIGHBOR, broadcastReprobes: 3, unresolvedPackets: 3, reachableTickMicros: 30 * SECOND, isGratuitousExempt: false },
  isDeadNextHopSkipped: false,
  isNeighborEvicted: false,
  routeListing: 'zones',
  answerSpacingMicros: ANSWER_SPACING,
  // Before RFC 6298 three seconds; five SYNs more; four segments offered.
  tcp: { ...TCP, initialTimeoutMicros: 3 * SECOND, synRetries: 5, windowBytes: 5840, ephemeralPorts: [32768, 61000] },
};
