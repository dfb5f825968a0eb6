/**
 * Two hosts talk across a router and a switch: forwarding, ARP, ICMP errors, seen from the wire.
 */
import { describe, expect, it } from 'vitest';
import { MILLISECOND, MINUTE, SECOND } from '../../src/base/micros.js';
import type { Plan } from '../../src/config/plan.js';
import { Simulation } from '../../src/sim/simulation.js';
import { frameErrors } from '../../src/wire/frame.js';
import { planByHand, routedPlan } from './plan-by-hand.js';
import { decoded, describeFrame, Recorder } from './recorder.js';

function run(plan: Plan): Recorder {
  const recorder = new Recorder();
  const simulation = new Simulation(plan, recorder);
  recorder.simulation = simulation;
  simulation.run();
  return recorder;
}

describe('a routed network', () => {
  it('carries echo requests and replies, with one TTL less behind the router and no probe lost', () => {
    const recorder = run(routedPlan({ probes: [{ sender: 'a', target: '10.2.0.1', protocol: 'icmp', stop: 2 * SECOND - 1 }] }));
    expect(recorder.of('probe-sent')).toHaveLength(100);
    expect(recorder.lost(0)).toEqual([]);
    const request = recorder.at('b:eth0', 'inbound').map((f) => decoded(f.bytes).payload).find((p) => p.kind === 'ipv4');
    expect(request?.kind === 'ipv4' && request.packet.header.timeToLive).toBe(63);
    expect(request?.kind === 'ipv4' && request.packet.header.flags).toBe(2);
    // Three links there and back at 50 us, one of them crossed only by this frame.
    const received = recorder.of('probe-received').slice(-1)[0];
    expect(received.time - received.event.sentAt).toBe(300);
  });

  it('asks for an address once, before the first packet, and every frame on every link decodes', () => {
    const recorder = run(routedPlan({ probes: [{ sender: 'a', target: '10.2.0.1', stop: 1100 * MILLISECOND }] }));
    expect(recorder.at('a:eth0', 'outbound').map((f) => describeFrame(f.bytes)).slice(0, 3)).toEqual(['arp request', 'udp', 'udp']);
    expect(recorder.at('a:eth0', 'inbound').map((f) => describeFrame(f.bytes))).toEqual(['arp reply']);
    expect(recorder.frames.flatMap((f) => frameErrors(decoded(f.bytes)))).toEqual([]);
    // Not padded, as on veth.
    expect(recorder.at('a:eth0', 'outbound')[0].bytes).toHaveLength(42);
  });

  it('teaches the switch: after the first exchange nothing is flooded', () => {
    const plan = planByHand({
      nodes: [
        { name: 'a', interfaces: { eth0: ['10.0.0.1/24'] } },
        { name: 'b', interfaces: { eth0: ['10.0.0.2/24'] } },
        { name: 'c', interfaces: { eth0: ['10.0.0.3/24'] } },
        { name: 'sw', kind: 'switch', interfaces: {} },
      ],
      links: ['a:eth0 sw:p1', 'b:eth0 sw:p2', 'c:eth0 sw:p3'],
      probes: [{ sender: 'a', target: '10.0.0.2', stop: 2 * SECOND - 1 }],
    });
    const recorder = run(plan);
    expect(recorder.lost(0)).toEqual([]);
    expect(recorder.at('c:eth0', 'inbound').map((f) => describeFrame(f.bytes))).toEqual(['arp request']);
  });

  it('tells the sender that there is no route, and loses the probes', () => {
    const recorder = run(routedPlan({ probes: [{ sender: 'a', target: '172.16.0.1', stop: 1019 * MILLISECOND }] }));
    expect(recorder.lost(0)).toEqual([0, 1]);
    expect(recorder.at('a:eth0', 'inbound').map((f) => describeFrame(f.bytes))).toEqual(['arp reply', 'icmp 3/0', 'icmp 3/0', 'arp request']);
    const frame = decoded(recorder.at('a:eth0', 'inbound')[1].bytes);
    if (frame.payload.kind !== 'ipv4' || frame.payload.packet.payload.kind !== 'icmp') throw new Error('no ICMP');
    expect(frame.payload.packet.header.typeOfService).toBe(0xc0);
    const { icmp } = frame.payload.packet.payload;
    expect(icmp.kind === 'error' && icmp.original.length).toBe(48);
  });

  it('tells the sender after three unanswered requests that the host is unreachable', () => {
    const recorder = run(routedPlan({ probes: [{ sender: 'a', target: '10.2.0.9', stop: 1019 * MILLISECOND }] }));
    const requests = recorder.at('r:eth1', 'outbound');
    expect(requests.map((f) => describeFrame(f.bytes))).toEqual(['arp request', 'arp request', 'arp request']);
    expect(requests.map((f) => f.time - requests[0].time)).toEqual([0, SECOND, 2 * SECOND]);
    const errors = recorder.at('a:eth0', 'inbound').filter((f) => describeFrame(f.bytes) === 'icmp 3/1');
    expect(errors).toHaveLength(2);
    expect(errors[0].time - requests[0].time).toBe(3 * SECOND + 100);
  });

  it('answers a packet whose TTL runs out: two routers that point at each other', () => {
    const recorder = run(planByHand({
      nodes: [
        { name: 'a', interfaces: { eth0: ['10.1.0.1/24'] }, routes: ['0.0.0.0/0 via 10.1.0.254'] },
        { name: 'r', interfaces: { eth0: ['10.1.0.254/24'], eth1: ['10.9.0.1/24'] }, routes: ['0.0.0.0/0 via 10.9.0.2'], isForwarding: true },
        { name: 's', interfaces: { eth0: ['10.9.0.2/24'] }, routes: ['0.0.0.0/0 via 10.9.0.1'], isForwarding: true },
      ],
      links: ['a:eth0 r:eth0', 'r:eth1 s:eth0'],
      probes: [{ sender: 'a', target: '172.16.0.1', stop: SECOND + 1 }],
    }));
    expect(recorder.at('a:eth0', 'inbound').map((f) => describeFrame(f.bytes)).slice(0, 2)).toEqual(['arp reply', 'icmp 11/0']);
    expect(recorder.at('r:eth1', 'outbound').filter((f) => describeFrame(f.bytes) === 'udp')).toHaveLength(32);
  });

  it('does not forward on a host', () => {
    const plan = routedPlan({ probes: [{ sender: 'a', target: '10.2.0.1', stop: 1100 * MILLISECOND }] });
    const recorder = run({ ...plan, nodes: plan.nodes.map((n) => ({ ...n, isForwarding: false })) });
    expect(recorder.of('probe-received')).toEqual([]);
    expect(recorder.at('b:eth0', 'inbound')).toEqual([]);
  });

  it('takes packets for any of its addresses on any interface, and answers ARP for them', () => {
    const recorder = run(planByHand({
      nodes: [
        { name: 'a', interfaces: { eth0: ['10.1.0.1/24'] }, routes: ['10.1.1.1/32 via 10.1.0.2'] },
        { name: 'b', interfaces: { lo: ['10.1.1.1/32'], eth0: ['10.1.0.2/24'] } },
        { name: 'c', interfaces: { eth0: ['10.1.1.9/16'] } },
        { name: 'sw', kind: 'switch', interfaces: {} },
      ],
      links: ['a:eth0 sw:p1', 'b:eth0 sw:p2', 'c:eth0 sw:p3'],
      probes: [{ sender: 'a', target: '10.1.1.1', protocol: 'icmp', stop: 1100 * MILLISECOND },
        { sender: 'c', target: '10.1.1.1', stop: 1100 * MILLISECOND }],
    }));
    expect(recorder.lost(0)).toEqual([]);
    expect(recorder.lost(1)).toEqual([]);
  });

  it('crosses a ctc link without ARP, addressed to the other end', () => {
    const plan = planByHand({
      nodes: [
        { name: 'x', interfaces: { ctc0: ['10.31.0.1 peer 10.33.0.1'] } },
        { name: 'y', interfaces: { ctc0: ['10.33.0.1 peer 10.31.0.1'] } },
      ],
      links: ['x:ctc0 y:ctc0'],
      probes: [{ sender: 'x', target: '10.33.0.1', protocol: 'icmp', stop: 1100 * MILLISECOND }],
    });
    const recorder = run(plan);
    expect(recorder.lost(0)).toEqual([]);
    expect(recorder.frames.map((f) => describeFrame(f.bytes)).filter((text) => text.startsWith('arp'))).toEqual([]);
    const sent = recorder.at('x:ctc0', 'outbound');
    expect([...sent[1].bytes.subarray(0, 6)]).toEqual([...plan.nodes[1].interfaces[1].mac]);
  });

  it('reports connected and static routes when the node starts, and progress every second', () => {
    const recorder = run(routedPlan({ until: { kind: 'instant', at: 3 * SECOND + 5 } }));
    expect(recorder.routes.filter((r) => r.node === 0).map((r) => r.change)).toEqual([
      { action: 'add', network: 0x0a010000, prefixLength: 24, nextHops: [{ gateway: 0, interfaceName: 'eth0' }], metric: 0, protocol: 'kernel' },
      { action: 'add', network: 0, prefixLength: 0, nextHops: [{ gateway: 0x0a0100fe, interfaceName: 'eth0' }], metric: 0, protocol: 'static' },
    ]);
    expect(recorder.seconds).toEqual([SECOND, 2 * SECOND, 3 * SECOND]);
  });

  it('ends a quiet run when nothing has changed for long enough, probes or not', () => {
    const plan = routedPlan({
      probes: [{ sender: 'a', target: '10.2.0.1' }],
      events: [{ at: 5 * SECOND, on: 'b', action: { kind: 'sleep', durationMicros: 7 * SECOND } }],
      until: { kind: 'quiet', quietMicros: 30 * SECOND, limit: 10 * MINUTE },
    });
    const simulation = new Simulation(plan);
    simulation.run();
    expect(simulation.now).toBe(42 * SECOND);
  });
});
