/**
 * zebra.conf: interfaces, their addresses, static routes, forwarding. Zebra 0.9x and FRR 8.4.4.
 *
 * What decides is which command each zebra takes: FRR keeps static routes in staticd, writes bandwidth in Mb/s and not in
 * kb/s, and gives a point-to-point address as `ip address LOCAL peer PEER/M`, which Zebra has no statement for.
 */
import { isContiguousMask, networkOf, prefixLengthOf } from '../../base/address.js';
import { parseIpv4, reasonNotHostAddress } from '../address-text.js';
import { quote } from '../spelling.js';
import type { StatementReader, StatementRule } from './statement-reader.js';
import type { Dialect, SystemInterface } from '../system-configuration.js';
import type { Captures } from './vty.js';

const ZEBRA = ['zebra'] as const;

function addAddress(reader: StatementReader, column: number, local: { address: number; prefixLength: number }, peer?: number): void {
  const reason = reasonNotHostAddress(local.address, local.prefixLength, reader.interfaceName === 'lo');
  if (reason !== undefined) {
    reader.error(`this cannot be an interface's address: ${reason}`, column);
    return;
  }
  const place = reader.place(column);
  reader.system.interfaceNamed(reader.interfaceName, place).addresses.push({
    plan: peer === undefined ? local : { ...local, peer },
    place,
  });
}

/** The next hop of a static route: an address, the name of an interface, or nothing at all. */
function addStaticRoute(captures: Captures, reader: StatementReader, network: number, prefixLength: number): void {
  const hop = captures.text('hop');
  const interfaceText = captures.optionalText('interface');
  const discard = discardOf(hop) ?? (interfaceText === undefined ? undefined : discardOf(interfaceText));
  const gateway = parseIpv4(hop);
  if (discard === undefined && gateway === undefined && /^[0-9.]+$/.test(hop)) {
    reader.error(`"${hop}" is neither an address A.B.C.D nor the name of an interface`, captures.column('hop'));
    return;
  }
  if (gateway === undefined && interfaceText !== undefined) {
    reader.error(`${quote(interfaceText)} is too much: only behind a gateway A.B.C.D an interface may follow`, captures.column('interface'));
    return;
  }
  const distance = captures.optionalNumber('distance');
  const tag = captures.optionalNumber('tag');
  const table = captures.optionalNumber('table');
  reader.system.staticRoutes.push({
    plan: {
      network: networkOf(network, prefixLength), prefixLength,
      gateway: discard === undefined ? gateway ?? 0 : 0,
      interfaceName: discard !== undefined ? undefined : gateway === undefined ? hop : interfaceText,
      ...(discard === undefined ? {} : { discard }), ...(distance === undefined ? {} : { distance }), ...(tag === undefined ? {} : { tag }),
      ...(table === undefined ? {} : { table }), ...(captures.has('onlink') ? { isOnLink: true } : {}),
    },
    place: reader.place(captures.column('hop')),
  });
}

/** Taking a route back may name as much of it as one likes, from the next hop on. */
const ALL_WORDS = 99;

function discardOf(word: string): 'blackhole' | 'reject' | undefined {
  if (/^(null0|blackhole)$/i.test(word)) return 'blackhole';
  return word === 'reject' ? 'reject' : undefined;
}

function staticRoutes(daemon: 'zebra' | 'staticd', dialect: Dialect, tail: string): StatementRule[] {
  return [
    {
      block: 'top',
      daemons: [daemon],
      dialect,
      pattern: `ip route prefix:A.B.C.D/M hop:WORD ${tail}`,
      identityWords: ALL_WORDS,
      leastNegatedWords: 4,
      apply: (captures, reader) => {
        const { address, prefixLength } = captures.prefix('prefix');
        addStaticRoute(captures, reader, address, prefixLength);
      },
    },
    {
      block: 'top',
      daemons: [daemon],
      dialect,
      pattern: `ip route network:A.B.C.D mask:A.B.C.D hop:WORD ${tail}`,
      identityWords: ALL_WORDS,
      leastNegatedWords: 5,
      apply: (captures, reader) => {
        const mask = captures.number('mask');
        if (!isContiguousMask(mask)) reader.error('the mask has holes', captures.column('mask'));
        else addStaticRoute(captures, reader, captures.number('network'), prefixLengthOf(mask));
      },
    },
  ];
}

const STATIC_OPTIONS = 'tag tag:<1-4294967295> / distance:<1-255> / table table:<1-252>';

function bandwidth(dialect: Dialect, range: string, perMbps: number): StatementRule {
  return {
    block: 'interface',
    daemons: ZEBRA,
    dialect,
    pattern: `bandwidth speed:${range}`,
    apply: (captures, reader) => {
      reader.system.interfaceNamed(reader.interfaceName, reader.place()).bandwidthMbps = captures.number('speed') / perMbps;
    },
  };
}

/** What is said of an interface in so many words. */
function interfaceStatement(pattern: string, say: (about: SystemInterface) => void): StatementRule {
  return {
    block: 'interface',
    daemons: ZEBRA,
    pattern,
    apply: (_captures, reader) => say(reader.system.interfaceNamed(reader.interfaceName, reader.place())),
  };
}

export const ZEBRA_STATEMENTS: readonly StatementRule[] = [
  {
    block: 'top',
    daemons: ['zebra', 'ospfd'],
    pattern: 'interface name:IFNAME',
    opens: 'interface',
    apply: (captures, reader) => {
      reader.interfaceName = captures.text('name');
      reader.system.interfaceNamed(reader.interfaceName, reader.place(captures.column('name')));
    },
  },
  { block: 'interface', daemons: ['zebra', 'ospfd'], pattern: 'description text:LINE' },
  {
    block: 'interface',
    daemons: ZEBRA,
    dialect: 'frr',
    pattern: 'ip address local:A.B.C.D peer peer:A.B.C.D/M',
    apply: (captures, reader) => {
      const peer = captures.prefix('peer');
      if (peer.prefixLength !== 32) reader.error('a peer with a prefix length other than 32 is not emulated', captures.column('peer'));
      else addAddress(reader, captures.column('local'), { address: captures.number('local'), prefixLength: 32 }, peer.address);
    },
  },
  {
    block: 'interface',
    daemons: ZEBRA,
    dialect: 'zebra',
    pattern: 'ip address prefix:A.B.C.D/M [ secondary ]',
    apply: (captures, reader) => addAddress(reader, captures.column('prefix'), captures.prefix('prefix')),
  },
  {
    block: 'interface',
    daemons: ZEBRA,
    pattern: 'ip address prefix:A.B.C.D/M [ label label:WORD ]',
    apply: (captures, reader) => addAddress(reader, captures.column('prefix'), captures.prefix('prefix')),
  },
  bandwidth('zebra', '<1-10000000>', 1000),
  bandwidth('frr', '<1-100000>', 1),
  interfaceStatement('link-detect', (about) => { about.isLinkDetected = true; }),
  interfaceStatement('no link-detect', (about) => { about.isLinkDetected = false; }),
  { block: 'interface', daemons: ZEBRA, pattern: '[ no ] multicast' },
  interfaceStatement('no shutdown', (about) => { about.isShutdown = false; }),
  interfaceStatement('shutdown', (about) => { about.isShutdown = true; }),
  { block: 'top', daemons: ['zebra', 'ospfd'], pattern: 'no interface name:IFNAME', refusal: 'an interface that exists is not taken back; its statements are, one by one' },
  { block: 'interface', daemons: ZEBRA, dialect: 'zebra', pattern: 'ipv6 rest:LINE', refusal: 'IPv6 is not emulated' },
  ...staticRoutes('zebra', 'zebra', '[ distance:<1-255> ]'),
  ...staticRoutes('staticd', 'frr', `{ ${STATIC_OPTIONS} }`),
  ...staticRoutes('staticd', 'frr', `interface:IFNAME { ${STATIC_OPTIONS} / onlink:(onlink) }`),
  ...['prefix:A.B.C.D/M', 'network:A.B.C.D mask:A.B.C.D'].flatMap((destination) => ['', ' interface:IFNAME'].map((device): StatementRule => ({
    block: 'top',
    daemons: ['staticd'],
    dialect: 'frr',
    pattern: `ip route ${destination} hop:WORD${device} { ${STATIC_OPTIONS} } option:(vrf|nexthop-vrf|label|color) rest:LINE`,
    identityWords: ALL_WORDS,
    leastNegatedWords: 4,
    outside: { topic: 'a VRF, labels or colours' },
  }))),
  {
    block: 'top',
    daemons: ZEBRA,
    pattern: 'ip forwarding',
    apply: (_captures, reader) => {
      reader.system.isForwarding = true;
    },
  },
  {
    block: 'top',
    daemons: ZEBRA,
    pattern: 'no ip forwarding',
    apply: (_captures, reader) => {
      reader.system.isForwarding = false;
    },
  },
  { block: 'top', daemons: ZEBRA, pattern: '[ no ] ipv6 forwarding' },
  { block: 'top', daemons: ZEBRA, dialect: 'zebra', pattern: 'ipv6 route rest:LINE', refusal: 'IPv6 is not emulated' },
  {
    block: 'top',
    daemons: ZEBRA,
    dialect: 'frr',
    pattern: '[ ip ] router-id id:A.B.C.D',
    identityWords: 1,
    apply: (captures, reader) => {
      reader.system.routerId = captures.number('id');
    },
  },
  { block: 'top', daemons: ZEBRA, dialect: 'zebra', pattern: 'debug zebra (events|packet|kernel) [ rest:LINE ]' },
  {
    block: 'top',
    daemons: ZEBRA,
    dialect: 'frr',
    pattern: 'debug zebra (events|packet|kernel|rib|nht|fpm|nexthop|mpls|vxlan|pseudowires|mlag|evpn|dplane|neigh) [ rest:LINE ]',
  },
];
