/**
 * Runs the grid in the emulator until every table is complete; prints one JSON object.
 *
 *   node bench/grid-emulated.mjs [SIZE] [--cut]
 *
 * With --cut a link in the middle loses its carrier when all is quiet, and what it takes until every table is right again is measured, too.
 */
import { gridNetwork, ospfdConf, topologyYaml } from './grid-network.mjs';

const size = Number(process.argv[2] ?? 8);
const hasCut = process.argv.includes('--cut');
const CUT_AT_SECONDS = 60;
const started = process.hrtime.bigint();
const since = (from) => Number(process.hrtime.bigint() - from) / 1e9;
const { loadTopology } = await import('../dist/config/topology/topology.js');
const { Simulation } = await import('../dist/sim/simulation.js');

const network = gridNetwork(size);
const middle = network.links[network.links.length >> 1];
let yaml = topologyYaml(network, 'conf');
if (hasCut) yaml += `events:\n  - { at: ${CUT_AT_SECONDS}s, node: ${network.routers[middle.a].name}, do: carrier down ${middle.names[0]} }\n`;
const files = new Map([['grid.yaml', yaml]]);
for (const router of network.routers) files.set(`conf/${router.name}.conf`, ospfdConf(router));
const { plan } = loadTopology('grid.yaml', { readFile: (path) => files.get(path) });
const simulation = new Simulation(plan, {});
const processes = () => simulation.nodes.map((node) => node.system?.ospf);
const isComplete = (prefixes) => processes().every((ospf) => ospf?.routingTable.size === prefixes);

/** Runs on in steps of a tenth of a second until it is so; virtual seconds. */
function runUntil(isSo, from, limit) {
  let virtualSeconds = from;
  while (!isSo()) {
    virtualSeconds += 0.1;
    if (virtualSeconds > from + limit) throw new Error(`the tables are not complete after ${limit} s`);
    simulation.runUntil(Math.round(virtualSeconds * 1e6));
  }
  return virtualSeconds;
}

const virtualSeconds = runUntil(() => isComplete(network.prefixes), 0, 120);
const result = {
  routers: network.routers.length, prefixes: network.prefixes, virtualSeconds: Number(virtualSeconds.toFixed(1)),
  wallSeconds: since(started), cpuSeconds: process.cpuUsage().user / 1e6, peakMegabytes: process.resourceUsage().maxRSS / 1024,
  trajectoryHash: simulation.trajectoryHash,
};
if (hasCut) {
  simulation.runUntil(CUT_AT_SECONDS * 1e6 - 1);
  const runs = () => processes().map((ospf) => ospf.spfRuns);
  const before = runs();
  const cut = process.hrtime.bigint();
  const cpu = process.cpuUsage();
  // The link's own network goes out of every table, everybody has calculated, and nobody is about to.
  const isRight = () => isComplete(network.prefixes - 1) && runs().every((count, i) => count > before[i]) && processes().every((ospf) => !ospf.calculationTimer.isArmed);
  const end = runUntil(isRight, CUT_AT_SECONDS, 60);
  Object.assign(result, { cutVirtualSeconds: Number((end - CUT_AT_SECONDS).toFixed(1)), cutWallSeconds: since(cut), cutCpuSeconds: process.cpuUsage(cpu).user / 1e6,
    peakMegabytes: process.resourceUsage().maxRSS / 1024 });
}
console.log(JSON.stringify(result));
