/**
 * Which displays are recorded of a router; how its daemons are asked stands in vty.mjs.
 *
 * The questions follow from the router: every interface, the first neighbour, the first LSA of each type.
 */
import { join } from 'node:path';
import { Vty } from './vty.mjs';

const DATABASE_TYPES = ['asbr-summary', 'external', 'network', 'router', 'summary', 'nssa-external', 'opaque-link', 'opaque-area', 'opaque-as'];
/** The first LSA of these is asked for by itself. */
const FIRST = [['networkLinkStates', 'network'], ['summaryLinkStates', 'summary'], ['asExternalLinkStates', 'external'], ['nssaExternalLinkStates', 'nssa-external'],
  ['linkLocalOpaqueLsa', 'opaque-link'], ['areaLocalOpaqueLsa', 'opaque-area'], ['asExternalOpaqueLsa', 'opaque-as']];
const FOREIGN = '203.0.113.99';

/** What the daemon's shell makes of shortened, unfinished and wrong lines. */
const OSPFD_SHORT = ['show ip ospf d', 'show ip ospf da s', 'show ip ospf da su', 'show ip ospf r', 'show ip ospf ro', 'show ip ospf nei d', 'show ip ospf nei a', 'show ip ospf n x d',
  'show ip ospf inter tra', 'show ip ospf nonsense', 'show ip ospf database router 1.2.3', 'show ip ospf database router adv-router', 'show ip ospf data opaque-a',
  'show ip ospf data opaque-ar', 'show ip ospf border-routers json', 'show ip ospf database n', 'show ip ospf database ns', 'show ip ospf nei 10.0.0.1 j', 'show ip ospf g', 'show'];
const ZEBRA_SHORT = ['show ip r', 'show ip route s', 'show ip route st', 'show ip ro c', 'show ip route 10.0.0', 'show ip route 10.0.0.0/33', 'show ip route o', 'show ip route t'];

/** Text and JSON. */
const both = (...commands) => commands.flatMap((command) => [command, `${command} json`]);

/** Of what RFC 2328 does not have. */
function extensionCommands(name) {
  return [
    // The real one frees an object twice when it is asked for the details as JSON and has neighbours.
    'show ip ospf graceful-restart helper detail', ...both('show ip ospf graceful-restart helper', 'show ip ospf summary-address', 'show ip ospf summary-address detail',
      'show ip ospf vrfs', 'show ip ospf mpls ldp-sync', 'show ip ospf mpls ldp-sync interface all', 'show ip ospf database segment-routing',
      'show ip ospf database segment-routing self-originate', 'show ip ospf mpls-te database', 'show ip ospf 1', 'show ip ospf 1 neighbor'),
    'show ip ospf mpls-te interface', `show ip ospf mpls-te interface ${name}`, 'show ip ospf mpls-te interface nonesuch', 'show ip ospf mpls-te router',
    'show ip ospf mpls-te database verbose', 'show ip ospf mpls-te database vertex', 'show ip ospf mpls-te database edge', 'show ip ospf mpls-te database subnet',
    'show ip ospf mpls-te database vertex verbose', 'show ip ospf mpls-te database vertex self-originate', 'show ip ospf mpls-te database edge json',
    'show ip ospf mpls-te database edge verbose', 'show ip ospf mpls-te database subnet verbose', 'show ip ospf mpls-te database subnet json',
    'show ip ospf router-info', 'show ip ospf router-info pce', 'show ip ospf 1 route', 'show ip ospf 1 border-routers', 'show ip ospf 1 database router',
  ];
}

/** The same questions, put to one VRF by name and to all. */
function vrfCommands(name) {
  const tails = ['', 'neighbor', 'neighbor all', 'neighbor detail', 'neighbor detail all', `neighbor ${name}`, 'interface', `interface ${name}`, 'interface traffic', 'database',
    'database self-originate', 'database max-age', 'database router', 'database router self-originate', 'route', 'summary-address', 'graceful-restart helper'];
  return ['default', 'all', 'nonesuch'].flatMap((vrf) => [
    ...both(...tails.map((tail) => `show ip ospf vrf ${vrf} ${tail}`.trim())),
    ...['border-routers', 'reachable-routers', 'mpls-te interface'].map((tail) => `show ip ospf vrf ${vrf} ${tail}`),
  ]);
}

async function ospfdCommands(vty) {
  const neighbors = JSON.parse(await vty.ask('show ip ospf neighbor json')).neighbors ?? {};
  const names = Object.keys(JSON.parse(await vty.ask('show ip ospf interface json')).interfaces ?? {});
  const database = JSON.parse(await vty.ask('show ip ospf database json'));
  const [neighbor = FOREIGN] = Object.keys(neighbors);
  const [name = 'eth0'] = names.filter((each) => each !== 'lo');
  const own = database.routerId ?? FOREIGN;
  // FRR 8.4.4 crashes when it is asked for the traffic of one device that has several addresses.
  const addresses = (await vty.ask(`show ip ospf interface ${name}`)).match(/Internet Address/g)?.length ?? 0;
  const commands = [
    ...(addresses > 1 ? [] : both(`show ip ospf interface traffic ${name}`)),
    ...both('show ip ospf', 'show ip ospf neighbor', 'show ip ospf neighbor all', 'show ip ospf neighbor detail', 'show ip ospf neighbor detail all',
      `show ip ospf neighbor ${name}`, `show ip ospf neighbor ${neighbor} detail`, 'show ip ospf interface', 'show ip ospf interface nonesuch',
      'show ip ospf interface traffic', 'show ip ospf database', 'show ip ospf database self-originate', 'show ip ospf database max-age', 'show ip ospf route'),
    `show ip ospf neighbor ${name} detail`, `show ip ospf neighbor ${name} detail json`, `show ip ospf neighbor ${neighbor}`, `show ip ospf interface ${name}`,
    `show ip ospf interface ${name} json`, 'show ip ospf border-routers', 'show ip ospf reachable-routers', 'sh ip os nei', 'sh ip osp da ro self',
  ];
  for (const type of DATABASE_TYPES) commands.push(...both(`show ip ospf database ${type}`));
  for (const [key, type] of FIRST) {
    const holder = [...Object.values(database.areas ?? {}), database].find((each) => each[key]?.[0] !== undefined);
    if (holder === undefined) continue;
    const id = holder[key][0].lsId;
    commands.push(`show ip ospf database ${type} ${id}`, `show ip ospf database ${type} ${id} self-originate json`, `show ip ospf database ${type} ${id} adv-router ${own}`,
      `show ip ospf database ${type} self-originate json`, `show ip ospf database ${type} adv-router ${neighbor}`);
  }
  return [...commands, ...extensionCommands(name), ...vrfCommands(name), ...OSPFD_SHORT];
}

async function zebraCommands(vty) {
  const prefixes = Object.keys(JSON.parse(await vty.ask('show ip route json')));
  const samples = [...new Set([prefixes[0], prefixes[Math.floor(prefixes.length / 2)], prefixes[prefixes.length - 1]])].filter((each) => each !== undefined);
  return [
    ...both('show ip route', 'show ip route static', `show ip route ${FOREIGN}`, `show ip route ${FOREIGN}/32`, ...samples.map((prefix) => `show ip route ${prefix}`)),
    ...samples.map((prefix) => `show ip route ${prefix.split('/')[0]}`), 'show ip route connected', 'show ip route bgp', 'sh ip ro os', ...ZEBRA_SHORT,
  ];
}

async function askAll(path, commandsOf) {
  const vty = new Vty(path);
  const said = {};
  try {
    await vty.ask('enable');
    for (const command of await commandsOf(vty)) said[command] = (await vty.ask(command)).split('\n');
  } finally {
    vty.close();
  }
  return said;
}

/** What the router at `home` (the folder of its sockets) prints; command -> lines. */
export async function displays(home, isOspfdRunning) {
  return {
    ...(isOspfdRunning ? await askAll(join(home, 'ospfd.vty'), ospfdCommands) : {}),
    ...await askAll(join(home, 'zebra.vty'), zebraCommands),
  };
}
