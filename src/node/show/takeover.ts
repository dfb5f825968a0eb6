/**
 * What heartbeat and mon leave behind: `cat /var/log/ha-log`, `cat /var/log/messages`; and `cl_status`, heartbeat's own question.
 */
import type { SystemNode } from '../node.js';

export const TAKEOVER_COMMANDS: readonly string[] = ['cat /var/log/ha-log', 'cat /var/log/messages', 'cl_status hbstatus', 'cl_status listnodes', 'cl_status nodestatus NODE', 'cl_status rscstatus', 'mount'];

export function isTakeoverCommand(line: string): boolean {
  return /^cat \/\S+$/.test(line) || /^cl_status (hbstatus|listnodes|rscstatus|nodestatus \S+)$/.test(line) || line === 'mount';
}

/** What has a shell with these in it. */
const LINUX_KINDS: ReadonlySet<string> = new Set(['host', 'zebra', 'frr', 'bird']);

const HELD = ['none', 'local', 'foreign', 'all'] as const;

/** Undefined: nobody here answers that. */
export function showTakeover({ takeover, plan }: SystemNode, line: string): string | undefined {
  if (!isTakeoverCommand(line) || !LINUX_KINDS.has(plan.kind)) return undefined;
  const { heartbeat, mon } = takeover ?? {};
  const file = /^cat (\/\S+)$/.exec(line)?.[1];
  if (file !== undefined) {
    if (heartbeat !== undefined && file === heartbeat.configuration.logFile) {
      return heartbeat.log.text(heartbeat.behaviour.log.form, heartbeat.nodeName, heartbeat.configuration.clockMicros);
    }
    if (mon !== undefined && file === '/var/log/messages') return mon.messages.text('syslog', plan.name, plan.mon?.clockMicros ?? 0);
    return `cat: ${file}: No such file or directory\n`;
  }
  if (heartbeat === undefined) return line === 'mount' ? '' : '-bash: cl_status: command not found\n';
  if (line === 'mount') return heartbeat.manager.mounts.map(([device, directory, type]) => `${device} on ${directory} type ${type === undefined ? 'auto' : type} (rw)\n`).join('');
  const [program, question, name] = line.split(' ');
  if (program !== 'cl_status') return undefined;
  if (question === 'hbstatus') return heartbeat.isRunning ? `Heartbeat is running on this machine: ${heartbeat.nodeName}\n` : `Heartbeat is stopped on this machine.\n`;
  if (!heartbeat.isRunning) return 'Heartbeat is stopped on this machine.\n';
  switch (question) {
    case 'listnodes': return [...heartbeat.peers.keys()].map((each) => `${each}\n`).join('');
    case 'rscstatus': return `${HELD[heartbeat.resources.held]}\n`;
    case 'nodestatus': {
      const peer = heartbeat.peers.get(name);
      return peer === undefined ? `Error: node ${name} is not in the cluster\n` : `${peer.status}\n`;
    }
    default: return undefined;
  }
}
