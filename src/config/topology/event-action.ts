/**
 * The vocabulary of `do:` in a topology's events.
 *
 *   cp sleep 5min        the system stands still and wakes by itself (z/VM's CP SLEEP)
 *   cp det a02-a03       the adapter with these device numbers is taken from the guest (CP DETACH); cp attach a02-a03 gives it back
 *   what is done to guests, adapters and machines: machine-event
 *   freeze, thaw         stands still, and goes on; with a take-over daemon behind it: that alone, see takeover-event
 *   silence IF [in|out|both], restore IF      frames are lost, the carrier stays
 *   carrier down IF, carrier up IF
 *   kill DAEMON, stop DAEMON, launch DAEMON
 *   script NAME fail|pass       what a vrrp_script of keepalived's says from then on
 *   configure            the lines under `lines:`, as typed into vtysh's configuration mode; see configure-event
 *   clear ip ospf process|neighbor [ROUTER-ID]|interface [IF]
 *   graceful-restart     FRR's `graceful-restart prepare ip ospf`; `stop ospfd` and `launch ospfd` follow
 */
import { parseIpv4 } from '../address-text.js';
import { DURATION_FORM, parseDuration } from '../duration.js';
import { parseRoomAction, type RoomContext } from '../machine-room/machine-event.js';
import type { EventAction, NodePlan } from '../plan.js';
import { quote, suggestion } from '../spelling.js';
import { parseTakeoverEvent, takeoverDaemonsOf, TAKEOVER_EVENT_FORMS } from '../takeover/takeover-event.js';
import { listAlternatives } from '../frr/vty.js';

export const EVENT_FORMS: readonly string[] = [
  'cp sleep DURATION',
  'cp det DEVICES',
  'cp attach DEVICES',
  'freeze',
  'thaw',
  'silence IF [in|out|both]',
  'restore IF',
  'carrier down IF',
  'carrier up IF',
  'kill DAEMON',
  'stop DAEMON',
  'launch DAEMON',
  'script NAME fail|pass',
  'configure (with "lines")',
  'clear ip ospf process',
  'clear ip ospf neighbor [ROUTER-ID]',
  'clear ip ospf interface [IF]',
  'graceful-restart',
  ...TAKEOVER_EVENT_FORMS,
];

const CLEAR_FORM = 'clear ip ospf process, clear ip ospf neighbor [ROUTER-ID], clear ip ospf interface [IF]';

const DIRECTIONS = ['in', 'out', 'both'] as const;

/** The daemons that a node of each kind runs. */
function daemonsOf(node: NodePlan): readonly string[] {
  const takeover = [...(node.vrrp === undefined ? [] : ['keepalived']), ...takeoverDaemonsOf(node)];
  if (node.kind === 'zvm') return node.ospf === undefined ? takeover : ['mproute', ...takeover];
  if (node.kind === 'bird') return ['bird', ...takeover];
  if (node.kind !== 'zebra' && node.kind !== 'frr') return takeover;
  return ['zebra', 'ospfd', ...(node.bfd === undefined ? [] : ['bfdd']), ...takeover];
}

/** A text is what is wrong with it. */
export function parseEventAction(text: string, node: NodePlan, context?: RoomContext): EventAction | string {
  const ofRoom = context === undefined ? undefined : parseRoomAction(text, node, context);
  if (ofRoom !== undefined) return ofRoom;
  const words = text.trim().split(/\s+/);
  const [verb, ...rest] = words;
  const takeover = parseTakeoverEvent(verb, rest, node);
  if (takeover !== undefined) return takeover;
  switch (verb) {
    case 'cp': {
      if (/^(det(a(ch?)?)?|att(a(ch?)?)?)$/i.test(rest[0] ?? '')) return attachment(rest, node);
      if (rest[0] !== 'sleep') return `after "cp" only "sleep DURATION", "det DEVICES" and "attach DEVICES" are known, not ${quote(rest.join(' '))}`;
      const duration = parseDuration(rest.slice(1).join(' '));
      if (duration === undefined || duration === 0) return `"cp sleep" needs ${DURATION_FORM}, not ${quote(rest.slice(1).join(' '))}`;
      return { kind: 'sleep', durationMicros: duration };
    }
    case 'freeze':
    case 'thaw':
      return rest.length === 0 ? { kind: verb } : `nothing may follow "${verb}"`;
    case 'silence': {
      const port = portNamed(rest[0], node, 'silence IF [in|out|both]');
      if (typeof port === 'string') return port;
      const direction = rest[1] === undefined ? 'both' : DIRECTIONS.find((each) => each === rest[1]);
      if (direction === undefined || rest.length > 2) return `the direction must be in, out or both, not ${quote(rest.slice(1).join(' '))}`;
      return { kind: 'silence', port, direction };
    }
    case 'restore': {
      const port = portNamed(rest[0], node, 'restore IF');
      if (typeof port === 'string') return port;
      return rest.length === 1 ? { kind: 'restore', port } : 'the form is: restore IF';
    }
    case 'carrier': {
      if (rest[0] !== 'up' && rest[0] !== 'down') return `the form is: carrier down IF, or carrier up IF`;
      const port = portNamed(rest[1], node, `carrier ${rest[0]} IF`);
      if (typeof port === 'string') return port;
      return rest.length === 2 ? { kind: 'carrier', port, up: rest[0] === 'up' } : `the form is: carrier ${rest[0]} IF`;
    }
    case 'kill':
    case 'stop':
    case 'launch': {
      const daemons = daemonsOf(node);
      if (daemons.length === 0) return `${node.name} is a ${node.kind} and runs no daemon`;
      if (rest.length !== 1 || !daemons.includes(rest[0])) {
        return `"${verb}" needs one of the daemons of ${node.name}: ${listAlternatives(daemons)}, not ${quote(rest.join(' '))}`;
      }
      return { kind: verb, daemon: rest[0] };
    }
    case 'script': {
      const names = node.vrrp?.scripts.map((each) => each.name) ?? [];
      const [name, outcome] = rest;
      if (names.length === 0) return `${node.name} has no vrrp_script`;
      if (rest.length !== 2 || !names.includes(name)) return `the form is: script NAME fail|pass, with a vrrp_script of ${node.name}: ${listAlternatives(names)}`;
      if (outcome !== 'fail' && outcome !== 'pass') return `a script says fail or pass, not ${quote(outcome)}`;
      return { kind: 'check', name, isSucceeding: outcome === 'pass' };
    }
    case 'graceful-restart':
      if (rest.length > 0) return 'nothing may follow "graceful-restart"';
      if (node.kind !== 'frr' || node.ospf === undefined) return `${node.name} runs no ospfd of FRR that could restart gracefully`;
      if (node.ospf.gracefulRestart === undefined) return `${node.name} cannot restart gracefully: its configuration has no "graceful-restart"`;
      return node.ospf.isOpaqueCapable === true ? { kind: verb } : `${node.name} cannot restart gracefully: its configuration has no "capability opaque"`;
    case 'clear': {
      const [, , what, name, ...more] = rest;
      const isKnown = rest[0] === 'ip' && rest[1] === 'ospf' && more.length === 0 && (what === 'neighbor' || what === 'interface' || (what === 'process' && name === undefined));
      if (!isKnown) return `the forms are: ${CLEAR_FORM}`;
      if (!daemonsOf(node).includes('ospfd')) return `${node.name} is a ${node.kind} and runs no ospfd`;
      if (what === 'neighbor' && name !== undefined && parseIpv4(name) === undefined) return `the neighbour must be a router id A.B.C.D, not ${quote(name)}`;
      if (what === 'interface' && name !== undefined && !node.interfaces.some((each) => each.name === name)) return `${node.name} has no interface ${quote(name)}`;
      return { kind: 'clear', what, name: name ?? '' };
    }
    default: {
      const verbs = ['configure', 'clear', 'cp', 'freeze', 'thaw', 'silence', 'restore', 'carrier', 'kill', 'stop', 'launch', 'script', 'graceful-restart', 'hb_standby', 'hb_takeover'];
      return `unknown event ${quote(verb)}${suggestion(verb, verbs) || ';'} allowed: ${EVENT_FORMS.join(', ')}`;
    }
  }
}

/** CP DETACH and CP ATTACH, by the adapter's device numbers. */
function attachment(words: readonly string[], node: NodePlan): EventAction | string {
  const kind = /^det/i.test(words[0]) ? 'detach' : 'attach';
  const device = words[1]?.toLowerCase();
  const devices = node.interfaces.flatMap((each) => (each.device === undefined ? [] : [each.device]));
  if (device === undefined || words.length > 2) return `the form is: cp ${words[0]} DEVICES, as in cp ${words[0]} a02-a03`;
  const found = node.interfaces.find((each) => each.device === device);
  if (found === undefined) {
    const known = devices.length === 0 ? 'no interface of it says "device: A02-A03"' : `it has ${listAlternatives(devices, 'and')}`;
    return `${node.name} has no device ${quote(words[1])}; ${known}`;
  }
  return found.port < 0 ? `${found.name} of ${node.name} has no port` : { kind, port: found.port };
}

function portNamed(name: string | undefined, node: NodePlan, form: string): number | string {
  if (name === undefined) return `the form is: ${form}`;
  const found = node.interfaces.find((each) => each.name === name);
  const withPort = node.interfaces.filter((each) => each.port >= 0).map((each) => each.name);
  if (found === undefined) {
    return `${node.name} has no interface ${quote(name)}${suggestion(name, withPort) || ';'} it has ${listAlternatives(withPort, 'and')}`;
  }
  if (found.port < 0) return `${name} of ${node.name} has no port; ${listAlternatives(withPort, 'and')} have`;
  return found.port;
}
