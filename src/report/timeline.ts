/**
 * The timeline: what happened, one line a happening, for people.
 *
 * Up to the first fault it is short: when the daemons started, who became designated router, when each adjacency was Full.
 * From then on everything that has a consequence is there: the fault, who noticed it and by which clause, what was
 * originated and where it arrived, which calculation followed, which routes changed. What repeats is folded: intermediate
 * neighbour states into the Full that they lead to, the arrivals of one LSA into the line of its origination, the routes of one
 * calculation into one block, equal refusals into their first with a count. Refreshes are left out; trace.jsonl has it all.
 */
import { formatIpv4, formatPrefix, type Ipv4 } from '../base/address.js';
import { MILLISECOND, SECOND, type Micros } from '../base/micros.js';
import type { Plan } from '../config/plan.js';
import type { RouteChange } from '../engine/engine.js';
import type { LsaIdentity } from '../engine/trace.js';
import type { RecordedEvent, Recording, TracedEvent } from '../measure/recorder.js';
import type { Names } from './names.js';
import { dispatcherText, proxyArpText } from './proxy-arp-text.js';
import { startUpLines } from './start-up.js';
import { takeoverText } from './takeover-text.js';
import { vrrpText } from './vrrp-text.js';
import { machineText } from './machine-text.js';
import { formatClock, formatSpan, wrap } from './terminal.js';

/** What stands on one line, or on a line and those that hang below it. */
export interface TimelineEntry {
  readonly time: Micros;
  /** `-`: the harness, or several nodes. */
  readonly node: string;
  readonly text: string;
  /** A fault or a recovery. */
  readonly isCause: boolean;
  readonly more: readonly string[];
}

/** `isOutside`: a part of the network is not emulated, and what happens there shows only in its consequences. */
export function timelineEntries(plan: Plan, recording: Recording, names: Names, isOutside = false): TimelineEntry[] {
  const firstFault = recording.events.find(({ event }) => event.kind === 'fault' || event.kind === 'recovery' || (isOutside && isLoss(event)))?.time ?? Infinity;
  const folder = new Folder(recording, names);
  return [...startUpLines(plan, recording, names, firstFault), ...folder.fold(firstFault)];
}

function isLoss(event: RecordedEvent): boolean {
  return (event.kind === 'neighbor-state' && event.from === 'Full') || (event.kind === 'bfd-state' && event.from === 'Up');
}

/** `02:38.751  lnx32     neighbour ...`; longer text hangs under itself. */
export function formatEntry(entry: TimelineEntry, nodeWidth: number): string {
  const head = `${formatClock(entry.time).padStart(9)}  ${entry.node.padEnd(nodeWidth)}  `;
  const lines = [wrap(head + entry.text, head.length)];
  for (const text of entry.more) lines.push(wrap(' '.repeat(head.length) + text, head.length + 2));
  return lines.join('\n');
}

interface Draft {
  readonly time: Micros;
  readonly node: string;
  text: string;
  readonly isCause: boolean;
  readonly more: string[];
  /** What of it is folded with its like: calculations that change nothing, LSAs learned in one exchange. */
  readonly kind: 'plain' | 'spf';
}

/** An LSA that arrives later than this after its origination came with a database exchange. */
const FLOODING_MICROS = 10 * SECOND;
/** What is learned within this counts as one exchange. */
const EXCHANGE_MICROS = SECOND;
/** Calculations that change nothing are told together within this. */
const CALCULATIONS_MICROS = 100 * MILLISECOND;
/** LSAs of one exchange that are named; more are counted. */
const LEARNED_NAMED = 3;
/** Lines for one reason to refuse on one interface; what comes after shares one. */
const REFUSED_VALUES_NAMED = 5;

type Kind<K extends RecordedEvent['kind']> = Extract<RecordedEvent, { kind: K }>;

/** [5880:4.1] */
const BFD_DIAGNOSTICS: readonly string[] = ['no diagnostic', 'the detection time is over', 'echo failed', 'the neighbour says it is down'];

class Folder {
  private readonly recording: Recording;
  private readonly names: Names;
  private readonly drafts: Draft[] = [];
  /** Adjacencies that are coming up: when they began. */
  private readonly rising = new Map<string, Micros>();
  /** The latest instance of each LSA: the line that tells of its origination, and where it has arrived. */
  private readonly originations = new Map<string, { readonly draft: Draft; readonly time: Micros; readonly arrivals: string[]; readonly place: number }>();
  private readonly learned = new Map<string, { readonly draft: Draft; readonly names: string[]; readonly where: string }>();
  private readonly lastCalculation = new Map<number, Draft>();
  private readonly scheduled = new Map<number, { readonly at: Micros; readonly delay: Micros }>();
  private readonly refusals = new Map<string, { readonly draft: Draft; readonly text: string; count: number }>();
  private readonly refusalTexts = new RefusalTexts();
  private readonly tables = new Map<number, Map<string, string>>();

  constructor(recording: Recording, names: Names) {
    this.recording = recording;
    this.names = names;
  }

  fold(from: Micros): Draft[] {
    const { events, routes } = this.recording;
    let nextRoute = 0;
    for (const traced of events) {
      // At one instant the routes come after what made them change.
      while (nextRoute < routes.length && routes[nextRoute].time < traced.time) this.route(nextRoute++, from);
      if (traced.time >= from) this.event(traced);
    }
    while (nextRoute < routes.length) this.route(nextRoute++, from);
    this.drafts.sort((a, b) => a.time - b.time);
    return foldCalculations(this.drafts);
  }

  private add(time: Micros, node: number, text: string, isCause = false, kind: Draft['kind'] = 'plain'): Draft {
    const draft: Draft = { time, node: this.names.node(node), text, isCause, more: [], kind };
    this.drafts.push(draft);
    return draft;
  }

  private event({ time, node, event }: TracedEvent): void {
    switch (event.kind) {
      case 'fault':
      case 'recovery':
        this.add(time, node, `${event.kind === 'fault' ? 'FAULT' : 'RECOVERY'}  ${causeText(event)}`, true);
        return;
      case 'daemon': this.add(time, node, `${event.daemon} ${event.what}`); return;
      case 'bfd-state': {
        const cause = event.to === 'Down' ? `: ${BFD_DIAGNOSTICS[event.diagnostic] ?? `diagnostic ${event.diagnostic}`}` : '';
        if (event.to === 'Up' || event.from === 'Up') {
          this.add(time, node, `BFD with ${this.names.address(event.peer)} on ${event.interfaceName} ${event.from} -> ${event.to}${cause} ${event.clause}`);
        }
        return;
      }
      case 'machine-state':
      case 'operation':
      case 'console-message':
      case 'prop-action':
      case 'noticed':
      case 'address-table':
      case 'arp-owner':
      case 'router-role':
      case 'control-order':
      case 'control-outcome':
      case 'control-refused': this.add(time, node, machineText(event)); return;
      case 'vrrp-state':
      case 'vrrp-addresses':
      case 'vrrp-check': this.add(time, node, vrrpText(event)); return;
      case 'cluster-node':
      case 'cluster-link':
      case 'takeover':
      case 'resource':
      case 'alias-address':
      case 'gratuitous-arp':
      case 'mount': this.add(time, node, takeoverText(event)); return;
      case 'stonith': this.repeated(time, node, takeoverText(event)); return;
      case 'monitor':
        if (event.what === 'failure') this.repeated(time, node, takeoverText(event));
        else this.add(time, node, takeoverText(event));
        return;
      case 'neighbor-state': this.neighbor(time, node, event); return;
      case 'interface-state':
        this.add(time, node, `interface ${event.interfaceName} ${event.from} -> ${event.to} ${because(event.clause, event.event)}`);
        return;
      case 'designated-router': this.designatedRouter(time, node, event); return;
      case 'lsa-originate': if (event.reason !== 'refresh') this.originate(time, node, event); return;
      case 'lsa-install': this.install(time, node, event); return;
      case 'spf-schedule': this.scheduled.set(node, { at: time, delay: event.delayMicros }); return;
      case 'spf-run': this.calculation(time, node, event); return;
      case 'refusal': if (!isTransient(event)) this.repeated(time, node, this.refusalTexts.text(node, event, this.names)); return;
      case 'malformed':
        this.repeated(time, node, `drops a malformed packet on ${event.interfaceName}: ${event.code} at offset ${event.offset} ${event.clause}`);
        return;
      case 'arp':
        if (event.to === 'FAILED') this.repeated(time, node, `ARP for ${this.names.address(event.address)} on ${event.interfaceName} FAILED ${event.clause}`);
        return;
      case 'proxy-arp': this.add(time, node, proxyArpText(event)); return;
      case 'dispatcher-server': this.add(time, node, dispatcherText(event)); return;
      case 'message': this.add(time, node, `${event.text} ${event.clause}`.trimEnd()); return;
      case 'lsa-flush': this.originated(time, node, 'flushes', event, 'flush'); return;
    }
  }

  private neighbor(time: Micros, node: number, event: Kind<'neighbor-state'>): void {
    const key = `${node}/${event.interfaceName}/${event.neighborId}`;
    const who = `neighbour ${this.names.neighbor(event.neighborAddress, event.neighborId)} on ${event.interfaceName}`;
    if (event.to === 'Full') {
      const since = this.rising.get(key);
      this.rising.delete(key);
      this.add(time, node, `${who} Full${since === undefined ? '' : `, ${formatSpan(time - since)} after it was first heard`} ${because(event.clause, event.event)}`);
    } else if (event.from === 'Full' || event.to === 'Deleted' || event.to === 'Down') {
      this.rising.delete(key);
      const silence = event.sinceLastHelloMicros === undefined ? '' : `: no Hello for ${formatSpan(event.sinceLastHelloMicros)}`;
      this.add(time, node, `${who} ${event.from} -> ${event.to}${silence} ${because(event.clause, event.event)}`);
    } else if (!this.rising.has(key)) {
      this.rising.set(key, time);
    }
  }

  private designatedRouter(time: Micros, node: number, event: Kind<'designated-router'>): void {
    const text = `DR ${this.orNone(event.designatedRouter)}, backup ${this.orNone(event.backupDesignatedRouter)} on ${event.interfaceName} ${event.clause}`;
    this.add(time, node, text);
  }

  private orNone(address: Ipv4): string {
    return address === 0 ? 'none' : this.names.address(address);
  }

  private originate(time: Micros, node: number, event: Kind<'lsa-originate'>): void {
    const verb = event.reason === 'flush' ? 'flushes' : event.reason === 'newer-received' ? 'answers a newer copy of its own' : 'originates';
    this.originated(time, node, verb, event, event.sequence);
  }

  /** Several at one instant share a block. */
  private originated(time: Micros, node: number, verb: string, event: { readonly lsa: LsaIdentity; readonly clause: string },
    instance: number | 'flush'): void {
    const what = `${this.lsa(event.lsa)} ${event.clause}`;
    const last = this.drafts[this.drafts.length - 1];
    const isSame = last !== undefined && last.time === time && last.node === this.names.node(node) && last.text.startsWith(`${verb} `);
    const draft = isSame ? last : this.add(time, node, `${verb} ${what}`);
    let place = -1;
    if (isSame && last.text !== `${verb} ${what}`) {
      // Twice at one instant is told once.
      place = last.more.indexOf(`and ${what}`);
      if (place < 0) place = last.more.push(`and ${what}`) - 1;
    }
    this.originations.set(instanceKey(event.lsa, instance), { draft, time, arrivals: [], place });
  }

  private install(time: Micros, node: number, event: Kind<'lsa-install'>): void {
    if (!event.isChanged) return;
    const origin = this.originations.get(instanceKey(event.lsa, event.isMaxAge ? 'flush' : event.sequence)) ??
      this.originations.get(instanceKey(event.lsa, event.sequence));
    if (origin === undefined || time - origin.time > FLOODING_MICROS) {
      this.learn(time, node, event);
      return;
    }
    const { draft, arrivals, place } = origin;
    const before = arrivalText(arrivals);
    arrivals.push(`${this.names.node(node)} +${formatSpan(time - origin.time)}`);
    const line = place < 0 ? draft.text : draft.more[place];
    const replaced = line.slice(0, line.length - before.length) + arrivalText(arrivals);
    if (place < 0) draft.text = replaced;
    else draft.more[place] = replaced;
  }

  /** From before the fault: a neighbour describes its database anew. */
  private learn(time: Micros, node: number, event: Kind<'lsa-install'>): void {
    const key = `${node}/${event.interfaceName}`;
    let exchange = this.learned.get(key);
    if (exchange === undefined || time - exchange.draft.time > EXCHANGE_MICROS) {
      exchange = { draft: this.add(time, node, ''), names: [], where: `on ${event.interfaceName} ${event.clause}` };
      this.learned.set(key, exchange);
    }
    const name = `${this.lsa(event.lsa)} of ${this.names.router(event.lsa.advertisingRouter)}`;
    if (!exchange.names.includes(name)) exchange.names.push(name);
    const { names } = exchange;
    exchange.draft.text = `learns ${names.length > LEARNED_NAMED ? `${names.length} LSAs` : names.join(', ')} ${exchange.where}`;
  }

  private calculation(time: Micros, node: number, event: Kind<'spf-run'>): void {
    const schedule = this.scheduled.get(node);
    this.scheduled.delete(node);
    const waited = schedule === undefined || time === schedule.at ? '' : `, ${formatSpan(time - schedule.at)} after it was scheduled`;
    this.lastCalculation.set(node, this.add(time, node, `SPF${waited}: ${plural(event.routers, 'router')}, ${plural(event.networks, 'network')}, ` +
      `${plural(event.routes, 'route')} ${event.clause}`, false, 'spf'));
  }

  private repeated(time: Micros, node: number, text: string): void {
    const key = `${node}/${text}`;
    const seen = this.refusals.get(key);
    if (seen === undefined) {
      this.refusals.set(key, { draft: this.add(time, node, text), text, count: 1 });
      return;
    }
    seen.count++;
    seen.draft.text = `${seen.text} (${seen.count} times, last at ${formatClock(time)})`;
  }

  private route(index: number, from: Micros): void {
    const { time, node, change } = this.recording.routes[index];
    let table = this.tables.get(node);
    if (table === undefined) this.tables.set(node, table = new Map());
    const prefix = formatPrefix(change.network, change.prefixLength);
    const old = table.get(prefix);
    const now = change.action === 'withdraw' ? undefined : pathText(change);
    if (now === undefined) table.delete(prefix);
    else table.set(prefix, now);
    if (time < from || old === now) return;
    const text = now === undefined ? `route - ${prefix} ${old ?? ''}`.trimEnd()
      : old === undefined ? `route + ${prefix} ${now}` : `route ~ ${prefix} ${now}, was ${old}`;
    const calculation = this.lastCalculation.get(node);
    if (calculation?.time === time) calculation.more.push(text);
    else this.add(time, node, text);
  }

  private lsa(lsa: LsaIdentity): string {
    const area = lsa.area === undefined ? '' : ` in area ${lsa.area < 0x1000000 ? lsa.area : formatIpv4(lsa.area)}`;
    switch (lsa.lsType) {
      case 1: return `router-LSA${area}`;
      case 2: return `network-LSA ${formatIpv4(lsa.linkStateId)}${area}`;
      case 3: return `summary-LSA ${formatIpv4(lsa.linkStateId)}${area}`;
      case 4: return `ASBR-summary-LSA ${this.names.router(lsa.linkStateId)}${area}`;
      case 5: return `AS-external-LSA ${formatIpv4(lsa.linkStateId)}`;
      default: return `LSA type ${lsa.lsType} ${formatIpv4(lsa.linkStateId)}${area}`;
    }
  }
}

function arrivalText(arrivals: readonly string[]): string {
  return arrivals.length === 0 ? '' : `; at ${arrivals.join(', ')}`;
}

function instanceKey(lsa: LsaIdentity, instance: number | 'flush'): string {
  return `${lsa.lsType}/${lsa.linkStateId}/${lsa.advertisingRouter}/${lsa.area ?? 'as'}/${instance}`;
}

/** Calculations that changed no route, and that came close together, become one line. */
function foldCalculations(drafts: readonly Draft[]): Draft[] {
  const folded: Draft[] = [];
  let group: { readonly draft: Draft; readonly runs: Map<string, number> } | undefined;
  for (const draft of drafts) {
    if (draft.kind !== 'spf' || draft.more.length > 0) {
      folded.push(draft);
      continue;
    }
    if (group === undefined || draft.time - group.draft.time > CALCULATIONS_MICROS) {
      group = { draft: { ...draft, node: '-', more: [] }, runs: new Map() };
      folded.push(group.draft);
    }
    group.runs.set(draft.node, (group.runs.get(draft.node) ?? 0) + 1);
    const who = [...group.runs].map(([node, runs]) => (runs === 1 ? node : `${node} (${runs} times)`));
    group.draft.text = `SPF without a change of routes at ${who.join(', ')} [2328:16]`;
  }
  return folded;
}

/** Refused because a neighbour is not yet, or no longer, far enough: part of every adjacency that comes and goes. */
export function isTransient({ what }: Kind<'refusal'>): boolean {
  return what.includes('in neighbour state') || what.includes('unknown neighbour');
}

/** The first few of a kind with their values, what comes after in one text: a sender at random would have one for each packet. */
export class RefusalTexts {
  private readonly named = new Map<string, Set<string>>();

  text(node: number, event: Kind<'refusal'>, names: Names): string {
    const kind = `${node}/${event.interfaceName}/${event.what}`;
    const text = refusalText(event, names);
    let texts = this.named.get(kind);
    if (texts === undefined) this.named.set(kind, texts = new Set());
    if (texts.size < REFUSED_VALUES_NAMED) texts.add(text);
    return texts.has(text) ? text : `refuses packets on ${event.interfaceName}: ${event.what}, other values ${event.clause}`;
  }
}

function refusalText(event: Kind<'refusal'>, names: Names): string {
  return `refuses packets from ${names.address(event.source)} on ${event.interfaceName}: ${event.what}, got ${valueText(event.got)}, ` +
    `want ${valueText(event.want)} ${event.clause}`;
}

/** Numbers too large for anything else are addresses or identifiers. */
function valueText(value: number | string): string {
  return typeof value === 'number' && value > 0xffffff ? formatIpv4(value) : String(value);
}

/** `[2328:10.3 InactivityTimer]` */
function because(clause: string, event: string): string {
  return clause.endsWith(']') ? `${clause.slice(0, -1)} ${event}]` : `(${event})`;
}

/** What was done; `detail` where it says more than that. */
export function causeText(event: { readonly what: string; readonly detail: string }): string {
  if (event.detail === '' || event.detail === event.what) return event.what;
  return event.detail.includes(event.what) ? event.detail : `${event.what}: ${event.detail}`;
}

export function pathText(change: RouteChange): string {
  const hops = change.nextHops.map(({ gateway, interfaceName }) =>
    (gateway === 0 ? `on ${interfaceName}` : `via ${formatIpv4(gateway)} ${interfaceName}`));
  return `${hops.join(' and ')}${change.protocol === 'ospf' ? ` metric ${change.metric}` : ''}`;
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
