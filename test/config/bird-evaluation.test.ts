/**
 * What BIRD's filters do with a route. The values follow from BIRD's user guide; that && and || bind equally is measured
 * (topologies/conformance/bird-externals: r4 exports its connected network and none of its static ones). What the real one makes of some hundred
 * filters is in test/conformance/bird-filters.test.ts.
 */
import { describe, expect, it } from 'vitest';
import { runBirdFilter, type BirdRouteView } from '../../src/config/bird/bird-evaluation.js';
import { parseBirdConf } from '../../src/config/bird/bird-conf.js';
import { Findings } from '../../src/config/config-error.js';

const ROUTE: BirdRouteView = {
  network: 0x0a010000, prefixLength: 16, protocolName: 'static1', source: 'RTS_STATIC', destination: 'RTD_UNICAST', gateway: 0x0a000001,
  interfaceName: 'eth0', interfaceIndex: 2, weight: 1, isOnlink: false, from: 0, scope: 'SCOPE_UNIVERSE', preference: 200, attributes: new Map([['ospf_metric1', 5]]),
  redirect: () => true,
};

/** The route as the filter lets it through; undefined: rejected. */
function run(body: string, before = ''): BirdRouteView | undefined {
  const findings = new Findings();
  const { symbols } = parseBirdConf(`${before}\nfilter f {\n${body}\n}\nprotocol device { }`, 'bird.conf', findings);
  expect(findings.errors.map((error) => error.toString())).toEqual([]);
  const symbol = symbols.get('f');
  if (symbol?.kind !== 'filter') throw new Error('no filter');
  return runBirdFilter(symbol.filter, ROUTE, (route) => ({ ...route, attributes: new Map(route.attributes) }));
}

describe('conditions', () => {
  it.each([
    ['net = 10.1.0.0/16', true],
    ['net ~ 10.0.0.0/8', true],
    ['net ~ [ 10.0.0.0/8 ]', false],
    ['net ~ [ 10.0.0.0/8+ ]', true],
    ['net ~ [ 10.1.2.0/24- ]', true],
    ['net ~ [ 10.0.0.0/8{17,24} ]', false],
    ['net ~ [ 10.0.0.0/8{16,24} ]', true],
    ['net !~ [ 192.168.0.0/16+, 10.1.0.0/16 ]', false],
    ['net.len > 15 && net.ip = 10.1.0.0', true],
    ['source = RTS_STATIC', true],
    ['source ~ [ RTS_DEVICE, RTS_OSPF ]', false],
    ['proto = "static1"', true],
    ['proto ~ "st?tic*"', true],
    ['gw ~ 10.0.0.0/24', true],
    ['gw.mask(8) = 10.0.0.0', true],
    ['defined(ospf_metric1)', true],
    ['defined(ospf_tag)', false],
    ['! defined(ospf_tag) && ospf_metric1 + 1 = 6', true],
    ['ospf_metric1 ~ [ 1..4, 6 ]', false],
    // Not (false || (true && false)), which is false too, but ((true || false) && false).
    ['true || false && false', false],
    ['dest = RTD_UNICAST && ifname = "eth0" && preference = 200', true],
  ])('%s', (condition, isTrue) => {
    expect(run(`if ${condition} then accept; reject;`) !== undefined).toBe(isTrue);
  });
});

describe('what a filter does', () => {
  it('sets attributes on a copy, and leaves the route alone', () => {
    expect(run('ospf_metric2 = ospf_metric1 * 2; unset(ospf_metric1); preference = 7; accept;')).toMatchObject({ preference: 7, attributes: new Map([['ospf_metric2', 10]]) });
    expect(ROUTE).toMatchObject({ preference: 200, attributes: new Map([['ospf_metric1', 5]]) });
  });

  it('rejects at its end, and where a value is missing or does not fit', () => {
    expect(run('ospf_tag = 1;')).toBeUndefined();
    expect(run('if ospf_tag + 1 = 1 then accept; accept;')).toBeUndefined();
    expect(run('int x; accept;')).toBeUndefined();
    expect(run('if net ~ 5 then accept; accept;')).toBeUndefined();
    expect(run('ospf_tag = 1 / (ospf_metric1 - 5); accept;')).toBeUndefined();
  });

  it('an attribute that is not there equals nothing, and is less than everything', () => {
    expect(['ospf_tag = 1', 'ospf_tag > 0', 'ospf_tag >= 0', 'ospf_tag != ospf_metric2'].map((condition) => run(`if ${condition} then reject; accept;`) !== undefined)).toEqual([true, true, true, true]);
    expect(['ospf_tag != 1', 'ospf_tag < 0', 'ospf_tag = ospf_metric2'].map((condition) => run(`if ${condition} then reject; accept;`))).toEqual([undefined, undefined, undefined]);
    expect(run('case ospf_tag { 0..9: reject; else: accept; }')).toBeDefined();
  });

  it('case, variables and functions', () => {
    const before = 'function half(int x) { return x / 2; }\nfunction stop() { if net.len = 16 then reject; return true; }';
    expect(run('int x = half(9); case x { 1..3: reject; 4, 5: { ospf_tag = x; accept; } else: reject; }', before)?.attributes.get('ospf_tag')).toBe(4);
    expect(run('case ospf_metric1 { 1: accept; else: reject; }')).toBeUndefined();
    expect(run('if stop() then accept; accept;', before)).toBeUndefined();
  });

  it('a function that calls itself for ever is stopped', () => {
    expect(run('if again(1) = 1 then accept; accept;', 'function again(int x) { return again(x + 1); }')).toBeUndefined();
  });
});
