/**
 * The proxy ARP of an IBM i on its host: which of its interfaces are active, who answers, who announces.
 */
import { networkOf, type Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import type { IbmiPlan } from '../config/plan.js';
import { Timer } from '../engine/timer.js';
import type { ProxyArpTrace } from '../engine/trace-proxy-arp.js';
import type { Host } from '../host/host.js';
import type { NetworkInterface } from '../host/network-interface.js';
import { IBMI_PROXY_ARP } from '../persona/host-ibmi.js';
import { ProxyArpAgents, type ProxyArpEnvironment } from '../takeover/proxy-arp-agent.js';

export class IbmiSystem implements ProxyArpEnvironment {
  plan: IbmiPlan;
  readonly agents: ProxyArpAgents;
  private readonly host: Host;
  private readonly timer: Timer;

  constructor(host: Host, plan: IbmiPlan) {
    this.host = host;
    this.plan = plan;
    this.agents = new ProxyArpAgents(IBMI_PROXY_ARP, this);
    this.timer = new Timer(host.timers, (now) => this.agents.repeat(now));
  }

  /** TCP/IP is up, or its configuration is another one. */
  configure(now: Micros, plan: IbmiPlan): void {
    this.plan = plan;
    this.agents.configure(now, plan.virtualAddresses);
  }

  /** A line came or went. */
  linesChanged(now: Micros): void {
    this.agents.update(now);
  }

  activeInterfaces(address: Ipv4): readonly Ipv4[] {
    return this.plan.interfaces.filter((each) => each.isStarted && each.prefixLength < 32 && networkOf(each.address, each.prefixLength) === networkOf(address, each.prefixLength) &&
      this.lineOf(each.address)?.hasCarrier === true).map((each) => each.address);
  }

  answer(agent: Ipv4, address: Ipv4, isAnswering: boolean): void {
    this.lineOf(agent)?.arp?.publish(address, isAnswering);
  }

  announce(agent: Ipv4, address: Ipv4): void {
    this.lineOf(agent)?.arp?.announce(address);
  }

  wake(at: Micros): void {
    this.timer.arm(this.timer.isArmed ? Math.min(at, this.timer.time) : at);
  }

  trace(event: ProxyArpTrace): void {
    this.host.trace(event);
  }

  /** Undefined: the loopback, a virtual one, or none. */
  lineOf(address: Ipv4): NetworkInterface | undefined {
    const line = this.plan.interfaces.find((each) => each.address === address)?.line;
    const found = line === undefined ? undefined : this.host.interfaceByName(line);
    return found?.medium === 'ethernet' ? found : undefined;
  }
}
