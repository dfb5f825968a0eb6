/**
 * How long the emulator's own calculation takes, from its link state database: the whole of it (tree, routing table, difference to the last
 * table), and what changes cost that leave the tree alone: of a stub link, of the way to a leaf, and, with as many summaries and externals as
 * there are routers, of one summary and of one external. Prints one JSON object.
 *
 *   node bench/spf-emulated.mjs KIND ROUTERS
 */
import { Prng } from '../dist/base/prng.js';
import { decodeLsaBody } from '../dist/ospf/lsa-body.js';
import { LsaInstance, lsaContents } from '../dist/ospf/lsdb.js';
import { Neighbor } from '../dist/ospf/neighbor.js';
import { OspfProcess } from '../dist/ospf/process.js';
import { runCalculation } from '../dist/ospf/spf-schedule.js';
import { FRR_844 } from '../dist/persona/ospf-frr.js';
import { install } from '../dist/ospf/installation.js';
import { updateRouterLsa } from '../dist/ospf/origination.js';
import { calculateExternals } from '../dist/ospf/external.js';
import { MEASURED, externalOf, leafLsa, lsaOf, spfNetwork, summaryOf } from './spf-network.mjs';

const [kind = 'grid', routers = '1000'] = process.argv.slice(2);
const network = spfNetwork(kind, Number(routers));
const nothing = () => {};
const ospf = new OspfProcess({
  routerId: MEASURED.routerId, networks: [{ network: MEASURED.network, prefixLength: MEASURED.prefixLength, area: 0 }],
  interfaces: new Map([['eth0', { networkType: 'point-to-point', cost: MEASURED.cost }]]), passiveInterfaces: new Set(), isPassiveByDefault: false,
  activeInterfaces: new Set(), redistribute: [], routeMaps: new Map(), accessLists: new Map(),
}, FRR_844, {
  send: nothing, joinGroup: nothing, leaveGroup: nothing, resolve: nothing, trace: nothing,
  installRoute: nothing, withdrawRoute: nothing,
}, { protocol: new Prng(1, 'bench', 'protocol'), refresh: new Prng(1, 'bench', 'refresh'), socket: new Prng(1, 'bench', 'socket') }, [{
  index: 2, name: 'eth0', mtu: 1500, bandwidthMbps: 1000, isLoopback: false, isPointToPoint: false,
  addresses: [{ address: MEASURED.address, prefixLength: MEASURED.prefixLength }],
}], []);
let now = 1_000_000;
ospf.start(now);
const [area] = ospf.areas;
const [owner] = ospf.interfaces;
const { neighborTimers: timers } = ospf;
const neighbor = new Neighbor(owner, network.nodes[0].routerId, MEASURED.peer, now, timers);
neighbor.state = 'Full';
owner.neighbors.push(neighbor);
updateRouterLsa(area, now += 10_000_000);
let sequence = 1;
const receive = (bytes, scope) => install(ospf, new LsaInstance(lsaContents(bytes, decodeLsaBody(bytes)), 1, scope, now, false, true), now);
const put = (node, options) => receive(lsaOf(node, { sequence: sequence++, ...options }), area);
for (const node of network.nodes) put(node, {});
runCalculation(ospf, now += 10_000_000);
if (ospf.routingTable.size !== network.prefixes) throw new Error(`${ospf.routingTable.size} routes instead of ${network.prefixes}`);

/**
 * Processor time of many calculations, each after a change of one LSA, less that of as many refreshes, which change nothing; microseconds
 * for one. And the median wall time of the calculations alone, which tells a small change from a whole one better: it is mostly shorter
 * than what surrounds it.
 */
function measure(change, rounds, calculate = () => runCalculation(ospf, now)) {
  const walls = [];
  const spend = (put) => {
    const before = process.cpuUsage();
    for (let i = 0; i < rounds; i++) {
      put(i);
      now += 1000;
      if (put === refresh) continue;
      const started = process.hrtime.bigint();
      calculate();
      walls.push(Number(process.hrtime.bigint() - started) / 1e3);
    }
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  const refresh = () => put(far, last);
  const refreshed = spend(refresh);
  const changed = spend(change);
  walls.sort((a, b) => a - b);
  return { micros: (changed - refreshed) / rounds, wall: walls[walls.length >> 1] };
}

/** The same, and that it went the way that was meant: `part` of what has been done is that often. */
function measureSure(part, change, rounds, calculate) {
  measure(change, rounds, calculate); // warm
  const before = ospf.workDone[part];
  const result = measure(change, rounds, calculate);
  if (ospf.workDone[part] - before !== rounds) throw new Error(`${part}: ${ospf.workDone[part] - before} of ${rounds} changes`);
  return result;
}

const rounds = network.nodes.length > 3000 ? 300 : 2000;
const far = network.nodes[network.nodes.length >> 1];
let last = {};
const full = measureSure('wholeTrees', (i) => put(far, last = { extraCost: (i + 1) % 2 }), rounds);
const stub = measureSure('revisions', (i) => put(far, last = { stubCost: 1 + ((i + 1) % 2) }), rounds);

// A leaf hangs on the same router.
put(far, last = { leafCost: 10 });
receive(leafLsa(far, 1), area);
runCalculation(ospf, now += 1000);
if (ospf.routingTable.size !== network.prefixes + 2) throw new Error('the leaf is not reached');
const leaf = measureSure('revisions', (i) => put(far, last = { leafCost: 10 + ((i + 1) % 2) }), rounds);

// It is a border and a boundary router with as many summaries and externals as there are routers.
const count = network.nodes.length;
put(far, last = { flags: 3 });
for (let i = 0; i < count; i++) {
  receive(summaryOf(far, i, 10, 1), area);
  receive(externalOf(far, i, 10, 1), undefined);
}
runCalculation(ospf, now += 1000);
calculateExternals(ospf, now);
if (ospf.routingTable.interArea.size !== count || ospf.externalRoutes.size !== count) throw new Error('summaries or externals are missing');
const someSummary = (i) => receive(summaryOf(far, (i * 7) % count, 11 + ((i / count) & 1), i + 2), area);
const someExternal = (i) => receive(externalOf(far, (i * 7) % count, 11 + ((i / count) & 1), i + 2), undefined);
const externals = () => calculateExternals(ospf, now);
const summary = measureSure('revisedInterArea', someSummary, rounds);
const allSummaries = measureSure('wholeInterArea', someSummary, Math.ceil(rounds / 10), () => {
  ospf.interAreaBasis.text = '';
  runCalculation(ospf, now);
});
externals();
const external = measureSure('revisedExternals', someExternal, rounds, externals);
const allExternals = measureSure('wholeExternals', someExternal, Math.ceil(rounds / 10), () => {
  ospf.externalNotes.last = undefined;
  externals();
});
console.log(JSON.stringify({
  kind, routers: network.nodes.length, prefixes: network.prefixes, fullMicros: full.micros, wallMicros: full.wall, stubMicros: stub.wall, leafMicros: leaf.wall,
  summaryMicros: summary.wall, allSummariesMicros: allSummaries.wall, externalMicros: external.wall, allExternalsMicros: allExternals.wall,
}));
