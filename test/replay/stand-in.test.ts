/**
 * The laws of stand-in replay: a node held against a capture of itself sends all of it, for no reason given; a capture in which one thing was changed is found out.
 */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../src/base/micros.js';
import { readCapture } from '../../src/capture/capture.js';
import type { Capture, CapturedFrame } from '../../src/capture/captured-frame.js';
import { PcapngWriter } from '../../src/capture/pcapng.js';
import { loadTopology } from '../../src/config/topology/topology.js';
import type { Plan } from '../../src/config/plan.js';
import { isPlain } from '../../src/replay/reason.js';
import { isOspf, readSending } from '../../src/replay/sending.js';
import { compareStandIn, isUnexplained, type JudgedPacket, type StandInOptions, type StandInReport } from '../../src/replay/stand-in-comparison.js';
import { Simulation } from '../../src/sim/simulation.js';
import { ospfChecksum } from '../../src/wire/ospf/packet.js';
import { DecodeError } from '../../src/wire/decode-error.js';

const TOPOLOGIES = new URL('../../topologies/', import.meta.url).pathname;
const OSPF_AT = 34;

function topology(name: string, until: string, overrides: readonly string[] = []): Plan {
  return loadTopology(`${TOPOLOGIES}${name}.yaml`, { readFile: (file) => readFileSync(file, 'utf8'), overrides, until }).plan;
}

function captureOf(plan: Plan): Capture {
  const chunks: Uint8Array[] = [];
  const writer = new PcapngWriter((chunk) => void chunks.push(chunk.slice()));
  const ids = plan.links.map(({ ends }) => ends.map(({ label }) => writer.addInterface(label, 1, 0)));
  new Simulation(plan, { frame: (link, end, time, bytes, direction) => writer.writeFrame(ids[link][end], time, bytes, direction) }).run();
  writer.finish();
  const capture = readCapture(Uint8Array.from(Buffer.concat(chunks)));
  if (capture instanceof DecodeError) throw new Error(capture.code);
  return capture;
}

function standIn(plan: Plan, node: string, capture: Capture, options: StandInOptions = {}): StandInReport {
  const report = compareStandIn(plan, node, [{ name: 'run', capture }], options);
  if (typeof report === 'string') throw new Error(report);
  return report;
}

const describeOdd = (report: StandInReport): string[] => report.packets.filter(({ judgement }) => !isPlain(judgement))
  .map(({ judgement: { verdict, real, ours }, reason }) => `${verdict} ${real?.number ?? 'ours'} ${(real ?? ours[0]).packetType} ${reason?.name ?? ''}`);

describe('a node in its own place', () => {
  for (const [name, until, nodes] of [
    // lnx31 stands still from 128 s to 428 s. (At 448 s an update comes as lnx32's calculation begins: which was first is not to be seen.)
    ['router-loss-frr', '440s', ['tirnanog', 'lnx31', 'lnx32', 'lnx33']],
    ['router-loss', '100s', ['tirnanog', 'lnx32', 'lnx33']],
    ['conformance/authentication', '50s', ['r1', 'r2', 'r3', 'r4']],
    ['conformance/nssa', '40s', ['core', 'abr', 'r1', 'asbr']],
    ['conformance/bird-broadcast', '30s', ['r1']],
  ] as const) {
    it(`${name}: every packet matches and none needs a reason`, () => {
      const plan = topology(name, until);
      const capture = captureOf(plan);
      for (const node of nodes) {
        const report = standIn(plan, node, capture);
        expect(report.realPackets, node).toBeGreaterThan(10);
        expect(describeOdd(report), node).toEqual([]);
        expect(report.ourPackets, node).toBe(report.realPackets);
      }
    });
  }
});

describe('a capture in which one thing was changed', () => {
  let plan: Plan;
  let capture: Capture;
  beforeAll(() => {
    plan = topology('router-loss-frr', '100s');
    capture = captureOf(plan);
  });

  const interfaceId = (): number => capture.interfaces.findIndex(({ name }) => name === 'lnx33:ctc0');
  /** What lnx33 sends on ctc0 that is of this type, by index into the capture. */
  function sent(packetType: number): { index: number; frame: CapturedFrame }[] {
    return capture.frames.flatMap((frame, index) => (frame.interfaceId === interfaceId() && frame.direction === 'outbound' && isOspf(frame.bytes) && frame.bytes[OSPF_AT + 1] === packetType ? [{ index, frame }] : []));
  }
  function changed(index: number, make: (frame: CapturedFrame) => readonly CapturedFrame[]): StandInReport {
    return standIn(plan, 'lnx33', { ...capture, frames: capture.frames.flatMap((frame, i) => (i === index ? make(frame) : [frame])) });
  }
  const copy = (frame: CapturedFrame, change: Partial<CapturedFrame>): CapturedFrame => ({ ...frame, ...change });
  const odd = (report: StandInReport): readonly JudgedPacket[] => report.packets.filter(isUnexplained);

  it('one octet of a Hello', () => {
    const { index, frame } = sent(1)[5];
    const report = changed(index, () => {
      const bytes = frame.bytes.slice();
      bytes[OSPF_AT + 24 + 7] = 7; // the priority
      new DataView(bytes.buffer).setUint16(OSPF_AT + 12, ospfChecksum(bytes, OSPF_AT, bytes.length - OSPF_AT));
      return [copy(frame, { bytes })];
    });
    expect(odd(report).map(({ judgement }) => judgement.verdict)).toEqual(['differing']);
    expect(odd(report)[0].judgement.differences).toContainEqual(expect.objectContaining({ path: 'ospf.hello.priority', real: '7', ours: '1', isWithin: false }));
  });

  it('a checksum that is wrong', () => {
    const { index, frame } = sent(1)[5];
    const report = changed(index, () => {
      const bytes = frame.bytes.slice();
      bytes[OSPF_AT + 12] ^= 0x55;
      return [copy(frame, { bytes })];
    });
    expect(report.unexplained).toBeGreaterThan(0);
  });

  it('the age of an LSA by ten seconds', () => {
    const { index, frame } = sent(4)[1];
    const report = changed(index, () => {
      const bytes = frame.bytes.slice();
      const view = new DataView(bytes.buffer);
      view.setUint16(OSPF_AT + 28, view.getUint16(OSPF_AT + 28) + 10);
      view.setUint16(OSPF_AT + 12, ospfChecksum(bytes, OSPF_AT, bytes.length - OSPF_AT));
      return [copy(frame, { bytes })];
    });
    expect(odd(report).map(({ judgement: { verdict, differences } }) => [verdict, differences.find(({ isWithin }) => !isWithin)?.path])).toEqual([['differing', 'ospf.lsa[].age']]);
  });

  it('a Hello that is not there', () => {
    const report = changed(sent(1)[5].index, () => []);
    const at = odd(report);
    expect(at.map(({ judgement }) => judgement.verdict)).toEqual(['extra']);
  });

  it('a packet that was sent twice', () => {
    const { index } = sent(5)[0];
    const report = changed(index, (frame) => [frame, copy(frame, { timeMicros: frame.timeMicros + 3 * SECOND })]);
    expect(odd(report).map(({ judgement }) => judgement.verdict)).toEqual(['missing']);
  });

  it('a Hello that came 100 ms late', () => {
    const { index } = sent(1)[5];
    const late = standIn(plan, 'lnx33', { ...capture, frames: capture.frames.map((frame, i) => (i === index ? copy(frame, { timeMicros: frame.timeMicros + 100 * MILLISECOND }) : frame)) });
    const at = odd(late);
    expect(at.map(({ judgement }) => judgement.verdict)).toEqual(['late']);
    expect(Math.abs((at[0].judgement.lateMicros ?? 0) - 100 * MILLISECOND)).toBeLessThan(MILLISECOND);
  });

  it('an LSA of its own that says something else', () => {
    const { index, frame } = sent(4)[0];
    const sending = readSending(frame.bytes, { time: 0, interfaceName: 'ctc0' });
    expect(sending.parts.length).toBeGreaterThan(0);
    const report = changed(index, () => {
      const bytes = frame.bytes.slice();
      const view = new DataView(bytes.buffer);
      view.setUint32(OSPF_AT + 28 + 12, view.getUint32(OSPF_AT + 28 + 12) + 1); // its sequence number; the LS checksum then is wrong, too
      view.setUint16(OSPF_AT + 12, ospfChecksum(bytes, OSPF_AT, bytes.length - OSPF_AT));
      return [copy(frame, { bytes })];
    });
    expect(report.unexplained).toBeGreaterThan(0);
  });

  it('another configuration', () => {
    const other = topology('router-loss-frr', '100s', ['topology.nodes.lnx33.interfaces.ctc0.mtu=1400']);
    const report = standIn(other, 'lnx33', capture);
    expect(odd(report).flatMap(({ judgement: { differences } }) => differences.map(({ path }) => path))).toContain('ospf.dd.mtu');
  });
});

describe('what cannot be', () => {
  it('says so: no such node, no OSPF there, a node that was running already', () => {
    const plan = topology('router-loss-frr', '60s');
    const capture = captureOf(plan);
    const files = [{ name: 'run', capture }];
    expect(compareStandIn(plan, 'lnx34', files)).toMatch(/there is no node lnx34; nodes: lan, lnx31/);
    expect(compareStandIn(plan, 'lan', files)).toMatch(/runs no OSPF/);
    const later = { ...capture, frames: capture.frames.filter(({ timeMicros }) => timeMicros > 50 * SECOND) };
    expect(compareStandIn(plan, 'lnx33', [{ name: 'later', capture: later }])).toMatch(/later: lnx33 was running already when the capture began: its first Hello names 192.168.1/);
    expect(compareStandIn(plan, 'lnx33', [{ name: 'run', interfaceName: 'eth9', capture: { ...capture, interfaces: capture.interfaces.map((each) => ({ ...each, name: '' })) } }]))
      .toMatch(/eth9=: lnx33 has no interface eth9 with a link; it has ctc0, ctc1/);
  });
});
