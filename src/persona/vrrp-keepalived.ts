/**
 * keepalived 2.2.7, measured: pcaps/vrrp-*.pcap. Read takeover/vrrp-behaviour.ts first.
 */
import type { VrrpBehaviour } from '../takeover/vrrp-behaviour.js';

export const KEEPALIVED_227: VrrpBehaviour = {
  // First advertisement to first gratuitous ARP: 0.5 to 5 ms in eleven take-overs; netlink adds the addresses in between.
  installationMicros: [500, 5_000],
  // pcaps/vrrp-v2-cable: the last before the cable was pulled has 7, the first behind it 10.
  faultIdentifications: 1,
};
