/**
 * bird.conf: what comes out of a file, where errors stand, what is passed over and what refused. Which snippets BIRD itself takes is in
 * test/conformance/bird-language.test.ts.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBirdConf } from '../../src/config/bird/bird-conf.js';
import { Findings } from '../../src/config/config-error.js';
import type { BirdOspfProtocol } from '../../src/config/bird/bird-tree.js';
import '../seed.js';

function parse(text: string, files: Readonly<Record<string, string>> = {}) {
  const findings = new Findings();
  const configuration = parseBirdConf(text, 'r1/bird.conf', findings, (name) => (name in files ? { path: `r1/${name}`, text: files[name] } : 'no such file'));
  return { configuration, errors: findings.errors.map((error) => error.toString()), notes: findings.notes };
}

function ospfOf(text: string): BirdOspfProtocol {
  const { configuration, errors } = parse(text);
  expect(errors).toEqual([]);
  const found = configuration.protocols.find((each): each is BirdOspfProtocol => each.kind === 'ospf');
  if (found === undefined) throw new Error('no OSPF');
  return found;
}

describe('what a file says', () => {
  it('defaults of an interface, and intervals that follow from others', () => {
    const { areas: [{ interfaces: [plain, timed] }] } = ospfOf('protocol ospf { area 0 { interface "eth0"; interface "eth1" { hello 3; dead count 5; wait 7; }; }; }');
    expect(plain).toMatchObject({ cost: 10, helloSeconds: 10, deadSeconds: 40, waitSeconds: 40, retransmitSeconds: 5, priority: 1, isStub: false, isLinkChecked: true });
    expect(timed).toMatchObject({ helloSeconds: 3, deadSeconds: 15, waitSeconds: 7 });
  });

  it('an area: stub, ranges, stub networks', () => {
    const { areas: [area] } = ospfOf('protocol ospf v2 { area 0.0.0.2 { stub; summary; default cost 7; networks { 10.0.0.0/8; 10.1.0.0/16 hidden; }; stubnet 10.9.0.0/16 { cost 3; summary; }; }; }');
    expect(area).toMatchObject({ id: 2, isStub: true, hasSummaries: true, defaultCost: 7,
      ranges: [{ prefixLength: 8, isHidden: false }, { prefixLength: 16, isHidden: true }], stubNetworks: [{ cost: 3, isSummary: true, isHidden: false }] });
  });

  it('a name is made where none is given, and counts by kind', () => {
    const { configuration } = parse('protocol static { ipv4; }\nprotocol static two { ipv4; }\nprotocol static { ipv4; }\nprotocol ospf { area 0 { }; }');
    expect(configuration.protocols.map((each) => each.name)).toEqual(['static1', 'two', 'static2', 'ospf1']);
  });

  it('included files, and constants out of them', () => {
    const { configuration, errors } = parse('include "names.conf";\nprotocol ospf { area 0 { interface "eth0" { cost COST; }; }; }', { 'names.conf': 'define COST = 4 * 5;\n' });
    expect(errors).toEqual([]);
    expect(configuration.protocols[0]).toMatchObject({ areas: [{ interfaces: [{ cost: 20 }] }] });
  });
});

describe('where errors stand', () => {
  it.each([
    ['protocol ospf v2 {\n area 0 {\n  interface "eth0" { coste 5; };\n };\n}', 'r1/bird.conf:3:22: "coste" was not expected here; did you mean "cost"?'],
    ['protocol ospf v2 {\n area 0 { interface "eth0" { cost 70000; }; };\n}', 'r1/bird.conf:2:35: the cost must be from 1 to 65535, not 70000'],
    ['protocol static { ipv4; route 10.0.0.1/8 blackhole; }', 'r1/bird.conf:1:31: 10.0.0.1/8 has host bits; 10.0.0.0/8 may be what is meant'],
    ['filter out { accept; }', 'r1/bird.conf:1:8: "out" is a word of BIRD\'s language: a filter needs another name'],
    ['include "gone.conf";\nprotocol device { }', 'r1/bird.conf:1:9: cannot include "gone.conf": no such file'],
    ['router id 10.0.0.1;', 'r1/bird.conf:1:1: no protocol is configured: BIRD does not start without one'],
  ])('%s', (text, error) => {
    expect(parse(text).errors[0].slice(0, error.length)).toBe(error);
  });

  it('in an included file, and all of them in one go', () => {
    const { errors } = parse('include "a.conf";\nprotocol foo { }\nprotocol device { }', { 'a.conf': '\nlog nowhere;\n' });
    expect(errors.map((error) => error.split(': ')[0])).toEqual(['r1/a.conf:2:5', 'r1/bird.conf:2:10']);
  });
});

it('protocols outside are passed over, once for each kind', () => {
  const { errors, notes } = parse('protocol bgp a { local as 1; neighbor 10.0.0.1 as 2; }\nprotocol bgp b { local as 1; neighbor 10.0.0.2 as 2; }\nprotocol device { }');
  expect(errors).toEqual([]);
  expect(notes.map(({ kind, line }) => [kind, line])).toEqual([['not-acted-on', 1]]);
});

it('files that include themselves end', () => {
  expect(parse('include "a.conf";', { 'a.conf': 'include "a.conf";\n' }).errors[0]).toMatch(/include one another deeper/);
});

it('no text makes it throw, or go on for ever', () => {
  const word = fc.constantFrom('protocol', 'ospf', 'v2', 'area', '0', '{', '}', ';', 'interface', '"eth0"', 'cost', '5', 'filter', 'if', 'then', 'accept', '10.0.0.0/8', '[', ']', '~', 'net',
    '(', ')', 'define', 'a', '=', 'ipv4', 'export', 'where', 'route', 'via', 'case', ':', 'else', ',', '/*', '*/', '#', '\n', '"', "'", 'function', 'include', 'static', 'kernel', '-', '..');
  fc.assert(fc.property(fc.array(word, { maxLength: 40 }), (words) => {
    parse(words.join(' '), { eth0: 'filter x { accept; }' });
  }), { numRuns: 1000 });
  fc.assert(fc.property(fc.string({ maxLength: 60 }), (text) => {
    parse(text);
  }), { numRuns: 300 });
});
