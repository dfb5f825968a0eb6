/**
 * `ip neigh` of iproute2 and `arp -n` of net-tools, by interface and address. (The kernel's own order is that of a hash.)
 */
import { formatIpv4, formatMac } from '../../base/address.js';
import type { Host } from '../../host/host.js';

export function showNeighbors(host: Host): string {
  let text = '';
  for (const { name, arp } of host.interfaces) {
    for (const entry of arp?.list() ?? []) {
      text += `${formatIpv4(entry.address)} dev ${name} ${entry.isValid ? `lladdr ${formatMac(entry.mac)} ` : ''}${entry.state} ` +
        `${entry.isManaged ? 'proto zebra ' : ''}\n`;
    }
  }
  return text;
}

export function showArp(host: Host): string {
  let text = 'Address                  HWtype  HWaddress           Flags Mask            Iface\n';
  for (const { name, arp } of host.interfaces) {
    for (const entry of arp?.list() ?? []) {
      text += formatIpv4(entry.address).padEnd(25);
      text += entry.isValid
        ? `${'ether'.padEnd(8)}${formatMac(entry.mac).toUpperCase().padEnd(20)}${'C'.padEnd(22)}${name}\n`
        : `${''.padEnd(8)}${'(incomplete)'.padEnd(20)}${''.padEnd(22)}${name}\n`;
    }
  }
  return text;
}
