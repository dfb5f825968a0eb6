/**
 * The vocabulary of `do:` for a machine room.
 *
 * To a machine, a partition or a z/VM system (`machine: NAME`):
 *   fail                 a machine or partition stops, and all in it; a z/VM that cannot restart
 *   activate             a machine or partition is there again (nothing runs in it yet)
 *   abend                z/VM ends and restarts by itself, if it may (`restart`)
 *   ipl                  LOAD; AUTOLOG1 follows
 *   shutdown             the stop procedure, then z/VM ends
 *   takeover             the steps of this system's `takeover`
 *   cp xautolog USER, cp force USER       at the operator's console
 *   rscs down SYSTEM, rscs up SYSTEM
 * To a guest's node (`node: NAME`):
 *   cp force USER, cp xautolog USER       at the console of the z/VM that it runs in
 *   shutdown, start      Linux is halted, the guest logged off; it is logged on and booted
 *   panic                the kernel stops, with its message on the console
 *   console "TEXT"       a line appears on the console
 *   stonith ssh|rexec|prop HOST force|reset USER [NAME PASSWORD]      orders another guest stopped, by one of the three ways
 *   cp couple IF         a virtual CTC is coupled again
 *   channel offline IF, channel online IF      the channel path of a real CTC
 * To an adapter (`node: NAME`):
 *   fail, repair         the whole card
 *   port down, port up   its port: no signal on the cable
 *   cable out, cable in  as the switch and the adapter see it
 *   channel offline [PARTITION], channel online [PARTITION]
 */
import { parseCpCommand } from './cp-command.js';
import type { MachineAction, MachineRoomPlan, MachineVerb } from './machine-plan.js';
import type { EventAction, LinkPlan, NodePlan } from '../plan.js';
import { quote, suggestion } from '../spelling.js';
import { listAlternatives } from '../frr/vty.js';

/** What an event's action is judged by. */
export interface RoomContext {
  readonly room: MachineRoomPlan | undefined;
  readonly nodes: readonly NodePlan[];
  readonly links: readonly LinkPlan[];
}

const VERBS: Readonly<Record<'machine' | 'partition' | 'system', readonly MachineVerb[]>> = {
  machine: ['fail', 'activate'],
  partition: ['fail', 'activate'],
  system: ['fail', 'abend', 'ipl', 'shutdown', 'takeover'],
};
const TARGETS = { machine: 'machine', partition: 'partition', system: 'z/VM system' } as const;

export function machineNames({ machines, partitions, systems }: MachineRoomPlan): string[] {
  return [...machines, ...partitions, ...systems].map(({ name }) => name);
}

/** A text is what is wrong with it. */
export function parseMachineAction(text: string, name: string, room: MachineRoomPlan): EventAction | string {
  const [verb, ...rest] = text.trim().split(/\s+/);
  const lists = { machine: room.machines, partition: room.partitions, system: room.systems };
  for (const target of ['machine', 'partition', 'system'] as const) {
    const index = lists[target].findIndex((each) => each.name === name);
    if (index < 0) continue;
    const found = VERBS[target].find((each) => each === verb);
    if (found !== undefined && rest.length === 0) {
      if (found === 'takeover' && room.systems[index].takeover === undefined) return `${name} has no "takeover": there are no steps to do`;
      return { kind: 'machine', target, index, verb: found };
    }
    if (target === 'system' && verb === 'cp') return consoleCommand(text, index, room);
    if (target === 'system' && verb === 'rscs') return rscsAction(rest, index, room);
    const forms = target === 'system' ? [...VERBS.system, 'cp xautolog USER', 'cp force USER', 'rscs down SYSTEM', 'rscs up SYSTEM'] : VERBS[target];
    return `unknown event ${quote(text.trim())} for a ${TARGETS[target]}${suggestion(verb, VERBS[target]) || ';'} allowed: ${forms.join(', ')}`;
  }
  return `there is nothing named ${quote(name)} in the machine room`;
}

function consoleCommand(text: string, system: number, room: MachineRoomPlan): EventAction | string {
  const command = parseCpCommand(text);
  if (typeof command === 'string') return command;
  if (command.kind === 'sleep') return '"cp sleep" is for a node: it makes a guest stand still';
  const users = room.guests.filter((guest) => guest.system === system).map((guest) => guest.user);
  if (!users.includes(command.user)) return `${room.systems[system].name} has no guest ${quote(command.user)}${suggestion(command.user, users) || ';'} guests: ${listAlternatives(users, 'and')}`;
  return { kind: 'cp-command', system, command: text.trim() };
}

function rscsAction([what, peer, ...more]: readonly string[], system: number, room: MachineRoomPlan): EventAction | string {
  const links = [...room.systems[system].rscs.keys()];
  const found = links.find((index) => room.systems[index].name === peer);
  if ((what !== 'down' && what !== 'up') || more.length > 0) return 'the forms are: rscs down SYSTEM, rscs up SYSTEM';
  if (found === undefined) return `RSCS of ${room.systems[system].name} has no link to ${quote(peer ?? '')}; it has ${listAlternatives(links.map((index) => room.systems[index].name), 'and') || 'none'}`;
  return { kind: 'rscs', system, peer: found, isUp: what === 'up' };
}

const ADAPTER_FORMS = ['fail', 'repair', 'port down', 'port up', 'cable out', 'cable in', 'channel offline [PARTITION]', 'channel online [PARTITION]', 'silence IF [in|out|both]', 'restore IF'];

/** Undefined: it is not about the machine room. */
export function parseRoomAction(text: string, node: NodePlan, { room, nodes, links }: RoomContext): MachineAction | string | undefined {
  if (node.adapter !== undefined) return adapterAction(text, node, room);
  const words = text.trim().split(/\s+/);
  const [verb, second] = words;
  const index = nodes.indexOf(node);
  const homes = room?.guests.filter((guest) => guest.node === index) ?? [];
  const isGuestVerb = (verb === 'cp' && /^(force|xautolog|couple)$/i.test(second ?? '')) || ['shutdown', 'start', 'panic', 'console', 'channel', 'stonith'].includes(verb);
  if (!isGuestVerb) return undefined;
  if (room === undefined) return `${quote(text.trim())} needs a machine room: "machines" says whose guest ${node.name} is`;
  if (verb === 'channel') return channelAction(words.slice(1), node, index, links);
  if (verb === 'stonith') return stonithAction(words.slice(1), room, nodes);
  if (verb === 'console') {
    const message = text.trim().slice(verb.length).trim().replace(/^"(.*)"$/, '$1');
    return message === '' ? 'the form is: console "TEXT"' : { kind: 'console', message };
  }
  if (homes.length === 0 && verb !== 'panic') return `${node.name} is nobody's guest: ${quote(text.trim())} needs one`;
  if (verb === 'shutdown' || verb === 'start' || verb === 'panic') return words.length === 1 ? { kind: 'guest', verb } : `nothing may follow "${verb}"`;
  if (/^couple$/i.test(second)) {
    const found = node.interfaces.find((each) => each.name === words[2]);
    const link = links.find(({ ends }) => ends.some((end) => end.node === index && end.port === found?.port));
    if (words.length !== 3 || found === undefined || found.port < 0) return `the form is: cp couple IF, with an interface of ${node.name}`;
    return link?.channel?.kind === 'virtual-ctc' ? { kind: 'couple', port: found.port } : `${found.name} of ${node.name} is no virtual CTC`;
  }
  const action = consoleCommand(text, homes[0].system, room);
  if (typeof action === 'string') return action;
  // Where it runs is known when the command is issued.
  return action.kind === 'cp-command' ? { ...action, system: -1 } : undefined;
}

const STONITH_FORM = 'stonith ssh|rexec|prop HOST force|reset USER [NAME PASSWORD]';
const METHODS = ['ssh', 'rexec', 'prop'] as const;

function stonithAction([named, host, what, guest, ...credentials]: readonly string[], room: MachineRoomPlan, nodes: readonly NodePlan[]): MachineAction | string {
  const method = METHODS.find((each) => each === named);
  if (method === undefined || (what !== 'force' && what !== 'reset') || guest === undefined || ![0, 2].includes(credentials.length)) return `the form is: ${STONITH_FORM}`;
  if (credentials.length > 0 && method !== 'rexec') return 'a name and a password go with rexec';
  const known = method === 'prop' ? room.systems.map((each) => each.name) : nodes.filter((each) => (method === 'ssh' ? each.control?.ssh : each.control?.rexec) !== undefined).map((each) => each.name);
  const servers = { ssh: 'control guest (a guest with "ssh")', rexec: 'REXECD (a z/VM stack with "rexec")', prop: 'z/VM system' };
  if (!known.includes(host)) return `there is no ${servers[method]} ${quote(host)}${suggestion(host, known) || ';'} there ${known.length === 1 ? 'is' : 'are'} ${listAlternatives(known, 'and') || 'none'}`;
  const users = [...new Set(room.guests.map((each) => each.user))];
  if (!users.includes(guest.toUpperCase())) return `no z/VM has a guest ${quote(guest)}${suggestion(guest, users) || ';'} guests: ${listAlternatives(users, 'and')}`;
  const [user, password] = credentials;
  return { kind: 'control-order', order: { method, host, action: what, guest: guest.toUpperCase(), ...(user === undefined ? {} : { user, password }) } };
}

function channelAction([what, name, ...more]: readonly string[], node: NodePlan, index: number, links: readonly LinkPlan[]): MachineAction | string {
  if ((what !== 'offline' && what !== 'online') || name === undefined || more.length > 0) return 'the forms are: channel offline IF, channel online IF';
  const found = node.interfaces.find((each) => each.name === name);
  const link = links.findIndex(({ ends }) => found !== undefined && ends.some((end) => end.node === index && end.port === found.port));
  if (link < 0 || links[link].channel?.kind !== 'ctc') return `${quote(name)} of ${node.name} is no real CTC: it has no channel path`;
  return { kind: 'channel', link, isOnline: what === 'online' };
}

function adapterAction(text: string, node: NodePlan, room: MachineRoomPlan | undefined): MachineAction | string | undefined {
  const [verb, what, name, ...more] = text.trim().split(/\s+/);
  if (verb === 'silence' || verb === 'restore') return undefined;
  if ((verb === 'fail' || verb === 'repair') && what === undefined) return { kind: 'adapter', part: 'card', isBroken: verb === 'fail', partition: -1 };
  if (verb === 'port' && name === undefined && (what === 'down' || what === 'up')) return withCable({ kind: 'adapter', part: 'port', isBroken: what === 'down', partition: -1 }, node);
  if (verb === 'cable' && name === undefined && (what === 'out' || what === 'in')) return withCable({ kind: 'cable', isPlugged: what === 'in' }, node);
  if (verb === 'channel' && (what === 'offline' || what === 'online') && more.length === 0) {
    const partitions = room?.partitions ?? [];
    const partition = name === undefined ? -1 : partitions.findIndex((each) => each.name === name);
    if (name !== undefined && partition < 0) return `there is no partition ${quote(name)}${suggestion(name, partitions.map((each) => each.name)) || ';'} partitions: ${listAlternatives(partitions.map((each) => each.name), 'and')}`;
    return { kind: 'adapter', part: 'channel', isBroken: what === 'offline', partition };
  }
  return `unknown event ${quote(text.trim())} for an adapter${suggestion(verb, ['fail', 'repair', 'port', 'cable', 'channel']) || ';'} allowed: ${ADAPTER_FORMS.join(', ')}`;
}

function withCable(action: MachineAction, node: NodePlan): MachineAction | string {
  return node.adapter === undefined || node.adapter.lanPort < 0 ? `${node.name} has no cable` : action;
}
