/**
 * `show bfd sessions` of BIRD 2.0.12.
 */
import { formatIpv4 } from '../../base/address.js';
import { MILLISECOND, SECOND, type Micros } from '../../base/micros.js';
import type { BfdDaemon } from '../../host/bfd.js';
import type { Host } from '../../host/host.js';
import { formatBirdTime } from '../bird-tables.js';

export function showBirdBfd(bfd: BfdDaemon, host: Host, name: string): string {
  const row = (address: string, device: string, state: string, since: string, times: string): string =>
    `${address.padEnd(25)} ${device.padEnd(10)} ${state.padEnd(10)} ${since.padEnd(12)}  ${times}`;
  const lines = [`${name}:`, row('IP address', 'Interface', 'State', 'Since', 'Interval  Timeout')];
  for (const { session } of bfd.sessions) {
    lines.push(row(formatIpv4(session.peer), host.interfaceByIndex(session.interfaceIndex)?.name ?? '---', session.state, formatBirdTime(session.changedAt),
      `${seconds(session.transmitIntervalMicros)}  ${seconds(session.detectionTimeMicros)}`));
  }
  return `${lines.join('\n')}\n`;
}

/** To the millisecond, cut off. */
function seconds(time: Micros): string {
  return `${Math.floor(time / SECOND)}.${String(Math.floor((time % SECOND) / MILLISECOND)).padStart(3, '0')}`.padStart(7);
}
