/**
 * The network of the soak, in two halves with one bridge far behind the device under test, as in topologies/egress-convergence.yaml, which says what
 * happens when the bridge breaks:
 *
 *     tester ---- tap0 dut tap1 (cost 10) ------- west-01-01 ... a grid ... west-NN-NN
 *                          |                                               | bridge
 *                          tap2 (cost 20000) --- east-01-01 ... a grid ... east-NN-NN
 *
 * Hello 10 s, dead 40 s. The routers start one after the other over some minutes, as those of a real network have: what started in one second would
 * say Hello, and half an hour later refresh its LSAs, in one second.
 */
export const BINDINGS = 'tester:eth0=tap:tap0,west-{first}:up=tap:tap1,east-{first}:up=tap:tap2';
const STREAMS = 10;
const FAR_COST = 20_000;

/** `faultAt`: seconds of the run; undefined: no fault. `side`: of both halves together. */
export function soakNetwork({ side, startSpreadSeconds, faultAt }) {
  const [rows, columns] = [side, side / 2];
  const [rowWidth, columnWidth] = [String(rows).length, String(columns).length];
  const name = (half, row, column) => `${half}-${String(row).padStart(rowWidth, '0')}-${String(column).padStart(columnWidth, '0')}`;
  const half = (label, links, loopbacks, up, bridge) => `    - name: ${label}
      shape: grid
      rows: ${rows}
      columns: ${columns}
      links: ${links}
      loopbacks: ${loopbacks}
      attach:
        - { node: ${name(label, 1, 1)}, interface: up, address: ${up}/30 }
        - { node: ${name(label, rows, columns)}, interface: bridge, address: ${bridge}/30 }
`;
  const yaml = `name: soak
title: ${rows * columns * 2} routers behind a real one
start: { spread: ${startSpreadSeconds}s }
topology:
  nodes:
    tester: { kind: host, interfaces: { eth0: { address: 192.0.2.2/30 } }, routes: [default via 192.0.2.1] }
    dut: { kind: host, interfaces: { eth0: { address: 192.0.2.1/30 }, eth1: { address: 198.51.100.1/30 }, eth2: { address: 198.51.100.5/30 } } }
  generate:
${half('west', '10.128.0.0/10', '172.16.0.0/13', '198.51.100.2', '198.51.100.9')}${half('east', '10.192.0.0/10', '172.24.0.0/13', '198.51.100.6', '198.51.100.10')}
  links:
    - endpoints: ["tester:eth0", "dut:eth0"]
    - endpoints: ["dut:eth1", "${name('west', 1, 1)}:up"]
    - endpoints: ["dut:eth2", "${name('east', 1, 1)}:up"]
    - endpoints: ["${name('west', rows, columns)}:bridge", "${name('east', rows, columns)}:bridge"]
device: dut
${faultAt === undefined ? '' : `probes:
  - { name: routes, from: tester, to: { loopbacks: east, sample: ${STREAMS} }, protocol: udp, every: 20ms, start: ${faultAt - 5}s, stop: ${faultAt + 15}s }
events:
  - { at: ${faultAt}s, node: ${name('west', rows, columns)}, do: carrier down bridge }
`}until: 24h
`;
  const link = (device, address, cost) => `interface ${device}\n ip address ${address}/30\n ip ospf network point-to-point\n ip ospf cost ${cost}\n`;
  const configuration = `hostname dut
log timestamp precision 6
interface tap0
 ip address 192.0.2.1/30
 ip ospf passive
${link('tap1', '198.51.100.1', 10)}${link('tap2', '198.51.100.5', FAR_COST)}router ospf
 ospf router-id 192.0.2.1
 log-adjacency-changes detail
 network 0.0.0.0/0 area 0
`;
  const linksOfHalf = rows * (columns - 1) + columns * (rows - 1);
  return {
    yaml, configuration, routers: 2 * rows * columns,
    // A loopback each, the links, and the bridge; the device's own are connected.
    routes: 2 * rows * columns + 2 * linksOfHalf + 1,
    bindings: BINDINGS.replaceAll('{first}', name('west', 1, 1).slice('west-'.length)),
  };
}
