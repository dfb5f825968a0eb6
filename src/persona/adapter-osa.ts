/**
 * An OSA-Express adapter as a host of its LAN. Nothing of it could be measured. Its ARP cache cannot be set by the stack (IBM, z/OS: ARPAGE "does not affect
 * ARP timeout for OSA-Express Ethernet interfaces, because the ARP cache is offloaded"); that an entry is used for 20 minutes, the stacks' own default,
 * and that it asks three times a second apart, is our model.
 */
import { MINUTE } from '../base/micros.js';
import type { AdapterBehaviour } from '../host/osa-adapter.js';
import { LINUX_6 } from './host-linux.js';

export const OSA_EXPRESS: AdapterBehaviour = {
  neighbor: { ...LINUX_6.neighbor, baseReachableMicros: 20 * MINUTE, delayFirstProbeMicros: 0, unresolvedPackets: 16 },
  answerSpacingMicros: LINUX_6.answerSpacingMicros,
};
