/**
 * IBM i as an IP host, and its proxy ARP for virtual IP addresses. No such system could be measured.
 *
 * Documented (TCP/IP configuration, the CL reference, "Adapter failover using virtual IP and proxy ARP"): an interface goes with its line; one
 * interface answers for a virtual address; its successor says so with gratuitous ARP; the shipped time to live is 64; datagrams are not forwarded
 * unless IPDTGFWD(*YES). Our model: an adapter answers ARP for what is configured on its line and asks with its own address, an entry of the ARP cache
 * is used until ARPTIMO and then asked for anew, three requests a second apart; one gratuitous request, the form that every stack believes.
 */
import { SECOND, type Micros } from '../base/micros.js';
import type { HostBehaviour } from '../host/behaviour.js';
import type { ProxyArpBehaviour } from '../takeover/proxy-arp-agent.js';
import { LINUX_6 } from './host-linux.js';
import { NO_RIB, type RibBehaviour } from './rib.js';

/** ARPTIMO as CHGTCPA documents it. */
const DEFAULT_ARP_TIMEOUT_MINUTES = 15;

const IBMI: HostBehaviour = {
  ...LINUX_6,
  name: 'ibmi',
  timeToLive: 64,
  neighbor: { ...LINUX_6.neighbor, delayFirstProbeMicros: 0, unresolvedPackets: 1 },
  isDeadNextHopSkipped: false,
  isInactiveWithoutCarrier: true,
  sysctls: [
    { group: 'conf', interfaceName: 'all', name: 'arp_ignore', value: 1 },
    { group: 'conf', interfaceName: 'all', name: 'arp_announce', value: 2 },
  ],
};

export function ibmiHost(arpTimeoutMinutes = DEFAULT_ARP_TIMEOUT_MINUTES): HostBehaviour {
  const baseReachableMicros: Micros = arpTimeoutMinutes * 60 * SECOND;
  return { ...IBMI, neighbor: { ...IBMI.neighbor, baseReachableMicros } };
}

/** Routes go with their interfaces; static ones are bound to another interface that reaches their next hop ("route rebinding"). */
export const IBMI_RIB: RibBehaviour = { ...NO_RIB, name: 'ibmi', hasLinkDetection: true, staticProtocolName: 'static' };

/** Our model, but for the list and for gratuitous ARP itself. */
export const IBMI_PROXY_ARP: ProxyArpBehaviour = {
  isPreferredResumed: true,
  isChoiceBeyondList: true,
  announcements: 1,
  announcementIntervalMicros: SECOND,
};
