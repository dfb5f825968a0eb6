/**
 * What FRR 8.4.4's OSPF displays say about BFD: what an interface asks for, and how the session with a neighbour stands. Written from recordings.
 */
import { SECOND, type Micros } from '../../base/micros.js';
import type { BfdDaemon } from '../../host/bfd.js';
import type { OspfInterface } from '../../ospf/interface.js';
import type { Neighbor } from '../../ospf/neighbor.js';
import type { JsonValue } from './ospf-format.js';

export interface BfdDisplay {
  readonly text: string;
  readonly json: Readonly<Record<string, JsonValue>>;
}

const NOTHING: BfdDisplay = { text: '', json: {} };
/** What is not configured. */
const DETECT_MULTIPLIER = 3;
const INTERVAL_MS = 300;

interface Wanted { readonly multiplier: number; readonly receiveMs: number; readonly transmitMs: number }

function wanted(owner: OspfInterface): Wanted | undefined {
  const settings = owner.parameters.bfd?.settings;
  return settings === undefined ? undefined : {
    multiplier: settings.detectMultiplier ?? DETECT_MULTIPLIER, receiveMs: settings.receiveIntervalMs ?? INTERVAL_MS,
    transmitMs: settings.transmitIntervalMs ?? INTERVAL_MS,
  };
}

function timers({ multiplier, receiveMs, transmitMs }: Wanted): string {
  return `Detect Multiplier: ${multiplier}, Min Rx interval: ${receiveMs}, Min Tx interval: ${transmitMs}\n`;
}

export function interfaceBfd(owner: OspfInterface): BfdDisplay {
  const found = wanted(owner);
  if (found === undefined) return NOTHING;
  const { multiplier, receiveMs, transmitMs } = found;
  return {
    text: `  BFD: ${timers(found)}`,
    json: { peerBfdInfo: { detectionMultiplier: multiplier, rxMinInterval: receiveMs, txMinInterval: transmitMs } },
  };
}

/** FRR asks for a session from 2-Way on. */
export function neighborBfd(neighbor: Neighbor, bfd: BfdDaemon | undefined, now: Micros): BfdDisplay {
  const owner = neighbor.interface;
  const found = wanted(owner);
  if (found === undefined || !neighbor.isAtLeast('2-Way')) return NOTHING;
  const session = bfd?.sessions.find((each) => each.session.interfaceIndex === owner.system.index && each.session.peer === neighbor.address)?.session;
  const status = session?.state === 'Up' ? 'Up' : 'Down';
  const lastUpdate = formatAge(session === undefined ? 0 : now - session.changedAt);
  const { multiplier, receiveMs, transmitMs } = found;
  return {
    text: `  BFD: Type: single hop\n  ${timers(found)}  Status: ${status}, Last update: ${lastUpdate}\n\n`,
    json: { peerBfdInfo: { type: 'single hop', detectMultiplier: multiplier, rxMinInterval: receiveMs, txMinInterval: transmitMs, status, lastUpdate } },
  };
}

/** `0:01:02:03`: days, hours, minutes, seconds. */
function formatAge(micros: Micros): string {
  const seconds = Math.floor(micros / SECOND);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${Math.floor(seconds / 86400)}:${two(Math.floor(seconds / 3600) % 24)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
