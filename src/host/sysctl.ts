/**
 * Linux's sysctls for ARP, under the kernel's own names, and what they come to on one interface.
 *
 *   net.ipv4.conf.{all,default,IF}.arp_ignore      the larger of `all` and the interface's own counts
 *   net.ipv4.neigh.{default,IF}.locktime           the interface's own, else `default`
 *
 * `default` stands for every interface that does not say its own: a system sets them before its devices appear.
 * Read in the kernel's Documentation/networking/ip-sysctl.rst; the effects were measured on 6.18.
 */
import { MILLISECOND, SECOND, type Micros } from '../base/micros.js';
import type { NeighborParameters } from './behaviour.js';

/** One setting, `net.ipv4.GROUP.INTERFACE.NAME = VALUE`. */
export interface SysctlSetting {
  readonly group: 'conf' | 'neigh';
  /** `all` (conf only), `default`, or an interface's name. */
  readonly interfaceName: string;
  readonly name: string;
  readonly value: number;
}

export interface SysctlDefinition {
  readonly low: number;
  readonly high: number;
  /** 2.4 does not have it. */
  readonly isNew?: boolean;
}

export const CONF_SYSCTLS = {
  /** 0: answer for every local address; 1: of this interface; 2: and the asker on its subnet; 3: not of scope host; 8: never. */
  arp_ignore: { low: 0, high: 8 },
  /** Which address asks. 0: the packet's source; 1: if it is of the target's subnet; 2: always the interface's own. */
  arp_announce: { low: 0, high: 2 },
  /** 1: answer only where the way back to the asker leaves. */
  arp_filter: { low: 0, high: 1 },
  /** Unsolicited ARP makes entries. 1: all; 2: of the interface's subnets. */
  arp_accept: { low: 0, high: 2, isNew: true },
  /** 1: gratuitous ARP when the link comes up. */
  arp_notify: { low: 0, high: 1, isNew: true },
  /** 1: answer for what is reached through another interface. */
  proxy_arp: { low: 0, high: 1 },
  /** 1: an ARP packet whose two addresses are the same is not looked at. */
  drop_gratuitous_arp: { low: 0, high: 1, isNew: true },
  /** 0, here or under `all`: loss of carrier leaves the entries. */
  arp_evict_nocarrier: { low: 0, high: 1, isNew: true },
} as const satisfies Record<string, SysctlDefinition>;
export type ConfSysctl = keyof typeof CONF_SYSCTLS;

export const NEIGH_SYSCTLS = {
  base_reachable_time: { low: 1, high: 86_400 },
  base_reachable_time_ms: { low: 1, high: 86_400_000, isNew: true },
  delay_first_probe_time: { low: 0, high: 3_600 },
  /** Hundredths of a second, as `locktime` and `proxy_delay`. */
  retrans_time: { low: 1, high: 360_000 },
  retrans_time_ms: { low: 1, high: 3_600_000, isNew: true },
  ucast_solicit: { low: 0, high: 100 },
  mcast_solicit: { low: 0, high: 100 },
  mcast_resolicit: { low: 0, high: 100, isNew: true },
  locktime: { low: 0, high: 360_000 },
  unres_qlen: { low: 0, high: 100_000 },
  unres_qlen_bytes: { low: 0, high: 0x7fffffff, isNew: true },
  proxy_delay: { low: 0, high: 360_000 },
  proxy_qlen: { low: 0, high: 100_000 },
} as const satisfies Record<string, SysctlDefinition>;
export type NeighSysctl = keyof typeof NEIGH_SYSCTLS;

/** What a small packet counts as in a queue (its skb's true size). */
const SMALL_PACKET_BYTES = 768;

/** What the `conf` settings come to on one interface. */
export interface ArpPolicy {
  readonly ignore: number;
  readonly announce: number;
  readonly isFiltered: boolean;
  readonly accept: number;
  readonly isNotifying: boolean;
  readonly isProxy: boolean;
  readonly isGratuitousDropped: boolean;
  readonly isEvicting: boolean;
}

export function arpPolicy(settings: readonly SysctlSetting[], interfaceName: string): ArpPolicy {
  const own = (name: ConfSysctl): number | undefined => find(settings, 'conf', interfaceName, name) ?? find(settings, 'conf', 'default', name);
  const value = (name: ConfSysctl): number => Math.max(find(settings, 'conf', 'all', name) ?? 0, own(name) ?? 0);
  return { ignore: value('arp_ignore'), announce: value('arp_announce'), isFiltered: value('arp_filter') > 0,
    accept: value('arp_accept'), isNotifying: value('arp_notify') > 0, isProxy: value('proxy_arp') > 0,
    isGratuitousDropped: value('drop_gratuitous_arp') > 0,
    isEvicting: (find(settings, 'conf', 'all', 'arp_evict_nocarrier') ?? 1) > 0 && (own('arp_evict_nocarrier') ?? 1) > 0 };
}

/** `base` with the `neigh` settings of one interface put over it. */
export function neighborParameters(base: NeighborParameters, settings: readonly SysctlSetting[], interfaceName: string): NeighborParameters {
  const value = (name: NeighSysctl): number | undefined =>
    find(settings, 'neigh', interfaceName, name) ?? find(settings, 'neigh', 'default', name);
  const time = (name: NeighSysctl, unit: Micros): Micros | undefined => {
    const given = value(name);
    return given === undefined ? undefined : given * unit;
  };
  const hundredth = 10 * MILLISECOND;
  // 2.4 has one count for the broadcast requests of both states.
  const broadcast = value('mcast_solicit');
  const bytes = value('unres_qlen_bytes');
  const unresolvedBytes = bytes === undefined ? undefined : Math.floor(bytes / SMALL_PACKET_BYTES);
  return {
    ...base,
    baseReachableMicros: time('base_reachable_time_ms', MILLISECOND) ?? time('base_reachable_time', SECOND) ?? base.baseReachableMicros,
    delayFirstProbeMicros: time('delay_first_probe_time', SECOND) ?? base.delayFirstProbeMicros,
    retransmitMicros: time('retrans_time_ms', MILLISECOND) ?? time('retrans_time', hundredth) ?? base.retransmitMicros,
    unicastProbes: value('ucast_solicit') ?? base.unicastProbes,
    broadcastProbes: broadcast ?? base.broadcastProbes,
    broadcastReprobes: value('mcast_resolicit') ?? (base.broadcastReprobes > 0 ? broadcast ?? base.broadcastReprobes : 0),
    lockMicros: time('locktime', hundredth) ?? base.lockMicros,
    unresolvedPackets: value('unres_qlen') ?? unresolvedBytes ?? base.unresolvedPackets,
    proxyDelayMicros: time('proxy_delay', hundredth) ?? base.proxyDelayMicros,
    proxyQueueLength: value('proxy_qlen') ?? base.proxyQueueLength,
  };
}

/** The last one counts. */
function find(settings: readonly SysctlSetting[], group: SysctlSetting['group'], interfaceName: string, name: string): number | undefined {
  for (let i = settings.length - 1; i >= 0; i--) {
    const s = settings[i];
    if (s.group === group && s.interfaceName === interfaceName && s.name === name) return s.value;
  }
  return undefined;
}
