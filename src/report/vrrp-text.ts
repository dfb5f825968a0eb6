/** Sentences for what a VRRP daemon traces. Read engine/trace-vrrp.ts first. */
import { formatIpv4 } from '../base/address.js';
import type { VrrpTrace } from '../engine/trace-vrrp.js';

const REASONS: Readonly<Record<string, string>> = {
  MasterDownTimer: 'no advertisement, the master-down time is over',
  HigherReceived: 'an advertisement of a better router',
  FaultBegins: 'what it watches is down',
  FaultEnds: 'what it watches is up again',
  OwnerFaultEnds: 'what it watches is up again',
  Startup: 'it starts',
  OwnerStartup: 'it starts, and owns the addresses',
  FaultyStartup: 'it starts, and what it watches is down',
  Shutdown: 'it stops',
};

export function vrrpText(event: VrrpTrace): string {
  switch (event.kind) {
    case 'vrrp-state':
      return `VRRP ${event.instance} (${event.virtualRouterId}) on ${event.interfaceName} ${event.from} -> ${event.to}, priority ${event.priority}: ${REASONS[event.event] ?? event.event} ${event.clause}`;
    case 'vrrp-addresses':
      return `VRRP ${event.instance} ${event.what === 'taken' ? 'has' : 'gives up'} ${event.addresses.map((address) => formatIpv4(address)).join(', ')}`;
    case 'vrrp-check':
      return `VRRP ${event.instance} now has priority ${event.priority}${event.check === '' ? '' : `: ${event.check} ${event.check.includes(', ') ? 'are' : 'is'} down`}`;
  }
}
