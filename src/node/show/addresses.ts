/**
 * `ip addr` of iproute2.
 */
import { formatIpv4, formatMac, maskOf } from '../../base/address.js';
import type { Host } from '../../host/host.js';
import type { InterfaceAddress, NetworkInterface } from '../../host/network-interface.js';

export function showAddresses(host: Host): string {
  return host.interfaces.map((i) => interfaceText(i)).join('');
}

function interfaceText(i: NetworkInterface): string {
  const isUp = i.hasCarrier;
  const flags = i.medium === 'loopback' ? 'LOOPBACK,UP,LOWER_UP'
    : `${isUp ? '' : 'NO-CARRIER,'}${i.medium === 'ctc' ? 'POINTOPOINT,NOARP' : 'BROADCAST,MULTICAST'},UP${isUp ? ',LOWER_UP' : ''}`;
  const state = i.medium === 'loopback' ? 'UNKNOWN' : isUp ? 'UP' : 'DOWN';
  let text = `${i.index}: ${i.name}: <${flags}> mtu ${i.mtu} qdisc noqueue state ${state} group default qlen 1000\n`;
  text += i.medium === 'loopback' ? '    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n'
    : `    link/ether ${formatMac(i.mac)} brd ff:ff:ff:ff:ff:ff\n`;
  for (const a of i.addresses) {
    text += `    inet ${addressText(i, a)} scope ${a.address >>> 24 === 127 ? 'host' : 'global'} ${i.name}\n` +
      '       valid_lft forever preferred_lft forever\n';
  }
  return text;
}

function addressText(i: NetworkInterface, a: InterfaceAddress): string {
  if (a.peer !== undefined) return `${formatIpv4(a.address)} peer ${formatIpv4(a.peer)}/32`;
  const text = `${formatIpv4(a.address)}/${a.prefixLength}`;
  if (i.medium === 'loopback' || a.prefixLength >= 31) return text;
  return `${text} brd ${formatIpv4((a.address | ~maskOf(a.prefixLength)) >>> 0)}`;
}
