/**
 * What may be done to take-over daemons: `freeze DAEMON` and `thaw DAEMON` (the daemon alone, SIGSTOP and SIGCONT), `hb_standby` and `hb_takeover`
 * with all, local, foreign or failback.
 */
import type { EventAction, NodePlan } from '../plan.js';
import { quote, suggestion } from '../spelling.js';
import { listAlternatives } from '../frr/vty.js';

export const TAKEOVER_EVENT_FORMS: readonly string[] = ['freeze DAEMON', 'thaw DAEMON', 'hb_standby [all|local|foreign|failback]', 'hb_takeover [all|local|foreign|failback]'];

const SETS = ['all', 'local', 'foreign', 'failback'] as const;

/** Those that can be frozen alone. */
export function takeoverDaemonsOf(node: NodePlan): readonly string[] {
  return [...(node.heartbeat === undefined ? [] : ['heartbeat']), ...(node.mon === undefined ? [] : ['mon'])];
}

/** Undefined: it is no verb of these. A text is what is wrong. */
export function parseTakeoverEvent(verb: string, rest: readonly string[], node: NodePlan): EventAction | string | undefined {
  switch (verb) {
    case 'freeze':
    case 'thaw': {
      if (rest.length === 0) return undefined;
      const daemons = takeoverDaemonsOf(node);
      if (rest.length === 1 && daemons.includes(rest[0])) return { kind: verb === 'freeze' ? 'freeze-daemon' : 'thaw-daemon', daemon: rest[0] };
      if (daemons.length === 0) return `"${verb}" stands alone, for the whole system: ${node.name} runs no daemon that can be frozen alone (heartbeat and mon can)`;
      return `behind "${verb}" may stand a daemon of ${node.name} that is to be frozen alone, ${listAlternatives(daemons)}, not ${quote(rest.join(' '))}${suggestion(rest[0], daemons)}`;
    }
    case 'hb_standby':
    case 'hb_takeover': {
      if (node.heartbeat === undefined) return `${node.name} runs no heartbeat`;
      const what = rest[0] ?? 'all';
      if (rest.length > 1 || !(SETS as readonly string[]).includes(what)) return `the form is: ${verb} [${SETS.join('|')}], not ${quote(rest.join(' '))}`;
      if (node.heartbeat.failback === 'legacy') return `${verb} needs ${node.heartbeat.version === '0.4.9.1' ? '"nice_failback on"' : '"auto_failback on" or "off"'} in ha.cf`;
      return { kind: 'hand-over', program: verb, what };
    }
    default: return undefined;
  }
}
