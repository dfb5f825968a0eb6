/**
 * Runs the grid in the emulator until every table is complete; prints one JSON object.
 *
 *   node bench/grid-emulated.mjs [SIZE]
 */
import { gridNetwork, ospfdConf, topologyYaml } from './grid-network.mjs';

const size = Number(process.argv[2] ?? 8);
const started = process.hrtime.bigint();
const { loadTopology } = await import('../dist/config/topology.js');
const { Simulation } = await import('../dist/sim/simulation.js');

const network = gridNetwork(size);
const files = new Map([['grid.yaml', topologyYaml(network, 'conf')]]);
for (const router of network.routers) files.set(`conf/${router.name}.conf`, ospfdConf(router));
const { plan } = loadTopology('grid.yaml', { readFile: (path) => files.get(path) });
const simulation = new Simulation(plan, {});
const complete = () => simulation.nodes.every((node) => node.system?.ospf?.routingTable.size === network.prefixes);
let virtualSeconds = 0;
while (!complete()) {
  virtualSeconds += 0.1;
  if (virtualSeconds > 120) throw new Error('the tables are not complete after 120 s');
  simulation.runUntil(Math.round(virtualSeconds * 1e6));
}
console.log(JSON.stringify({
  routers: network.routers.length, prefixes: network.prefixes, virtualSeconds: Number(virtualSeconds.toFixed(1)),
  wallSeconds: Number(process.hrtime.bigint() - started) / 1e9, peakMegabytes: process.resourceUsage().maxRSS / 1024,
  trajectoryHash: simulation.trajectoryHash,
}));
