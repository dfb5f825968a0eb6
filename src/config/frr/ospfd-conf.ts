/**
 * ospfd.conf: `interface` blocks with `ip ospf ...`, and `router ospf`. Zebra 0.9x and FRR 8.4.4.
 *
 * Where the two differ, the rule says whose it is; ranges are those of the two ospfds. What both know and this emulator
 * does not (filters between areas ...) is refused by name, because leaving it out would
 * change the routes.
 */
import { networkOf } from '../../base/address.js';
import type { OspfNetworkType } from '../../ospf/configuration.js';
import { OSPF_AREA_STATEMENTS } from './ospf-area-conf.js';
import { OSPF_EXTENSION_STATEMENTS } from './ospf-extension-conf.js';
import { OSPF_EXTERNAL_STATEMENTS, forgetFilterLists } from './ospf-external-conf.js';
import { keyBytes } from './ospf-key.js';
import { OSPF_NEIGHBOR_STATEMENTS } from './ospf-neighbor-conf.js';
import { OSPF_VIRTUAL_LINK_STATEMENTS } from './ospf-virtual-link-conf.js';
import type { StatementReader, StatementRule } from './statement-reader.js';
import { interfaceAddressKey } from '../../ospf/interface-parameters.js';
import type { Dialect, OspfInterfaceStatements } from '../system-configuration.js';
import type { Captures } from './vty.js';

const OSPFD = ['ospfd'] as const;
const METRIC = '<0-16777214>';
const ROUTER = 'router ospf';

function interfaceRule(tail: string, set: (target: OspfInterfaceStatements, captures: Captures, reader: StatementReader) => void, dialect?: Dialect): StatementRule {
  return {
    block: 'interface',
    daemons: OSPFD,
    dialect,
    // Both take the older spelling without `ip`, too, but not for what came later.
    pattern: /^(mtu-ignore|area|passive|authentication)( |$)/.test(tail) ? `ip ospf ${tail}` : `[ ip ] ospf ${tail}`,
    apply: (captures, reader) => set(reader.ospf.interfaceNamed(interfaceKey(captures, reader)), captures, reader),
  };
}

/** The same with an address at its end: of the interface's several, only for that one. */
function addressRules(tail: string, set: (target: OspfInterfaceStatements, captures: Captures, reader: StatementReader) => void, dialect?: Dialect): StatementRule[] {
  return [interfaceRule(tail, set, dialect), { ...interfaceRule(`${tail} address:A.B.C.D`, set, dialect), identityWords: 2 }];
}

function interfaceKey(captures: Captures, reader: StatementReader): string {
  return captures.has('address') ? interfaceAddressKey(reader.interfaceName, captures.number('address')) : reader.interfaceName;
}

function routerRule(pattern: string, apply?: StatementRule['apply'], dialect?: Dialect): StatementRule {
  return { block: ROUTER, daemons: OSPFD, dialect, pattern, apply };
}

/** From a file, which is read before ospfd knows what lo is, it is taken and comes to nothing. Of all that can be said of an interface this is the only one. */
function refusedOnLoopback(interfaceName: string): string | undefined {
  return interfaceName === 'lo' ? 'FRR 8.4 does not take it: "This is a loopback interface. Can\'t set network type."' : undefined;
}

function refused(block: 'interface' | typeof ROUTER, pattern: string, refusal: string): StatementRule {
  return { block, daemons: OSPFD, pattern, refusal };
}

/** What is said about one address is taken back by that address. */
const INTERFACE_RETRACTIONS: readonly StatementRule[] = [
  interfaceRule('cost address:A.B.C.D', (target) => {
    target.cost = undefined;
  }, 'frr'),
  interfaceRule('retransmit-interval address:A.B.C.D', (target) => {
    target.retransmitIntervalSeconds = undefined;
  }, 'frr'),
  interfaceRule('transmit-delay address:A.B.C.D', (target) => {
    target.transmitDelaySeconds = undefined;
  }, 'frr'),
  interfaceRule('message-digest-key id:<1-255> address:A.B.C.D', (target, captures) => {
    target.md5Keys.delete(captures.number('id'));
  }, 'frr'),
].map((rule) => ({ ...rule, pattern: `no ${rule.pattern}` }));

const INTERFACE_STATEMENTS: readonly StatementRule[] = [
  { ...interfaceRule('network type:(broadcast|non-broadcast|point-to-point|point-to-multipoint)', (target, captures) => {
    target.networkType = captures.text('type') as OspfNetworkType;
    target.isAddressDescribed = undefined;
  }), typedRefusal: refusedOnLoopback },
  { ...interfaceRule('network point-to-point dmvpn', (target) => {
    target.networkType = 'point-to-point';
    target.isAddressDescribed = true;
  }, 'frr'), typedRefusal: refusedOnLoopback },
  ...addressRules('cost cost:<1-65535>', (target, captures) => {
    target.cost = captures.number('cost');
  }),
  ...addressRules('hello-interval seconds:<1-65535>', (target, captures) => {
    target.helloIntervalSeconds = captures.number('seconds');
  }),
  ...addressRules('dead-interval seconds:<1-65535>', (target, captures) => {
    target.deadIntervalSeconds = captures.number('seconds');
    target.hellosPerSecond = undefined;
  }),
  ...addressRules('dead-interval minimal hello-multiplier times:<1-10>', (target, captures) => {
    target.deadIntervalSeconds = 1;
    target.hellosPerSecond = captures.number('times');
  }, 'frr').map((rule) => ({ ...rule, identityWords: rule.identityWords ?? 2 })),
  ...addressRules('retransmit-interval seconds:<3-65535>', (target, captures) => {
    target.retransmitIntervalSeconds = captures.number('seconds');
  }, 'zebra'),
  ...addressRules('retransmit-interval seconds:<1-65535>', (target, captures) => {
    target.retransmitIntervalSeconds = captures.number('seconds');
  }, 'frr'),
  ...addressRules('transmit-delay seconds:<1-65535>', (target, captures) => {
    target.transmitDelaySeconds = captures.number('seconds');
  }),
  ...addressRules('priority priority:<0-255>', (target, captures) => {
    target.priority = captures.number('priority');
  }),
  ...addressRules('mtu-ignore', (target) => {
    target.isMtuIgnored = true;
  }, 'frr'),
  ...addressRules('area area:AREA', (target, captures, reader) => {
    if (reader.ospf.networks.length > 0) reader.error('an area on an interface and "network ... area ..." under "router ospf" exclude each other in FRR');
    else target.area = captures.number('area');
  }, 'frr'),
  ...['', 'no '].flatMap((no) => ['', ' address:A.B.C.D'].map((address): StatementRule => ({
    block: 'interface', daemons: OSPFD, dialect: 'frr', pattern: `${no}ip ospf passive${address}`,
    apply: (captures, reader) => setPassive(reader, interfaceKey(captures, reader), no === ''),
  }))),
  ...addressRules('authentication', (target) => {
    target.authenticationType = 'simple';
  }),
  ...addressRules('authentication type:(null|message-digest)', (target, captures) => {
    target.authenticationType = captures.text('type') === 'null' ? 'none' : 'md5';
  }),
  ...addressRules('authentication-key key:WORD', (target, captures, reader) => {
    const key = keyBytes(captures, reader, 8);
    if (key !== undefined) target.password = key;
  }),
  ...addressRules('message-digest-key id:<1-255> md5 key:WORD', (target, captures, reader) => {
    const key = keyBytes(captures, reader, 16);
    const id = captures.number('id');
    if (key === undefined) return;
    // Said again it is the last one, too.
    target.md5Keys.delete(id);
    if (target.md5Keys.size > 0) reader.note('attention', `${reader.interfaceName} has several keys: only the last one, ${id}, is used, for sending and for receiving`, captures.column('id'));
    target.md5Keys.set(id, key);
  }).map((rule) => ({ ...rule, identityWords: 3 })),
  ...INTERFACE_RETRACTIONS,
  refused('interface', 'ip ospf prefix-suppression [ address:A.B.C.D ]', 'FRR has it from 9.1 on; 8.4, which is emulated, does not know it'),
];

function setPassive(reader: StatementReader, name: string, isPassive: boolean, column = 0): void {
  const { passiveInterfaces, activeInterfaces } = reader.ospf;
  (isPassive ? activeInterfaces : passiveInterfaces).delete(name);
  (isPassive ? passiveInterfaces : activeInterfaces).set(name, reader.place(column));
}

function setPassiveByDefault(reader: StatementReader, isPassive: boolean): void {
  // In FRR this also undoes what was said about single interfaces before, but not about single addresses of theirs.
  reader.ospf.isPassiveByDefault = isPassive;
  for (const said of [reader.ospf.passiveInterfaces, reader.ospf.activeInterfaces]) {
    for (const name of said.keys()) if (!name.includes(' ')) said.delete(name);
  }
}

function addNetwork(captures: Captures, reader: StatementReader): void {
  const { address, prefixLength } = captures.prefix('prefix');
  const network = networkOf(address, prefixLength);
  const ospf = reader.ospf;
  const same = ospf.networks.find((each) => each.network === network && each.prefixLength === prefixLength);
  if (same !== undefined) {
    reader.error(`this network has a statement already, in line ${same.place.line}`, captures.column('prefix'));
    return;
  }
  if ([...ospf.interfaces.values()].some((each) => each.area !== undefined)) {
    reader.error('"network ... area ..." and "ip ospf area" on an interface exclude each other in FRR');
    return;
  }
  if (network !== address) reader.note('attention', 'host bits of the network are not used', captures.column('prefix'));
  if (reader.dialect === 'frr') forgetFilterLists(captures, reader);
  ospf.networks.push({ network, prefixLength, area: captures.number('area'), place: reader.place(captures.column('prefix')) });
}

function spfTimers(delayMs: number, initialHoldMs: number, maximumHoldMs: number, reader: StatementReader): void {
  reader.ospf.spfTimers = { delayMs, initialHoldMs, maximumHoldMs };
}

/** Of ospfd, and nothing follows for IP routes. */
const BESIDE: readonly (readonly [string, string])[] = [
  ['fast-reroute ti-lfa [ node-protection ]', 'backup paths for labels'],
  ['no fast-reroute ti-lfa [ node-protection ]', 'backup paths for labels'],
  ['mpls ldp-sync [ rest:LINE ]', 'LDP'],
  ['no mpls ldp-sync [ rest:LINE ]', 'LDP'],
];

const ROUTER_STATEMENTS: readonly StatementRule[] = [
  {
    block: 'top',
    daemons: OSPFD,
    pattern: 'router ospf',
    opens: ROUTER,
    apply: (_captures, reader) => {
      reader.ospf.isRunning = true;
      reader.ospf.place ??= reader.place();
    },
  },
  {
    ...routerRule('[ ospf ] router-id id:A.B.C.D', (captures, reader) => {
      if (captures.number('id') === 0) reader.error('0.0.0.0 is not a router id', captures.column('id'));
      else reader.ospf.routerId = captures.number('id');
    }),
    identityWords: 1,
  },
  routerRule('network prefix:A.B.C.D/M area area:AREA', addNetwork),
  routerRule('passive-interface default', (_captures, reader) => setPassiveByDefault(reader, true), 'frr'),
  routerRule('no passive-interface default', (_captures, reader) => setPassiveByDefault(reader, false), 'frr'),
  ...['', 'no '].flatMap((no) => ['', ' address:A.B.C.D'].map((address) => routerRule(`${no}passive-interface name:IFNAME${address}`, (captures, reader) => {
    const name = captures.has('address') ? interfaceAddressKey(captures.text('name'), captures.number('address')) : captures.text('name');
    setPassive(reader, name, no === '', captures.column('name'));
  }))),
  routerRule('area area:AREA authentication [ type:(message-digest) ]', (captures, reader) => {
    const type = captures.has('type') ? 'md5' : 'simple';
    reader.ospf.areaAuthentication.set(captures.number('area'), { type, place: reader.place() });
  }),
  routerRule('compatible rfc1583', (_captures, reader) => {
    reader.ospf.rfc1583Compatibility = true;
  }),
  routerRule('no compatible rfc1583', (_captures, reader) => {
    reader.ospf.rfc1583Compatibility = false;
  }),
  routerRule('ospf rfc1583compatibility', (_captures, reader) => {
    reader.ospf.rfc1583Compatibility = true;
  }),
  routerRule('no ospf rfc1583compatibility', (_captures, reader) => {
    reader.ospf.rfc1583Compatibility = false;
  }),
  routerRule(`default-metric metric:${METRIC}`, (captures, reader) => {
    reader.ospf.defaultMetric = captures.number('metric');
  }),
  routerRule('auto-cost reference-bandwidth mbps:<1-4294967>', (captures, reader) => {
    reader.ospf.referenceBandwidthMbps = captures.number('mbps');
  }),
  // Zebra counts whole seconds, FRR milliseconds with a growing hold.
  routerRule('timers spf delay:<0-4294967295> hold:<0-4294967295>', (captures, reader) => {
    const holdMs = captures.number('hold') * 1000;
    spfTimers(captures.number('delay') * 1000, holdMs, holdMs, reader);
  }, 'zebra'),
  routerRule('timers throttle spf delay:<0-600000> initial:<0-600000> maximum:<0-600000>', (captures, reader) => {
    spfTimers(captures.number('delay'), captures.number('initial'), captures.number('maximum'), reader);
  }, 'frr'),
  routerRule('timers throttle lsa all milliseconds:<0-5000>', (captures, reader) => {
    reader.ospf.lsaThrottleMs = captures.number('milliseconds');
  }, 'frr'),
  routerRule('timers lsa min-arrival milliseconds:<0-600000>', (captures, reader) => {
    reader.ospf.lsaMinArrivalMs = captures.number('milliseconds');
  }, 'frr'),
  // In steps of ten seconds. LSAs are refreshed when they are due all the same; the walk that does it comes more often, or less.
  routerRule('refresh timer seconds:<10-1800>', (captures, reader) => {
    reader.ospf.lsaRefreshSeconds = Math.floor(captures.number('seconds') / 10) * 10;
  }),
  routerRule('maximum-paths paths:<1-256>', (captures, reader) => {
    reader.ospf.maximumPaths = captures.number('paths');
  }, 'frr'),
  routerRule('distance distance:<1-255>', (captures, reader) => {
    reader.ospf.distance = captures.number('distance');
  }),
  routerRule('ospf abr-type type:(standard|cisco|ibm|shortcut)', (captures, reader) => {
    const type = captures.text('type');
    reader.ospf.areaBorderRouterType = type === 'cisco' || type === 'ibm' || type === 'shortcut' ? type : 'standard';
  }),
  routerRule('log-adjacency-changes [ detail:(detail) ]', (captures, reader) => {
    reader.ospf.adjacencyLog = captures.has('detail') ? 'detail' : 'changes';
  }, 'frr'),
  routerRule('no log-adjacency-changes [ detail:(detail) ]', (captures, reader) => {
    reader.ospf.adjacencyLog = captures.has('detail') && reader.ospf.adjacencyLog !== undefined ? 'changes' : undefined;
  }, 'frr'),
  ...OSPF_VIRTUAL_LINK_STATEMENTS.map((rule): StatementRule => ({ ...rule, block: ROUTER, daemons: OSPFD })),
  ...OSPF_NEIGHBOR_STATEMENTS.map((rule): StatementRule => ({ ...rule, block: ROUTER, daemons: OSPFD })),
  routerRule('[ no ] ospf send-extra-data zebra', undefined, 'frr'),
  routerRule('[ no ] [ ospf ] write-multiplier packets:<1-100>', undefined, 'frr'),
  routerRule('proactive-arp', (_captures, reader) => {
    reader.ospf.isNeighborResolvedEarly = true;
  }, 'frr'),
  routerRule('no proactive-arp', (_captures, reader) => {
    reader.ospf.isNeighborResolvedEarly = false;
  }, 'frr'),
  ...[...OSPF_AREA_STATEMENTS, ...OSPF_EXTENSION_STATEMENTS, ...OSPF_EXTERNAL_STATEMENTS].map((rule): StatementRule => ({ ...rule, block: ROUTER, daemons: OSPFD })),
  ...BESIDE.map(([pattern, topic]): StatementRule => ({ block: ROUTER, daemons: OSPFD, dialect: 'frr', pattern, outside: { topic } })),
];

export const OSPFD_STATEMENTS: readonly StatementRule[] = [
  ...INTERFACE_STATEMENTS,
  ...ROUTER_STATEMENTS,
  {
    block: 'top',
    daemons: OSPFD,
    pattern: 'debug ospf [ instance:<1-65535> ] (event|ism|nsm|lsa|packet|zebra|nssa|te|sr|ti-lfa|default-information|ldp-sync|graceful-restart|bfd|client-api) [ rest:LINE ]',
  },
];
