/**
 * The TCP/IP stack of z/VM as an IP host. Nothing of it could be measured: what it has of its own is documented (ARPAGE: an entry is used for five minutes
 * and then asked for again), the rest is our model of an ordinary stack: three requests a second apart, no confirmation by upper layers.
 */
import { SECOND } from '../base/micros.js';
import type { HostBehaviour } from '../host/behaviour.js';
import { LINUX_6 } from './host-linux.js';

export const ZVM_STACK: HostBehaviour = {
  ...LINUX_6,
  name: 'zvm',
  isInactiveWithoutCarrier: true, // our model: the stack marks the routes of a link that is down, and uses another adapter of that network
  timeToLive: 60, // documented for z/OS as IPCONFIG TTL; ours for z/VM, too
  neighbor: { ...LINUX_6.neighbor, baseReachableMicros: 300 * SECOND, delayFirstProbeMicros: 0, unresolvedPackets: 1 },
};
