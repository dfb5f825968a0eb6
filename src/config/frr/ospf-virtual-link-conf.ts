/**
 * ospfd.conf: `area X virtual-link R`. Zebra 0.9x and FRR 8.4.4. [2328:C.4]
 *
 * Several statements about one virtual link add up: intervals in one, authentication in another, as the real systems write them.
 */
import { keyBytes } from './ospf-key.js';
import type { StatementReader, StatementRule } from './statement-reader.js';
import { OspfInterfaceStatements } from '../system-configuration.js';
import type { Captures } from './vty.js';

type RouterRule = Omit<StatementRule, 'block' | 'daemons'>;

const LINK = 'area area:AREA virtual-link peer:A.B.C.D';
const AUTHENTICATION = '[ authentication:(authentication) [ type:(message-digest|null) ] ]';

/** The virtual link that the statement is about; undefined: there can be none. [2328:C.4] */
function linkOf(captures: Captures, reader: StatementReader): OspfInterfaceStatements | undefined {
  const transitArea = captures.number('area');
  const peerRouterId = captures.number('peer');
  if (transitArea === 0) {
    reader.error('a virtual link leads through an area that is not the backbone', captures.column('area'));
    return undefined;
  }
  if (reader.ospf.areas.get(transitArea)?.isStub === true) {
    reader.error('a virtual link cannot lead through a stub area', captures.column('area')); // [2328:15 stub area]
    return undefined;
  }
  const { virtualLinks } = reader.ospf;
  let found = virtualLinks.find((each) => each.transitArea === transitArea && each.peerRouterId === peerRouterId);
  if (found === undefined) virtualLinks.push(found = { transitArea, peerRouterId, statements: new OspfInterfaceStatements() });
  return found.statements;
}

function setIntervals(captures: Captures, reader: StatementReader): void {
  const target = linkOf(captures, reader);
  if (target === undefined) return;
  target.helloIntervalSeconds = captures.optionalNumber('hello') ?? target.helloIntervalSeconds;
  target.deadIntervalSeconds = captures.optionalNumber('dead') ?? target.deadIntervalSeconds;
  target.retransmitIntervalSeconds = captures.optionalNumber('retransmit') ?? target.retransmitIntervalSeconds; // [2328:15 RxmtInterval]
  target.transmitDelaySeconds = captures.optionalNumber('delay') ?? target.transmitDelaySeconds;
}

function setAuthentication(captures: Captures, reader: StatementReader): void {
  const target = linkOf(captures, reader);
  if (target === undefined) return;
  const type = captures.optionalText('type');
  if (captures.has('authentication')) target.authenticationType = type === undefined ? 'simple' : type === 'null' ? 'none' : 'md5';
  if (captures.has('password')) target.password = keyBytes(captures, reader, 8, 'password') ?? target.password;
  if (!captures.has('id')) return;
  const id = captures.number('id');
  const key = keyBytes(captures, reader, 16);
  if (key === undefined) return;
  if (target.md5Keys.has(id)) reader.error(`key ${id} is there already`, captures.column('id'));
  else target.md5Keys.set(id, key);
}

export const OSPF_VIRTUAL_LINK_STATEMENTS: readonly RouterRule[] = [
  {
    pattern: `${LINK} { hello-interval hello:<1-65535> / retransmit-interval retransmit:<1-65535> / transmit-delay delay:<1-65535> / dead-interval dead:<1-65535> }`,
    leastNegatedWords: 4,
    apply: setIntervals,
  },
  { pattern: `${LINK} ${AUTHENTICATION} message-digest-key id:<1-255> md5 key:WORD`, leastNegatedWords: 4, apply: setAuthentication },
  { pattern: `${LINK} ${AUTHENTICATION} authentication-key password:WORD`, leastNegatedWords: 4, apply: setAuthentication },
  { pattern: `${LINK} ${AUTHENTICATION}`, leastNegatedWords: 4, apply: setAuthentication },
];
