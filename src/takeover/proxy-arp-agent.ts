/**
 * A virtual IP address and the interface that answers ARP for it: its proxy ARP agent, as IBM i has it since V5R2.
 *
 * Read IBM's "Adapter failover using virtual IP and proxy ARP" first. Documented: an interface of the system on the address's own network answers for
 * it; which one, the system chooses, or (V5R4) an ordered list of preferred interfaces says; when that one fails the next takes over, with gratuitous ARP,
 * and local clients notice nothing. Of several systems with one virtual address one alone may be the proxy.
 * Our model, since no such system could be measured: without a list the first active interface in the order of their definition; the list comes before
 * the others and does not exclude them; an interface that comes back takes over again only by its place in the list (`ProxyArpBehaviour`).
 */
import type { Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import type { ProxyArpTrace } from '../engine/trace-proxy-arp.js';

export interface VirtualAddress {
  readonly address: Ipv4;
  /** Interfaces by their addresses, the first one first. */
  readonly preferred: readonly Ipv4[];
  /** No interface but those of the list may answer (an associated local interface). */
  readonly isListExclusive?: boolean;
}

export interface ProxyArpBehaviour {
  /** An interface of the list takes the address back from one that stands behind it. */
  readonly isPreferredResumed: boolean;
  /** Where nothing of the list is active, any other interface answers. */
  readonly isChoiceBeyondList: boolean;
  /** Gratuitous ARP by a new agent: how many, and how far apart. */
  readonly announcements: number;
  readonly announcementIntervalMicros: Micros;
}

/** What the agents need of the system around them. */
export interface ProxyArpEnvironment {
  /** Addresses of the active interfaces whose network holds `address`, in the order of their definition. */
  activeInterfaces(address: Ipv4): readonly Ipv4[];
  /** The interface answers ARP for the address from now on, or does not. */
  answer(agent: Ipv4, address: Ipv4, isAnswering: boolean): void;
  /** Gratuitous ARP. */
  announce(agent: Ipv4, address: Ipv4): void;
  /** Calls `ProxyArpAgents.repeat` then. */
  wake(at: Micros): void;
  trace(event: ProxyArpTrace): void;
}

interface Agent {
  virtual: VirtualAddress;
  /** 0: nobody. */
  interfaceAddress: Ipv4;
  announcementsLeft: number;
  nextAnnouncement: Micros;
}

export class ProxyArpAgents {
  private readonly behaviour: ProxyArpBehaviour;
  private readonly environment: ProxyArpEnvironment;
  /** In the order of configuration. */
  private agents: Agent[] = [];

  constructor(behaviour: ProxyArpBehaviour, environment: ProxyArpEnvironment) {
    this.behaviour = behaviour;
    this.environment = environment;
  }

  /** 0: nobody answers for it. */
  agentOf(address: Ipv4): Ipv4 {
    return this.agents.find(({ virtual }) => virtual.address === address)?.interfaceAddress ?? 0;
  }

  /** The virtual addresses from now on; what is known of those that stay, stays. */
  configure(now: Micros, virtuals: readonly VirtualAddress[]): void {
    for (const agent of this.agents) {
      if (!virtuals.some(({ address }) => address === agent.virtual.address)) this.move(now, agent, 0, 'ended');
    }
    this.agents = virtuals.map((virtual): Agent => {
      const agent = this.agents.find((each) => each.virtual.address === virtual.address);
      if (agent === undefined) return { virtual, interfaceAddress: 0, announcementsLeft: 0, nextAnnouncement: 0 };
      agent.virtual = virtual;
      return agent;
    });
    this.update(now);
  }

  /** Interfaces may have come or gone. */
  update(now: Micros): void {
    for (const agent of this.agents) {
      const { virtual, interfaceAddress: current } = agent;
      const active = this.environment.activeInterfaces(virtual.address);
      const chosen = this.choose(virtual, active, current);
      if (chosen === current) continue;
      this.move(now, agent, chosen, current === 0 ? 'started' : active.includes(current) ? 'preferred' : 'lost');
    }
  }

  /** The other announcements, when it is time for them. */
  repeat(now: Micros): void {
    for (const agent of this.agents) {
      if (agent.announcementsLeft > 0 && agent.nextAnnouncement <= now) this.announce(now, agent);
    }
  }

  private choose({ preferred, isListExclusive }: VirtualAddress, active: readonly Ipv4[], current: Ipv4): Ipv4 {
    const isCurrentActive = active.includes(current);
    const first = preferred.find((each) => active.includes(each));
    if (first !== undefined) return isCurrentActive && !this.behaviour.isPreferredResumed ? current : first;
    if (isListExclusive === true || (preferred.length > 0 && !this.behaviour.isChoiceBeyondList)) return 0;
    return isCurrentActive ? current : active.at(0) ?? 0;
  }

  private move(now: Micros, agent: Agent, to: Ipv4, reason: ProxyArpTrace['reason']): void {
    const { address } = agent.virtual;
    const from = agent.interfaceAddress;
    if (from !== 0) this.environment.answer(from, address, false);
    agent.interfaceAddress = to;
    agent.announcementsLeft = 0;
    if (from !== 0 || to !== 0) this.environment.trace({ kind: 'proxy-arp', address, agent: to, formerAgent: from, reason });
    if (to === 0) return;
    this.environment.answer(to, address, true);
    agent.announcementsLeft = this.behaviour.announcements;
    if (agent.announcementsLeft > 0) this.announce(now, agent);
  }

  private announce(now: Micros, agent: Agent): void {
    this.environment.announce(agent.interfaceAddress, agent.virtual.address);
    agent.announcementsLeft--;
    if (agent.announcementsLeft === 0) return;
    agent.nextAnnouncement = now + this.behaviour.announcementIntervalMicros;
    this.environment.wake(agent.nextAnnouncement);
  }
}
