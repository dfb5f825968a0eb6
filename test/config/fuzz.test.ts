/**
 * Damaged files: whatever is done to the shipped scenarios, loading gives a Plan or says what is wrong, with a place that
 * exists, and gives the same answer again. Nothing else is ever thrown, and no file takes long.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ConfigErrors } from '../../src/config/config-error.js';
import { loadTopology } from '../../src/config/topology/topology.js';

const TOPOLOGIES = join(import.meta.dirname, '../../topologies');
const MAIN = ['router-loss.yaml', 'router-loss-frr.yaml', 'proxy-arp-vipa.yaml', 'proxy-arp-vipa-two.yaml', 'vipa-ospf.yaml', 'zvm-standby.yaml', 'zvm-failure.yaml'];
/** Of those but the first two; the two of z/VM share theirs. */
const MORE = ['proxy-arp-vipa/system1/tcpip.clle', 'proxy-arp-vipa/dispatcher/ndcontrol', 'proxy-arp-vipa-two/system1/tcpip.clle', 'proxy-arp-vipa-two/system2/tcpip.clle',
  'proxy-arp-vipa-two/dispatcher/ndcontrol', 'vipa-ospf/zvm1/profile.tcpip', 'vipa-ospf/zvm1/mproute.config',
  'zvm-failure/demostrt.exec', 'zvm-failure/demostop.exec', 'zvm-failure/forcelnx.exec', 'zvm-failure/op1.rtable'];
const EXPECTED = readdirSync(TOPOLOGIES, { recursive: true, encoding: 'utf8' }).filter((name) => /^(proxy-arp|vipa-ospf).*(\.txt|frr\.conf)$/.test(name));
const FILES = ['zebra', 'frr'].flatMap((kind) =>
  ['tirnanog', 'lnx31', 'lnx32', 'lnx33'].flatMap((node) => ['zebra.conf', 'ospfd.conf'].map((name) => `router-loss${kind === 'frr' ? '-frr' : ''}/${node}/${name}`)),
);
const ORIGINAL = new Map([...MAIN, ...FILES, ...MORE, ...EXPECTED].map((name) => [join(TOPOLOGIES, name), readFileSync(join(TOPOLOGIES, name), 'utf8')]));

const FRAGMENTS = ['', ' ', '\n', '\t', '!', '#', ':', '- ', '{', '}', '[', ']', '"', "'", '&a ', '*a', '<<: ', '|', '>', '%', '@', '---\n', '...\n', '?', '\0', '\ufeff', '\u2028', '😀', '\ud800',
  '0', '-1', '99999999999999999999', '1e9', '0x10', 'null', 'true', '10.0.0.1', '255.255.255.255/32', '/', '.', '(', ')', '/*', '*/', ' +\n', ' -\n', ';', '=', '*NONE', 'no ', 'router ospf\n', 'interface ', 'x'.repeat(300), '[['.repeat(50), '__proto__', 'constructor', 'toString'];

type Mutation = readonly [kind: number, at: number, length: number, fragment: number];
const mutations = fc.array(fc.tuple(fc.nat(3), fc.nat(1_000_000), fc.nat(40), fc.nat(FRAGMENTS.length - 1)), { minLength: 1, maxLength: 4 });

function mutate(text: string, list: readonly Mutation[]): string {
  let result = text;
  for (const [kind, at, length, fragment] of list) {
    const position = at % (result.length + 1);
    const end = Math.min(result.length, position + length);
    if (kind === 0) result = result.slice(0, position) + result.slice(end);
    else if (kind === 1) result = result.slice(0, position) + FRAGMENTS[fragment] + result.slice(position);
    else if (kind === 2) result = result.slice(0, position) + FRAGMENTS[fragment] + result.slice(end);
    else result = result.slice(0, end) + result.slice(position, end) + result.slice(end);
  }
  return result;
}

/** What loading says: the plan's node names, or the errors. */
function outcome(main: string, changed: string, text: string): string {
  try {
    const { plan } = loadTopology(main, { readFile: (path) => (path === changed ? text : (ORIGINAL.get(path) ?? missing(path))) });
    return `loads ${plan.nodes.length} ${plan.links.length}`;
  } catch (failure) {
    if (!(failure instanceof ConfigErrors)) throw failure;
    expect(failure.errors.length).toBeGreaterThan(0);
    for (const error of failure.errors) {
      expect(error.message).not.toBe('');
      expect(String(error)).not.toMatch(/[\n\r]/);
      if (error.file === changed) {
        expect(error.line).toBeGreaterThanOrEqual(1);
        expect(error.column).toBeGreaterThanOrEqual(1);
        expect(error.line).toBeLessThanOrEqual(text.split(/\r\n|\n|\r/).length + 1);
      }
    }
    return failure.message;
  }
}

function missing(path: string): never {
  throw Object.assign(new Error(path), { code: 'ENOENT' });
}

const mainOf = (name: string): string => join(TOPOLOGIES, `${name.slice(0, name.indexOf('/'))}.yaml`);

it('damaged configuration files', () => {
  fc.assert(
    fc.property(fc.constantFrom(...FILES, ...MORE), mutations, (name, list) => {
      const path = join(TOPOLOGIES, name);
      const text = mutate(ORIGINAL.get(path) ?? '', list);
      expect(outcome(mainOf(name), path, text)).toBe(outcome(mainOf(name), path, text));
    }),
    { numRuns: 150 },
  );
});

it('damaged topology files', () => {
  fc.assert(
    fc.property(fc.constantFrom(...MAIN), mutations, (name, list) => {
      const path = join(TOPOLOGIES, name);
      const text = mutate(ORIGINAL.get(path) ?? '', list);
      expect(outcome(path, path, text)).toBe(outcome(path, path, text));
    }),
    { numRuns: 150 },
  );
});

it('arbitrary text', () => {
  const main = join(TOPOLOGIES, MAIN[0]);
  const conf = join(TOPOLOGIES, FILES[1]);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      outcome(main, main, text);
      outcome(main, conf, text);
    }),
    { numRuns: 200 },
  );
});

it('arbitrary overrides', () => {
  const main = join(TOPOLOGIES, MAIN[0]);
  const part = fc.oneof(fc.constantFrom('topology', 'nodes', 'lnx31', 'events', '0', 'at', 'links', 'endpoints', 'config', '__proto__', 'length'), fc.string({ maxLength: 5 }));
  fc.assert(
    fc.property(fc.array(part, { maxLength: 5 }), fc.oneof(fc.constantFrom('', '1', '[]', '{}', '{a: 1}', 'null', '*a', '&a 1', '[1', '- x'), fc.string({ maxLength: 20 })), (path, value) => {
      try {
        loadTopology(main, { readFile: (each) => ORIGINAL.get(each) ?? missing(each), overrides: [`${path.join('.')}=${value}`] });
      } catch (failure) {
        if (!(failure instanceof ConfigErrors)) throw failure;
      }
    }),
    { numRuns: 150 },
  );
});
