/**
 * lnx31 of the Redpaper by hand: two adapters on one LAN, a VIPA on lo, a ctc link; the test plays who asks.
 */
import { SECOND } from '../../src/base/micros.js';
import { Host, PAYLOAD_AT } from '../../src/host/host.js';
import type { SourceRule } from '../../src/host/route-choice.js';
import type { SysctlSetting } from '../../src/host/sysctl.js';
import { LINUX_6 } from '../../src/persona/host-linux.js';
import { ALL_MAC, arpFrame, NULL_MAC, PEER_MAC } from './host-by-hand.js';

export const ETH0 = 0xc0a80103;
export const ETH1 = 0xc0a80104;
export const VIPA = 0x0a010101;
export const TIRNANOG = 0xc0a801fe;
export const BEHIND_CTC = 0x0a210001;

interface Sent { readonly time: number; readonly port: number; readonly bytes: Uint8Array }

export class Lnx31 {
  readonly host: Host;
  readonly sent: Sent[] = [];
  now = 0;

  constructor(sysctls: Record<string, number> = {}, rules: readonly SourceRule[] = [], seed = 1) {
    const settings = Object.entries(sysctls).map(([key, value]): SysctlSetting => {
      const [group, interfaceName, name] = key.split('.');
      return { group: group === 'neigh' ? 'neigh' : 'conf', interfaceName, name, value };
    });
    this.host = new Host({ name: 'lnx31', seed, isForwarding: true, sysctls: settings, rules, interfaces: [
      { name: 'lo', index: 1, port: -1, medium: 'loopback', mac: NULL_MAC, mtu: 65536, addresses: [{ address: VIPA, prefixLength: 32 }] },
      { name: 'eth0', index: 2, port: 0, medium: 'ethernet', mac: Uint8Array.of(0, 0x20, 0x35, 4, 0xde, 0xcf), mtu: 1500, addresses: [{ address: ETH0, prefixLength: 24 }] },
      { name: 'eth1', index: 3, port: 1, medium: 'ethernet', mac: Uint8Array.of(0, 0x20, 0x35, 4, 0x9e, 0xb2), mtu: 1500, addresses: [{ address: ETH1, prefixLength: 24 }] },
      { name: 'ctc0', index: 4, port: 2, medium: 'ctc', mac: Uint8Array.of(2, 0, 0, 0, 0, 9), mtu: 1500, addresses: [{ address: 0x0a1f0001, prefixLength: 32, peer: BEHIND_CTC }] },
    ] }, LINUX_6, {
      transmit: (port, frame) => { this.sent.push({ time: this.now, port, bytes: frame.slice() }); },
      route: () => undefined,
      trace: () => undefined,
    });
    this.host.start();
    this.host.table(100).install({ network: 0xc0a80100, prefixLength: 24, protocol: 'static', metric: 0, preferredSource: 0,
      nextHops: [{ gateway: 0, networkInterface: this.host.interfaces[2] }] });
  }

  until(time: number): void {
    for (let at = this.host.timers.nextDeadline(); at <= time; at = this.host.timers.nextDeadline()) {
      this.now = Math.max(at, this.now);
      this.host.timers.fireDue(this.now);
    }
    this.now = time;
  }

  /** A broadcast request reaches both adapters at once. Returns who answered, and when. */
  ask(target: number, sender = TIRNANOG): string[] {
    const from = this.sent.length;
    const start = this.now;
    const frame = arpFrame({ operation: 1, to: ALL_MAC, sha: PEER_MAC, spa: sender, tha: NULL_MAC, tpa: target });
    this.host.receive(this.now, 0, frame);
    this.host.receive(this.now, 1, frame);
    this.until(start + 2 * SECOND);
    return this.sent.slice(from).filter((s) => s.bytes[21] === 2).map((s) => `eth${s.port}`);
  }

  /** Sends something and returns the source that the ARP request for it carries, and the interface. */
  request(source: number, destination: number): string {
    const from = this.sent.length;
    this.host.findRoute(source, destination);
    this.host.buffer.fill(0, PAYLOAD_AT, PAYLOAD_AT + 4);
    this.host.sendAlongRoute(this.now, destination, 200, 0, 0, 4);
    const { bytes, port } = this.sent[from];
    return `eth${port} ${bytes.subarray(28, 32).join('.')}`;
  }
}

/** What comes from the VIPA leaves by eth1. */
export const VIPA_RULE: SourceRule = { network: VIPA, prefixLength: 32, table: 100 };
