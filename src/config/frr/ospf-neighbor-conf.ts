/**
 * ospfd.conf: what `router ospf` says about single neighbours: those of a non-broadcast network. Zebra 0.9x and FRR 8.4.4.
 *
 * A statement belongs to the interface on whose subnet the address lies. A later one about the same address changes what it names.
 */
import type { StatementReader, StatementRule } from './statement-reader.js';
import type { Captures } from './vty.js';

type RouterRule = Omit<StatementRule, 'block' | 'daemons'>;

function setNeighbor(captures: Captures, reader: StatementReader): void {
  const address = captures.number('address');
  const earlier = reader.ospf.neighbors.get(address);
  const priority = captures.optionalNumber('priority') ?? earlier?.priority;
  const pollIntervalSeconds = captures.optionalNumber('poll') ?? earlier?.pollIntervalSeconds;
  reader.ospf.neighbors.set(address, {
    address, ...(priority === undefined ? {} : { priority }), ...(pollIntervalSeconds === undefined ? {} : { pollIntervalSeconds }),
  });
}

export const OSPF_NEIGHBOR_STATEMENTS: readonly RouterRule[] = [
  { pattern: 'neighbor address:A.B.C.D', identityWords: 2, apply: setNeighbor },
  { pattern: 'neighbor address:A.B.C.D priority priority:<0-255> [ poll-interval poll:<1-65535> ]', identityWords: 2, apply: setNeighbor },
  { pattern: 'neighbor address:A.B.C.D poll-interval poll:<1-65535> [ priority priority:<0-255> ]', identityWords: 2, apply: setNeighbor },
];
