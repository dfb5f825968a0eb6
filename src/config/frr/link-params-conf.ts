/**
 * zebra.conf: `link-params` inside `interface`, what traffic engineering says of a link. FRR 8.4.4.
 *
 * zebra holds the bandwidths against each other as each line comes: the maximum must be larger than all others, and all of them begin with that of the
 * device. What it refuses then it goes without, and so do we. Percentages and bandwidths are singles, as `%g` reads them, in octets a second.
 */
import type { LinkParameters } from '../../ospf/configuration.js';
import type { StatementReader, StatementRule } from './statement-reader.js';
import type { Captures } from './vty.js';

const BLOCK = 'link-params' as const;
const LARGEST_LOSS_PERCENT = 50.331642;
const PRIORITIES = 8;

/** Zebra's, where the kernel tells no speed, and that of a veth pair. */
const DEFAULT_BANDWIDTH_MBPS = 10000;
const BITS_PER_MEGABIT = 1_000_000;
const BITS_PER_OCTET = 8;

/** From `bandwidth`, if that was said before. */
function defaults(reader: StatementReader): MutableParameters {
  const mbps = reader.system.interfaceNamed(reader.interfaceName, reader.place()).bandwidthMbps ?? DEFAULT_BANDWIDTH_MBPS;
  const bandwidth = Math.fround(Math.floor(((mbps * BITS_PER_MEGABIT) >>> 0) / BITS_PER_OCTET)); // 32 bits were enough for everybody
  return { maximumBandwidth: bandwidth, maximumReservableBandwidth: bandwidth, unreservedBandwidths: Array.from({ length: PRIORITIES }, () => bandwidth) };
}

type MutableParameters = { -readonly [Key in keyof LinkParameters]: LinkParameters[Key] };

function linkRule(pattern: string, set: (target: MutableParameters, captures: Captures, reader: StatementReader) => void): StatementRule {
  return {
    block: BLOCK, daemons: ['zebra'], dialect: 'frr', pattern,
    apply: (captures, reader) => {
      // Whatever is said first brings the parameters into being.
      const all = reader.ospf.linkParameters;
      const target: MutableParameters = all.get(reader.interfaceName) ?? defaults(reader);
      all.set(reader.interfaceName, target);
      set(target, captures, reader);
    },
  };
}

/** Undefined: it is none, and that has been said. */
function single(captures: Captures, reader: StatementReader, name: string): number | undefined {
  const text = captures.text(name);
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?/.test(text)) {
    reader.error(`"${text}" is no number`, captures.column(name));
    return undefined;
  }
  return Math.fround(parseFloat(text));
}

function bandwidth(captures: Captures, reader: StatementReader, target: MutableParameters): number | undefined {
  const value = single(captures, reader, 'bandwidth');
  if (value === undefined || value <= target.maximumBandwidth) return value;
  reader.note('attention', 'zebra refuses it, and goes without: it is more than the maximum bandwidth', captures.column('bandwidth'));
  return undefined;
}

function setMaximum(target: MutableParameters, captures: Captures, reader: StatementReader): void {
  const value = single(captures, reader, 'bandwidth');
  if (value === undefined) return;
  const { maximumReservableBandwidth, unreservedBandwidths, residualBandwidth, availableBandwidth, usedBandwidth } = target;
  const others = [maximumReservableBandwidth, ...unreservedBandwidths, residualBandwidth, availableBandwidth, usedBandwidth];
  if (others.some((other) => value <= (other ?? 0))) {
    reader.note('attention', 'zebra refuses it, and goes without: the maximum bandwidth must be more than all others, which begin with that of the device', captures.column('bandwidth'));
  }
  else target.maximumBandwidth = value;
}

function setDelay(target: MutableParameters, captures: Captures, reader: StatementReader): void {
  const delay = captures.number('delay');
  const [least, most] = [captures.optionalNumber('least'), captures.optionalNumber('most')];
  if (least !== undefined && most !== undefined && (delay < least || delay > most)) {
    reader.note('attention', `zebra refuses it, and goes without: the delay must lie between ${least} and ${most}`, captures.column('delay'));
    return;
  }
  target.delayMicros = delay;
  target.leastDelayMicros = least;
  target.mostDelayMicros = most;
}

/** Taking back what has no value of its own any more is a statement, too: a default does not come back. */
function forget(pattern: string, ...keys: Exclude<keyof LinkParameters, 'maximumBandwidth' | 'maximumReservableBandwidth' | 'unreservedBandwidths'>[]): StatementRule {
  return linkRule(pattern, (target) => {
    for (const key of keys) delete target[key];
  });
}

export const LINK_PARAMS_STATEMENTS: readonly StatementRule[] = [
  { block: 'interface', daemons: ['zebra'], dialect: 'frr', pattern: 'link-params', opens: BLOCK },
  { block: BLOCK, daemons: ['zebra'], dialect: 'frr', pattern: 'exit-link-params' },
  linkRule('enable', () => undefined),
  {
    block: BLOCK, daemons: ['zebra'], dialect: 'frr', pattern: 'no enable',
    apply: (_captures, reader) => {
      reader.ospf.linkParameters.delete(reader.interfaceName);
    },
  },
  linkRule('metric metric:<0-4294967295>', (target, captures) => {
    target.metric = captures.number('metric');
  }),
  forget('no metric', 'metric'),
  linkRule('max-bw bandwidth:WORD', setMaximum),
  linkRule('max-rsv-bw bandwidth:WORD', (target, captures, reader) => {
    target.maximumReservableBandwidth = bandwidth(captures, reader, target) ?? target.maximumReservableBandwidth;
  }),
  linkRule('unrsv-bw priority:<0-7> bandwidth:WORD', (target, captures, reader) => {
    const value = bandwidth(captures, reader, target);
    if (value === undefined) return;
    target.unreservedBandwidths = target.unreservedBandwidths.map((before, priority) => (priority === captures.number('priority') ? value : before));
  }),
  linkRule('admin-grp groups:WORD', (target, captures, reader) => {
    const text = captures.text('groups');
    if (/^0x[0-9a-fA-F]+$/.test(text)) target.administrativeGroups = Number(BigInt.asUintN(32, BigInt(text)));
    else reader.note('attention', 'zebra refuses it, and goes without: a bit pattern begins with 0x', captures.column('groups'));
  }),
  forget('no admin-grp', 'administrativeGroups'),
  linkRule('neighbor address:A.B.C.D as asNumber:<1-4294967295>', (target, captures) => {
    target.neighbor = { address: captures.number('address'), asNumber: captures.number('asNumber') };
  }),
  forget('no neighbor', 'neighbor'),
  linkRule('delay delay:<0-16777215> [ min least:<0-16777215> max most:<0-16777215> ]', setDelay),
  forget('no delay', 'delayMicros', 'leastDelayMicros', 'mostDelayMicros'),
  linkRule('delay-variation variation:<0-16777215>', (target, captures) => {
    target.delayVariationMicros = captures.number('variation');
  }),
  forget('no delay-variation', 'delayVariationMicros'),
  linkRule('packet-loss loss:WORD', (target, captures, reader) => {
    const value = single(captures, reader, 'loss');
    if (value !== undefined) target.packetLossPercent = Math.min(value, Math.fround(LARGEST_LOSS_PERCENT));
  }),
  forget('no packet-loss', 'packetLossPercent'),
  linkRule('res-bw bandwidth:WORD', (target, captures, reader) => {
    target.residualBandwidth = bandwidth(captures, reader, target) ?? target.residualBandwidth;
  }),
  forget('no res-bw', 'residualBandwidth'),
  linkRule('ava-bw bandwidth:WORD', (target, captures, reader) => {
    target.availableBandwidth = bandwidth(captures, reader, target) ?? target.availableBandwidth;
  }),
  forget('no ava-bw', 'availableBandwidth'),
  linkRule('use-bw bandwidth:WORD', (target, captures, reader) => {
    target.usedBandwidth = bandwidth(captures, reader, target) ?? target.usedBandwidth;
  }),
  forget('no use-bw', 'usedBandwidth'),
];
