/**
 * Who answers ARP for a virtual address: by the list, by the system's own choice, and what is said when it changes.
 */
import { describe, expect, it } from 'vitest';
import type { Ipv4 } from '../../src/base/address.js';
import { SECOND } from '../../src/base/micros.js';
import { IBMI_PROXY_ARP } from '../../src/persona/host-ibmi.js';
import { ProxyArpAgents, type ProxyArpBehaviour } from '../../src/takeover/proxy-arp-agent.js';

const VIPA = 7;

class System {
  readonly log: string[] = [];
  readonly answering = new Set<Ipv4>();
  readonly wakes: number[] = [];
  readonly agents: ProxyArpAgents;
  active: Ipv4[];

  constructor(active: Ipv4[], behaviour: Partial<ProxyArpBehaviour> = {}) {
    this.active = active;
    this.agents = new ProxyArpAgents({ ...IBMI_PROXY_ARP, ...behaviour }, {
      activeInterfaces: () => this.active,
      answer: (agent, _address, isAnswering) => { if (isAnswering) this.answering.add(agent); else this.answering.delete(agent); },
      announce: (agent, address) => { this.log.push(`${agent} announces ${address}`); },
      wake: (at) => { this.wakes.push(at); },
      trace: ({ agent, formerAgent, reason }) => { this.log.push(`${formerAgent} -> ${agent} ${reason}`); },
    });
  }

  become(...active: Ipv4[]): Ipv4 {
    this.active = active;
    this.agents.update(0);
    expect([...this.answering]).toEqual(this.agents.agentOf(VIPA) === 0 ? [] : [this.agents.agentOf(VIPA)]);
    return this.agents.agentOf(VIPA);
  }
}

describe('a preferred list', () => {
  it('decides in its order, whatever the order of the interfaces; each new agent says so', () => {
    const system = new System([4, 5, 6]);
    system.agents.configure(0, [{ address: VIPA, preferred: [6, 4, 5] }]);
    expect([system.agents.agentOf(VIPA), system.become(4, 5), system.become(5), system.become(5, 6)]).toEqual([6, 4, 5, 6]);
    expect(system.log).toEqual(['0 -> 6 started', '6 announces 7', '6 -> 4 lost', '4 announces 7', '4 -> 5 lost', '5 announces 7', '5 -> 6 preferred', '6 announces 7']);
  });

  it('does not exclude the others, unless it is an associated local interface', () => {
    const system = new System([4, 5]);
    system.agents.configure(0, [{ address: VIPA, preferred: [4] }]);
    expect([system.become(5), system.become(), system.become(5, 4)]).toEqual([5, 0, 4]);
    system.agents.configure(0, [{ address: VIPA, preferred: [4], isListExclusive: true }]);
    expect([system.become(5), system.become(4, 5)]).toEqual([0, 4]);
  });

  it('a change of the list alone moves the address', () => {
    const system = new System([4, 5]);
    system.agents.configure(0, [{ address: VIPA, preferred: [4, 5] }]);
    system.agents.configure(0, [{ address: VIPA, preferred: [5, 4] }]);
    expect(system.log.slice(-2)).toEqual(['4 -> 5 preferred', '5 announces 7']);
    system.agents.configure(0, []);
    expect([system.log.at(-1), system.answering.size]).toEqual(['5 -> 0 ended', 0]);
  });

  it('as data: no way back, no choice beyond it, several announcements', () => {
    const system = new System([4, 5, 6], { isPreferredResumed: false, isChoiceBeyondList: false, announcements: 3 });
    system.agents.configure(0, [{ address: VIPA, preferred: [4, 5] }]);
    expect([system.become(5, 6), system.become(4, 5, 6), system.become(6)]).toEqual([5, 5, 0]);
    system.become(5);
    system.log.length = 0;
    for (let at = SECOND; at <= 5 * SECOND; at += SECOND) system.agents.repeat(at);
    expect([system.log, system.wakes.slice(-2)]).toEqual([['5 announces 7', '5 announces 7'], [SECOND, 2 * SECOND]]);
  });
});

describe('the system\'s own choice', () => {
  it('is the first active interface, and stays while that is active', () => {
    const system = new System([4, 5, 6]);
    system.agents.configure(0, [{ address: VIPA, preferred: [] }]);
    expect([system.agents.agentOf(VIPA), system.become(5, 6), system.become(4, 5, 6), system.become(4, 6), system.become(), system.become(6)]).toEqual([4, 5, 5, 4, 0, 6]);
    expect(system.log.filter((line) => line.includes('announces')).length).toBe(4);
  });
});
