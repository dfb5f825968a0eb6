/**
 * How long the emulator's own calculation takes, from its link state database: the whole of it (tree, routing table, difference to the last
 * table), and what a stub change costs. Prints one JSON object.
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
import { MEASURED, lsaOf, spfNetwork } from './spf-network.mjs';

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
const put = (node, options) => {
  const bytes = lsaOf(node, { sequence: sequence++, ...options });
  install(ospf, new LsaInstance(lsaContents(bytes, decodeLsaBody(bytes)), 1, area, now, false, true), now);
};
for (const node of network.nodes) put(node, {});
runCalculation(ospf, now += 10_000_000);
if (ospf.routingTable.size !== network.prefixes) throw new Error(`${ospf.routingTable.size} routes instead of ${network.prefixes}`);

/**
 * Processor time of many calculations, each after a change of one LSA, less that of as many refreshes, which change nothing; microseconds
 * for one. And the median wall time of the calculations alone, which tells a stub change from a whole one better: it is mostly shorter
 * than what surrounds it.
 */
function measure(change, rounds) {
  const walls = [];
  const spend = (put) => {
    const before = process.cpuUsage();
    for (let i = 0; i < rounds; i++) {
      put(i);
      now += 1000;
      if (put === refresh) continue;
      const started = process.hrtime.bigint();
      runCalculation(ospf, now);
      walls.push(Number(process.hrtime.bigint() - started) / 1e3);
    }
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  const refresh = () => put(far, last);
  const refreshed = spend(refresh);
  const runs = ospf.spfRuns;
  const changed = spend(change);
  if (ospf.spfRuns - runs !== rounds) throw new Error('not every change was calculated');
  walls.sort((a, b) => a - b);
  return { micros: (changed - refreshed) / rounds, wall: walls[walls.length >> 1] };
}

const rounds = network.nodes.length > 3000 ? 300 : 2000;
const far = network.nodes[network.nodes.length >> 1];
let last = {};
const linkChange = (i) => put(far, last = { extraCost: (i + 1) % 2 });
const stubChange = (i) => put(far, last = { stubCost: 1 + ((i + 1) % 2) });
measure(linkChange, rounds);
const full = measure(linkChange, rounds);
measure(stubChange, rounds);
const stub = measure(stubChange, rounds);
console.log(JSON.stringify({ kind, routers: network.nodes.length, prefixes: network.prefixes, fullMicros: full.micros, wallMicros: full.wall, stubMicros: stub.wall }));
