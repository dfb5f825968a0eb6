/**
 * Keys that change while BIRDs run: which is sent, which is taken, and what becomes of the adjacency. The figures are those of two real
 * BIRDs 2.0.12 on five links, hello 1 s and dead 4 s, whose passwords had these periods around the start.
 */
import { describe, expect, it } from 'vitest';
import { SECOND, type Micros } from '../../src/base/micros.js';
import { loadTopology } from '../../src/config/topology/topology.js';
import { Simulation } from '../../src/sim/simulation.js';

interface Outcome {
  /** Second of the run, and authentication type, key id, length of the digest and checksum's presence of each Hello that differs from the one before. */
  readonly sent: readonly (readonly [number, string])[];
  /** When a neighbour was lost, and when one became Full. */
  readonly lost: readonly Micros[];
  readonly full: readonly Micros[];
}

function note(sent: [number, string][], second: number, bytes: Uint8Array): void {
  const ospf = bytes.subarray(34);
  const isSimple = ospf[15] === 1;
  const trailer = ((bytes[16] << 8) | bytes[17]) - 20 - ((ospf[2] << 8) | ospf[3]);
  const hasChecksum = ospf[12] !== 0 || ospf[13] !== 0;
  const hasNothing = ospf.subarray(16, 24).every((each) => each === 0) && trailer === 0 && !hasChecksum;
  const text = hasNothing ? `type ${ospf[15]}, nothing` : isSimple ? String.fromCharCode(ospf[16]) : `key ${ospf[18]}, ${ospf[19]} = ${trailer} octets`;
  if (sent.at(-1)?.[1] !== text) sent.push([second, text]);
}

/** `:12` is twelve seconds after the start of the run. */
const CLOCK = '2026-03-28 23:59:50';
const dated = (passwords: string): string => passwords.replace(/":(\d+)"/g, (_, second: string) => {
  const at = Number(second) - 10;
  return at < 0 ? `"2026-03-28 23:59:${60 + at}"` : `"2026-03-29 00:00:${at}"`;
});

function run(authentication: 'simple' | 'cryptographic', a: string, b = a): readonly [Outcome, Outcome] {
  const conf = (id: number, passwords: string): string => `router id 1.1.1.${id};\nprotocol device { }\nprotocol ospf v2 { area 0 { interface "eth0" { type ptp; hello 1; dead 4;
    authentication ${authentication}; ${dated(passwords)} }; }; }\n`;
  const files: Record<string, string> = {
    'a.conf': conf(1, a), 'b.conf': conf(2, b),
    'keys.yaml': `clock: ${CLOCK}\nuntil: 40s\ntopology:\n  nodes:\n    a: { kind: bird, config: a.conf, interfaces: { eth0: { address: 10.0.0.1/24 } } }
    b: { kind: bird, config: b.conf, interfaces: { eth0: { address: 10.0.0.2/24 } } }\n  links: [ { endpoints: ["a:eth0", "b:eth0"] } ]\n`,
  };
  const { plan } = loadTopology('keys.yaml', { readFile: (file) => files[file] });
  const outcomes = plan.nodes.map(() => ({ sent: [] as [number, string][], lost: [] as Micros[], full: [] as Micros[] }));
  const simulation = new Simulation(plan, {
    trace: (at, node, event) => {
      if (event.kind !== 'neighbor-state') return;
      if (event.event === 'InactivityTimer') outcomes[node].lost.push(at);
      if (event.to === 'Full') outcomes[node].full.push(at);
    },
    frame: (_link, _end, at, bytes, direction) => {
      const isHello = bytes[12] === 0x08 && bytes[13] === 0x00 && bytes[23] === 89 && bytes[35] === 1;
      if (direction === 'outbound' && isHello) note(outcomes[bytes[29] - 1].sent, Math.floor(at / SECOND), bytes);
    },
  });
  simulation.run();
  return [outcomes[0], outcomes[1]];
}

describe('as two real BIRDs did', () => {
  it('the key that came last into its time is sent; both are taken for a while: the adjacency stays', () => {
    const keys = (from: number): string => `password "one" { id 1; generate to ":25"; accept to ":32"; };
      password "two" { id 2; generate from ":${from}"; accept from ":8"; algorithm hmac sha256; };`;
    const [a, b] = run('cryptographic', keys(16), keys(20));
    expect([a.sent, b.sent]).toEqual([16, 20].map((second) => [[0, 'key 1, 16 = 16 octets'], [second, 'key 2, 32 = 32 octets']]));
    expect([a.lost, b.lost, a.full.length, b.full.length]).toEqual([[], [], 1, 1]);
  });

  it('between two keys packets go out without any and are not taken: lost after the dead interval, Full again with the next key', () => {
    for (const each of run('cryptographic', 'password "one" { id 1; to ":14"; }; password "two" { id 2; from ":26"; };')) {
      expect(each.sent).toEqual([[0, 'key 1, 16 = 16 octets'], [14, 'type 2, nothing'], [26, 'key 2, 16 = 16 octets']]);
      expect(each.lost.map((at) => Math.floor(at / SECOND))).toEqual([17]); // 4 s after the last good Hello, at 13 s
      expect(each.full.slice(1).map((at) => Math.floor(at / SECOND))).toEqual([26]);
    }
  });

  it('of keys that began together the first; without a beginning is older than any', () => {
    const [a, b] = run('cryptographic', `password "one" { id 1; }; password "two" { id 2; }; password "three" { id 3; generate from "2020-01-01"; generate to ":14"; };
      password "four" { id 4; generate from "2020-01-01"; generate to ":14"; };`);
    for (const { sent, lost } of [a, b]) {
      expect(sent).toEqual([[0, 'key 3, 16 = 16 octets'], [14, 'key 1, 16 = 16 octets']]);
      expect(lost).toEqual([]);
    }
  });

  it('simple passwords: the first that may be sent is the only one that is taken', () => {
    const passwords = (to: number): string => `password "a" { to ":${to}"; }; password "b";`;
    const near = run('simple', passwords(14), passwords(16));
    expect(near.map(({ sent }) => sent)).toEqual([[[0, 'a'], [14, 'b']], [[0, 'a'], [16, 'b']]]);
    expect(near.map(({ lost }) => lost)).toEqual([[], []]);
    // `accept` has no bearing: five Hellos that differ are more than the dead interval.
    const far = run('simple', passwords(14), passwords(19).replace('to', 'generate to'));
    expect(far.map(({ lost, full }) => [lost.length, full.length])).toEqual([[1, 2], [1, 2]]);
  });

  it('simple, and none is valid', () => {
    for (const { sent, lost } of run('simple', 'password "a" { to ":14"; }; password "b" { from ":26"; };')) {
      expect(sent).toEqual([[0, 'a'], [14, 'type 1, nothing'], [26, 'b']]);
      expect(lost.length).toBe(1);
    }
  });

  it('no password at all: nobody takes what is sent', () => {
    for (const type of ['simple', 'cryptographic'] as const) {
      expect(run(type, '')).toEqual([1, 2].map(() => ({ sent: [[0, `type ${type === 'simple' ? 1 : 2}, nothing`]], lost: [], full: [] })));
    }
  });
});

describe('what is said about it', () => {
  const notes = (clock: string): readonly string[] => {
    const files: Record<string, string> = {
      'a.conf': 'router id 1.1.1.1;\nprotocol device { }\nprotocol ospf v2 { area 0 { interface "eth0" { authentication cryptographic;\n  password "x" { from "2027-01-01"; }; }; }; }\n',
      'keys.yaml': `${clock}\nuntil: 1s\ntopology: { nodes: { a: { kind: bird, config: a.conf, interfaces: { eth0: { address: 10.0.0.1/24 } } }, l: { kind: switch } }, links: [ { endpoints: ["a:eth0", "l:p1"] } ] }\n`,
    };
    return loadTopology('keys.yaml', { readFile: (file) => files[file] }).notes.map(({ file, line, message }) => `${file}:${line}: ${message}`);
  };

  it('no password at the start, where the clock is what it is', () => {
    expect(notes('')).toEqual([expect.stringMatching(/^a\.conf:4: no password may be sent when the run starts/)]);
    expect(notes('clock: 2027-01-02')).toEqual([]);
  });

  it('a clock that is none', () => {
    expect(() => notes('clock: noon')).toThrow(/keys\.yaml:1:8: the clock must be "YYYY-MM-DD"/);
  });
});
