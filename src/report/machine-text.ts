/** Sentences for what happens in the machine room. Read engine/trace-machine.ts first. */
import { formatIpv4 } from '../base/address.js';
import type { MachineTrace } from '../engine/trace-machine.js';

const METHODS: Readonly<Record<string, string>> = { ssh: 'control guest, ssh', rexec: 'REXEC', prop: 'PROP, over RSCS' };
const NOTICED = { stack: 'the stack notices', peer: 'the peer notices', switch: 'the switch notices', nobody: 'nobody notices' } as const;

export function machineText(event: MachineTrace): string {
  switch (event.kind) {
    case 'machine-state': return `${event.what} ${event.name} ${event.state}${event.reason === '' ? '' : `: ${event.reason}`}`;
    case 'operation': return `${event.system}: ${event.what}${event.source === '' ? '' : ` (${event.source})`}`;
    case 'console-message': return `${event.system}: ${event.user} gets to see "${event.text}"`;
    case 'prop-action': return `${event.system}: PROP in ${event.operator} finds line ${event.line} of its routing table for "${event.text}" of ${event.user}, runs ${event.action}`;
    case 'noticed': return `${event.what}: ${NOTICED[event.by]}${event.detail === '' ? '' : ` (${event.detail})`}`;
    case 'address-table': return `OAT of ${event.adapter}, ${event.unit}: ${event.what} ${event.addresses.map((address) => formatIpv4(address)).join(', ')}`;
    case 'arp-owner': return `ARP for ${formatIpv4(event.address)} is now answered on ${event.interfaceName}${event.from === '' ? '' : `, not on ${event.from}`}`;
    case 'router-role': return event.role === 'none' ? `${event.unit} is no longer a router of ${event.adapter}` : `${event.unit} ${event.isRefused ? 'is refused as' : 'is'} the ${event.role} router of ${event.adapter}`;
    case 'control-order': return `orders ${event.action} of ${event.guest} (${METHODS[event.method]}: ${event.host})`;
    case 'control-outcome': return `${event.action} of ${event.guest} (${METHODS[event.method]}: ${event.host}) ${event.problem === '' ? 'is done' : `failed: ${event.problem}`}`;
    case 'control-refused': return `${event.server} refuses ${event.user === '' ? 'somebody without a name' : event.user}: ${event.reason}`;
  }
}
