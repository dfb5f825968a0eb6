/** A small lab held in memory, and what loading it says. */
import { ConfigErrors, type ConfigError } from '../../src/config/config-error.js';
import { loadTopology, type LoadedTopology, type LoadOptions } from '../../src/config/topology/topology.js';

/** Two routers and a host on a switch, a ctc link between the routers, one of everything. Line numbers matter to the tests. */
export const LAB = `name: lab
topology:
  nodes:
    r1:
      kind: frr
      config: [r1/zebra.conf, r1/ospfd.conf]
      interfaces:
        eth0: { address: 10.0.0.1/24 }
        ctc0: { address: 10.31.0.1, peer: 10.32.0.1 }
    r2:
      kind: zebra
      config: r2/ospfd.conf
      interfaces:
        eth0: { addresses: [10.0.0.2/24, 10.5.0.2/24] }
        ctc0: { address: 10.32.0.1/32, peer: 10.31.0.1/32 }
    h1:
      kind: host
      interfaces:
        eth0: { address: 10.0.0.9/24 }
      routes: [default via 10.0.0.1]
    sw: { kind: switch }
  links:
    - endpoints: ["r1:eth0", "sw:p1"]
    - endpoints: ["r2:eth0", "sw:p2"]
    - endpoints: ["h1:eth0", "sw:p3"]
    - { endpoints: ["r1:ctc0", "r2:ctc0"], kind: ctc }
probes:
  - { name: p1, from: h1, to: 10.32.0.1, every: 10ms }
events:
  - { at: 2m, node: r1, do: cp sleep 5min }
targets:
  - { probe: p1, outage: "<= 41s", source: a test }
expect:
  - { at: 119s, node: r1, show: show ip route, file: expected/r1.txt }
`;

export const LAB_FILES: Readonly<Record<string, string>> = {
  'labs/r1/zebra.conf': 'hostname r1\n',
  'labs/r1/ospfd.conf': 'router ospf\n network 10.0.0.0/8 area 0\n',
  'labs/r2/ospfd.conf': 'router ospf\n network 10.0.0.0/24 area 0\n',
  'labs/expected/r1.txt': 'nothing\n',
};

export function load(text: string, options: Partial<LoadOptions> = {}, files: Readonly<Record<string, string>> = LAB_FILES): LoadedTopology {
  return loadTopology('labs/lab.yaml', {
    ...options,
    readFile: (path) => {
      if (path === 'labs/lab.yaml') return text;
      const found = files[path];
      if (found === undefined) throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
      return found;
    },
  });
}

/** What is wrong with it; empty: it loads. Anything else that is thrown goes through. */
export function failures(text: string, options: Partial<LoadOptions> = {}, files: Readonly<Record<string, string>> = LAB_FILES): readonly ConfigError[] {
  try {
    load(text, options, files);
    return [];
  } catch (failure) {
    if (!(failure instanceof ConfigErrors)) throw failure;
    return failure.errors;
  }
}

/** Each error as the user sees it. */
export function errorsOf(text: string, options: Partial<LoadOptions> = {}, files: Readonly<Record<string, string>> = LAB_FILES): string[] {
  return failures(text, options, files).map(String);
}

/** LAB with one text replaced; the text must be there exactly once. */
export function lab(...replacements: readonly [from: string, to: string][]): string {
  let text = LAB;
  for (const [from, to] of replacements) {
    if (text.split(from).length !== 2) throw new Error(`"${from}" is not exactly once in the lab`);
    text = text.replace(from, () => to);
  }
  return text;
}
