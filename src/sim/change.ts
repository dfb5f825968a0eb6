/**
 * What a happening is: whether it changes the network, which a run that ends when all is quiet waits for; whether it mends something or breaks it.
 */
import type { MachineAction } from '../config/machine-room/machine-plan.js';
import type { TraceEvent } from '../engine/trace.js';

export function isRecovery(action: MachineAction): boolean {
  switch (action.kind) {
    case 'machine': return action.verb === 'activate' || action.verb === 'ipl' || action.verb === 'takeover';
    case 'cp-command': return /xautolog/i.test(action.command);
    case 'rscs': return action.isUp;
    case 'guest': return action.verb === 'start';
    case 'console': return false;
    case 'control-order':
    case 'couple': return true;
    case 'adapter': return !action.isBroken;
    case 'cable': return action.isPlugged;
    case 'channel': return action.isOnline;
  }
}

/** Whether something about routing changed; repetitions, probes and ARP do not count. */
export function isChange(event: TraceEvent): boolean {
  switch (event.kind) {
    case 'interface-state':
    case 'neighbor-state':
    case 'designated-router':
    case 'lsa-flush':
    case 'daemon':
    case 'vrrp-state':
    case 'vrrp-addresses':
    case 'machine-state':
    case 'control-outcome':
    case 'cluster-node':
    case 'takeover':
    case 'resource':
    case 'monitor':
    case 'fault':
    case 'recovery':
      return true;
    case 'lsa-install': return event.isChanged;
    case 'lsa-originate': return event.reason !== 'refresh';
    default: return false;
  }
}
