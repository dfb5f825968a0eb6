/** Sentences for what take-over daemons trace. Read engine/trace-takeover.ts first. */
import { formatIpv4 } from '../base/address.js';
import { SECOND, type Micros } from '../base/micros.js';
import type { TakeoverTrace } from '../engine/trace-takeover.js';

const TAKEOVER_VERBS = { decided: 'takes over', acquiring: 'acquires', acquired: 'has acquired', releasing: 'releases', released: 'has released', failed: 'gives up' } as const;

/** Empty: told by another line. */
export function takeoverText(event: TakeoverTrace): string {
  switch (event.kind) {
    case 'cluster-node': {
      const silence = event.sinceLastHeartbeatMicros === undefined ? '' : `: no heartbeat for ${seconds(event.sinceLastHeartbeatMicros)}`;
      const partition = event.isAfterPartition === true ? ', and has not been started anew: the cluster was partitioned' : '';
      return `heartbeat: ${event.peer} ${event.from} -> ${event.to}${silence}${partition} ${event.clause}`;
    }
    case 'cluster-link': return `heartbeat: link to ${event.peer} by ${event.link} ${event.to} ${event.clause}`;
    case 'takeover': return `${TAKEOVER_VERBS[event.what]} ${event.peer}'s resource group ${event.group} (${event.reason}) ${event.clause}`;
    case 'resource': return `${event.resource} ${event.action === 'start' ? 'started' : 'stopped'}, which took ${seconds(event.tookMicros)}`;
    case 'alias-address': return `${formatIpv4(event.address)} ${event.what} on ${event.interfaceName}`;
    case 'gratuitous-arp': return `gratuitous ARP for ${formatIpv4(event.address)} on ${event.interfaceName} ${event.clause}`;
    case 'mount': return `${event.device} ${event.what} ${event.what === 'mounted' ? 'on' : 'from'} ${event.directory}`;
    case 'monitor': return `mon: ${event.group}/${event.service} ${event.what}: ${event.detail} ${event.clause}`;
    case 'stonith': {
      if (event.what === 'asked') return `STONITH: asks ${event.device} ${event.detail} to reset ${event.peer} ${event.clause}`;
      return event.what === 'reset' ? `STONITH: ${event.peer} is reset, says ${event.device} ${event.clause}` : `STONITH by ${event.device} of ${event.peer} failed: ${event.detail} ${event.clause}`;
    }
  }
}

function seconds(micros: Micros): string {
  return `${(micros / SECOND).toFixed(3)} s`;
}
