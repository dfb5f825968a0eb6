/**
 * `show bfd peers [brief|json]`, as FRR 8.4.4's bfdd prints it (recorded from a real one; test/node/show-bfd.test.ts).
 *
 * Deviation: several peers stand in the order in which their sessions were made; bfdd's is that of a hash.
 */
import { formatIpv4 } from '../../base/address.js';
import { MILLISECOND, SECOND, type Micros } from '../../base/micros.js';
import type { BfdDaemon } from '../../host/bfd.js';
import type { BfdPeerSession, BfdSessionState } from '../../host/bfd-peer-session.js';
import type { Host } from '../../host/host.js';
import type { ShowCommand } from './command-table.js';
import { formatJson, type JsonValue } from './ospf-format.js';

const STATUS: Readonly<Record<BfdSessionState, string>> = { AdminDown: 'shutdown', Down: 'down', Init: 'init', Up: 'up' };

/** By diagnostic. [5880:4.1] */
const DIAGNOSTICS: readonly string[] = [
  'ok', 'control detection time expired', 'echo function failed', 'neighbor signaled session down', 'forwarding plane reset', 'path down',
  'concatenated path down', 'administratively down', 'reverse concatenated path down',
];

export interface BfdQuestion {
  readonly bfd: BfdDaemon;
  readonly host: Host;
  readonly now: Micros;
}

export const BFD_COMMANDS: readonly ShowCommand<BfdQuestion>[] = [
  {
    pattern: 'show bfd peers [json]',
    show: ({ bfd, host, now }, { keywords }) => (keywords.has('json')
      ? `${formatJson(bfd.sessions.map(({ session }) => peerJson(session, host, now)), 'pretty')}\n`
      : `BFD Peers:\n${bfd.sessions.map((each) => `${peerText(each.session, each.isConfigured, host, now)}\n`).join('')}`),
  },
  { pattern: 'show bfd peers brief', show: ({ bfd }) => brief(bfd) },
  // Not answered here; they make abbreviations ambiguous.
  { pattern: 'show bfd peers brief json' },
  { pattern: 'show bfd peers counters [json]' },
];

function diagnostic(value: number): string {
  return DIAGNOSTICS[value] ?? 'N/A';
}

function peerText(session: BfdPeerSession, isConfigured: boolean, host: Host, now: Micros): string {
  const { parameters } = session;
  const lines = [
    `\tpeer ${formatIpv4(session.peer)} vrf default interface ${interfaceName(session, host)}`,
    `\t\tID: ${session.localDiscriminator}`,
    `\t\tRemote ID: ${session.remoteDiscriminator}`,
    `\t\t${parameters.isPassive ? 'Passive' : 'Active'} mode`,
    `\t\tStatus: ${STATUS[session.state]}`,
    ...(session.state === 'Up' ? [`\t\tUptime: ${since(session, now)}`] : session.state === 'Down' ? [`\t\tDowntime: ${since(session, now)}`] : []),
    `\t\tDiagnostics: ${diagnostic(session.localDiagnostic)}`,
    `\t\tRemote diagnostics: ${diagnostic(session.remoteDiagnostic)}`,
    `\t\tPeer Type: ${isConfigured ? 'configured' : 'dynamic'}`,
    '\t\tRTT min/avg/max: 0/0/0 usec',
    '\t\tLocal timers:',
    `\t\t\tDetect-multiplier: ${parameters.detectMultiplier}`,
    `\t\t\tReceive interval: ${parameters.receiveIntervalMs}ms`,
    `\t\t\tTransmission interval: ${parameters.transmitIntervalMs}ms`,
    `\t\t\tEcho receive interval: ${orDisabled(parameters.echoReceiveIntervalMs)}`,
    '\t\t\tEcho transmission interval: disabled',
    '\t\tRemote timers:',
    `\t\t\tDetect-multiplier: ${session.remoteDetectMultiplier}`,
    `\t\t\tReceive interval: ${Math.floor(session.remoteReceiveMicros / MILLISECOND)}ms`,
    `\t\t\tTransmission interval: ${Math.floor(session.remoteTransmitMicros / MILLISECOND)}ms`,
    `\t\t\tEcho receive interval: ${orDisabled(Math.floor(session.remoteEchoReceiveMicros / MILLISECOND))}`,
  ];
  return `${lines.join('\n')}\n`;
}

function peerJson(session: BfdPeerSession, host: Host, now: Micros): JsonValue {
  const { parameters } = session;
  const seconds = Math.floor((now - session.changedAt) / SECOND);
  return {
    multihop: false,
    peer: formatIpv4(session.peer),
    vrf: 'default',
    interface: interfaceName(session, host),
    id: session.localDiscriminator,
    'remote-id': session.remoteDiscriminator,
    'passive-mode': parameters.isPassive,
    status: STATUS[session.state],
    ...(session.state === 'Up' ? { uptime: seconds } : session.state === 'Down' ? { downtime: seconds } : {}),
    diagnostic: diagnostic(session.localDiagnostic),
    'remote-diagnostic': diagnostic(session.remoteDiagnostic),
    'receive-interval': parameters.receiveIntervalMs,
    'transmit-interval': parameters.transmitIntervalMs,
    'echo-receive-interval': parameters.echoReceiveIntervalMs,
    'echo-transmit-interval': 0,
    'detect-multiplier': parameters.detectMultiplier,
    'remote-receive-interval': Math.floor(session.remoteReceiveMicros / MILLISECOND),
    'remote-transmit-interval': Math.floor(session.remoteTransmitMicros / MILLISECOND),
    'remote-echo-receive-interval': Math.floor(session.remoteEchoReceiveMicros / MILLISECOND),
    'remote-detect-multiplier': session.remoteDetectMultiplier,
    'rtt-min': 0,
    'rtt-avg': 0,
    'rtt-max': 0,
  };
}

function brief(bfd: BfdDaemon): string {
  const row = (id: string, local: string, peer: string, status: string): string => `${id.padEnd(10)} ${local.padEnd(40)} ${peer.padEnd(40)}${status.padEnd(15)}\n`;
  const rows = bfd.sessions.map(({ session }) => row(String(session.localDiscriminator), '0.0.0.0', formatIpv4(session.peer), STATUS[session.state]));
  return `Session count: ${bfd.sessions.length}\n${row('SessionId', 'LocalAddress', 'PeerAddress', 'Status')}${row('=========', '============', '===========', '======')}${rows.join('')}`;
}

function interfaceName(session: BfdPeerSession, host: Host): string {
  return host.interfaceByIndex(session.interfaceIndex)?.name ?? '';
}

function orDisabled(milliseconds: number): string {
  return milliseconds === 0 ? 'disabled' : `${milliseconds}ms`;
}

/** `1 day(s), 2 hour(s), 3 minute(s), 4 second(s)`; what is zero is left out, but for the seconds. */
function since(session: BfdPeerSession, now: Micros): string {
  let seconds = Math.floor((now - session.changedAt) / SECOND);
  const parts: string[] = [];
  for (const [name, length] of [['year', 31_536_000], ['day', 86_400], ['hour', 3600], ['minute', 60]] as const) {
    const count = Math.floor(seconds / length);
    seconds -= count * length;
    if (count > 0) parts.push(`${count} ${name}(s)`);
  }
  return [...parts, `${seconds} second(s)`].join(', ');
}
