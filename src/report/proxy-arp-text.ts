/**
 * Sentences for what is traced of virtual addresses that proxy ARP moves, and of dispatchers.
 */
import { formatIpv4 } from '../base/address.js';
import type { DispatcherTrace, ProxyArpTrace } from '../engine/trace-proxy-arp.js';

export function proxyArpText({ address, agent, formerAgent, reason }: ProxyArpTrace): string {
  const who = `ARP for ${formatIpv4(address)}`;
  if (agent === 0) return `nobody answers ${who} any more, until now ${formatIpv4(formerAgent)} did`;
  switch (reason) {
    case 'started': return `${formatIpv4(agent)} answers ${who}, and says so`;
    case 'preferred': return `${formatIpv4(agent)} answers ${who} and says so: it is preferred to ${formatIpv4(formerAgent)}`;
    default: return `${formatIpv4(agent)} answers ${who} and says so: ${formatIpv4(formerAgent)} is gone`;
  }
}

export function dispatcherText({ cluster, port, server, isUp }: DispatcherTrace): string {
  return `takes the server ${formatIpv4(server)} of ${formatIpv4(cluster)}:${port} for ${isUp ? 'up' : 'down'}`;
}
