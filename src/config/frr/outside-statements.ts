/**
 * What FRR's language has beside IPv4 and OSPF version 2: the other routing protocols, IPv6, MPLS, multicast, VRFs, policies. Nothing of it
 * is acted on. Each statement, and each block once, is listed with its place; under --strict it is refused.
 *
 * Statements are known by their first words; of a block, only how its lines begin. What may begin no line of FRR's is an error here, too.
 */
import type { Daemon, StatementRule } from './statement-reader.js';

interface OutsideBlock {
  readonly pattern: string;
  readonly topic: string;
  /** Of the daemons that have files here, those that take it in theirs. */
  readonly daemons?: readonly Daemon[];
  /** How the lines in it begin, those of nested blocks among them. */
  readonly words: string;
}

const OSPF_WORDS = 'ospf area auto-cost aggregation capability compatible default-information default-metric distance distribute-list fast-reroute graceful-restart ' +
  'log-adjacency-changes max-metric maximum-paths mpls mpls-te neighbor network passive-interface pce proactive-arp redistribute refresh router-id router-info ' +
  'segment-routing summary-address timers write-multiplier';


const BLOCKS: readonly OutsideBlock[] = [
  {
    pattern: 'router bgp [ rest:LINE ]', topic: 'BGP',
    words: 'bgp network neighbor aggregate-address maximum-paths redistribute timers distance table-map address-family exit-address-family import export rd rt label ' +
      'route-target nexthop advertise advertise-all-vni advertise-default-gw advertise-svi-ip advertise-pip vni exit-vni dup-addr-detection use-es-l3nhg flooding ' +
      'autort default-originate coalesce-time read-quanta write-quanta update-delay segment-routing srv6 sid vnc exit-vnc vrf-policy exit-vrf-policy mpls bmp ' +
      'nexthop-local ebgp-multihop locator graceful-shutdown enable-resolve-overlay-index',
  },
  {
    pattern: 'router (isis|openfabric) tag:WORD [ rest:LINE ]', topic: 'IS-IS',
    words: 'net is-type metric-style lsp-gen-interval lsp-refresh-interval max-lsp-lifetime lsp-mtu spf-interval spf-delay-ietf spf set-overload-bit set-attached-bit ' +
      'attached-bit redistribute default-information hostname log-adjacency-changes purge-originator segment-routing area-password domain-password topology mpls-te ' +
      'mpls dynamic-hostname fast-reroute lsp-timers fabric-tier advertise-high-metrics admin-group-send-zero area-tag flex-algo prefix-metric tiebreaker',
  },
  {
    pattern: 'router ospf6 [ rest:LINE ]', topic: 'OSPF for IPv6',
    words: 'ospf6 area auto-cost default-information distance interface log-adjacency-changes maximum-paths redistribute stub-router timers graceful-restart ' +
      'write-multiplier summary-address aggregation router-id',
  },
  {
    pattern: 'router rip [ rest:LINE ]', topic: 'RIP',
    words: 'network neighbor version timers passive-interface redistribute default-metric default-information distance distribute-list offset-list route allow-ecmp bfd',
  },
  {
    pattern: 'router ripng [ rest:LINE ]', topic: 'RIPng',
    words: 'network aggregate-address route ipv6 timers passive-interface redistribute default-metric default-information distribute-list offset-list allow-ecmp',
  },
  {
    pattern: 'router eigrp asn:<1-65535> [ rest:LINE ]', topic: 'EIGRP',
    words: 'eigrp network neighbor metric variance maximum-paths passive-interface redistribute timers distribute-list',
  },
  { pattern: 'router babel', topic: 'Babel', words: 'network babel redistribute distribute-list ipv6' },
  {
    pattern: 'mpls ldp', topic: 'LDP',
    words: 'router-id ordered-control neighbor dual-stack wait-for-sync discovery address-family exit-address-family interface label session ttl-security ' +
      'establish-hello transport-connection',
  },
  { pattern: 'l2vpn name:WORD type vpls', topic: 'VPLS', words: 'bridge member mtu vc neighbor pw-id pw-status control-word' },
  { pattern: 'vrf name:WORD', topic: 'a VRF', daemons: ['zebra', 'ospfd', 'staticd'], words: 'ip ipv6 vni netns router-id exit-vrf mpls' },
  // An ospfd that was not started as that instance does not act on it either.
  { pattern: 'router ospf instance:<1-65535> [ rest:LINE ]', topic: 'an instance of ospfd beside the one that is emulated', daemons: ['ospfd'], words: OSPF_WORDS },
  { pattern: 'router ospf vrf name:WORD', topic: 'OSPF in a VRF', daemons: ['ospfd'], words: OSPF_WORDS },
  { pattern: 'pbr-map name:WORD seq number:<1-700>', topic: 'policy routing', words: 'match set' },
  { pattern: 'nexthop-group name:WORD', topic: 'a nexthop group', words: 'nexthop backup-group resilient' },
  {
    pattern: 'segment-routing', topic: 'segment routing',
    words: 'traffic-eng mpls-te pcep pce pcc pce-config peer msd source-address address sr-draft07 timer segment-list index policy color name binding-sid candidate-path ' +
      'metric bandwidth affinity objective-function srv6 locators locator prefix behavior source encapsulation',
  },
  // ospfd 8.4.4 takes no key chain.
  { pattern: 'key chain name:WORD', topic: 'RIP and EIGRP', words: 'key key-string accept-lifetime send-lifetime cryptographic-algorithm' },
  { pattern: 'rpki', topic: 'RPKI', words: 'rpki exit' },
];

/** Statements at top level that are not this emulator's business, and no blocks. */
const TOP: readonly (readonly [string, string, ...Daemon[]])[] = [
  ['ipv6 (prefix-list|access-list) rest:LINE', 'IPv6', 'zebra', 'ospfd'],
  ['ipv6 route rest:LINE', 'IPv6', 'staticd'],
  ['ipv6 (nht|protocol|import-table|router-id|table-direct) rest:LINE', 'IPv6', 'zebra'],
  ['ipv6 (multicast-routing|mroute|pim|mld|ssmpingd|hop-limit) [ rest:LINE ]', 'IPv6'],
  ['bgp (as-path|community-list|large-community-list|extcommunity-list|route-map|send-extra-data|no-rib|suppress-fib-pending|graceful-restart|graceful-shutdown|input-queue-limit|output-queue-limit|listen|community) rest:LINE', 'BGP'],
  ['ip (pim|igmp|msdp|multicast-routing|mroute|ssmpingd|multicast) [ rest:LINE ]', 'multicast routing'],
  ['ip (protocol|nht|import-table|table-direct) rest:LINE', 'a policy of zebra', 'zebra'],
  ['(mpls) (label|lsp|table) rest:LINE', 'MPLS'],
  ['zebra (nexthop|nexthop-group|work-queue|zapi-packets|route-map|dplane|protodown|kernel) rest:LINE', 'a setting of zebra', 'zebra'],
  ['mac access-list rest:LINE', 'Ethernet filters', 'zebra', 'ospfd'],
  ['(vni|evpn) rest:LINE', 'EVPN'],
  ['fpm (address|use-next-hop-groups) [ rest:LINE ]', 'the forwarding plane manager'],
  ['[ ip ] router-id id:A.B.C.D vrf name:WORD', 'a VRF', 'zebra'],
  ['agentx', 'SNMP'],
  ['(vrrp) rest:LINE', 'VRRP'],
  ['(allow-external-route-update|ptm-enable|dump) [ rest:LINE ]', 'a setting of a daemon'],
  ['debug (bgp|isis|openfabric|ospf6|rip|ripng|eigrp|babel|pim|igmp|msdp|mroute|mld|ldp|mpls|bfd|nhrp|pbr|rpki|vrrp|northbound|route-map|vrf|nexthop-group|static|nht|pathd) [ rest:LINE ]', 'logging'],
];

const INTERFACE: readonly (readonly [string, string, ...Daemon[]])[] = [
  ['ipv6 ospf6 rest:LINE', 'IPv6'],
  ['ipv6 rest:LINE', 'IPv6', 'zebra'],
  ['ip (pim|igmp|mroute|multicast) [ rest:LINE ]', 'multicast routing'],
  ['ip (rip|eigrp|nhrp|router|summary-address|openfabric|bandwidth-percent|hello-interval|hold-time|authentication) [ rest:LINE ]', 'another routing protocol'],
  ['(isis|openfabric|babel|vrrp|tunnel|evpn|pbr-policy|delay) [ rest:LINE ]', 'another protocol'],
  ['mpls rest:LINE', 'MPLS', 'zebra'],
  ['ip ospf instance:<1-65535> area [ rest:LINE ]', 'an instance of ospfd beside the one that is emulated', 'ospfd'],
  ['ip ospf mpls ldp-sync [ rest:LINE ]', 'LDP', 'ospfd'],
];

const ROUTE_MAP: readonly (readonly [string, string])[] = [
  ['match (as-path|community|large-community|extcommunity|evpn|local-preference|origin|peer|probability|rpki|mac|alias|command|source-vrf|ipv6) [ rest:LINE ]', 'BGP'],
  ['set (as-path|community|large-community|extcommunity|local-preference|origin|weight|aggregator|atomic-aggregate|comm-list|large-comm-list|originator-id|' +
    'label-index|distance|forwarding-address|evpn|vpn|vpnv4|ipv6|l3vpn|originator|table) [ rest:LINE ]', 'BGP'],
];

export const OUTSIDE_STATEMENTS: readonly StatementRule[] = [
  ...BLOCKS.map(({ pattern, topic, words, daemons = [] }): StatementRule => ({
    block: 'top', daemons, dialect: 'frr', pattern, opens: 'outside', outside: { topic, words: new Set([...words.split(' '), 'exit', 'quit', 'end']) },
  })),
  ...TOP.map(([pattern, topic, ...daemons]): StatementRule => ({ block: 'top', daemons, dialect: 'frr', pattern, outside: { topic } })),
  ...ROUTE_MAP.map(([pattern, topic]): StatementRule => ({ block: 'route-map', daemons: [], dialect: 'frr', pattern, outside: { topic } })),
  ...INTERFACE.map(([pattern, topic, ...daemons]): StatementRule => ({ block: 'interface', daemons, dialect: 'frr', pattern, outside: { topic } })),
];
