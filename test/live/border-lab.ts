/**
 * What the tests of a single border share: outside, a real FRR; us, whose first interface is bound; inner, emulated behind us.
 *
 *     outside 10.0.0.1 ---- eth0 us eth1 ---- eth0 inner
 */
import type { TestContext } from 'vitest';
import { LiveLab } from './live-lab.js';

/** Several at once: each test clears up after itself. */
export function labOf(context: TestContext): LiveLab {
  const made = new LiveLab();
  context.onTestFinished(() => made.remove());
  return made;
}

export const intervals = (hello: number, dead: number): string => ` ip ospf hello-interval ${hello}\n ip ospf dead-interval ${dead}\n`;

export const POINT_TO_POINT = ' ip ospf network point-to-point\n';

/** `ours`: statements of the bound interface; `inner`: what the router behind us has besides; `events`: a section of the topology. */
export function borderTopology(at: LiveLab, ours: string, { inner = '', events = '' } = {}): string {
  const link = `${POINT_TO_POINT}${intervals(1, 4)}`;
  at.write('us.conf', `interface eth0\n${ours}interface eth1\n${link}router ospf\n ospf router-id 10.9.9.1\n network 0.0.0.0/0 area 0\n`);
  at.write('inner.conf', `interface eth0\n${link}router ospf\n ospf router-id 10.9.9.2\n network 0.0.0.0/0 area 0\n${inner}`);
  return at.write('lab.yaml', `
name: lab
topology:
  nodes:
    us: { kind: frr, config: us.conf, interfaces: { lo: { address: 10.9.9.1/32 }, eth0: { address: 10.0.0.2/24 }, eth1: { address: 10.7.0.1/24 } } }
    inner: { kind: frr, config: inner.conf, interfaces: { lo: { address: 10.9.9.2/32 }, eth0: { address: 10.7.0.2/24 } } }
    outside: { kind: host, interfaces: { eth0: { address: 10.0.0.1/24 } } }
  links:
    - endpoints: ["us:eth0", "outside:eth0"]
    - endpoints: ["us:eth1", "inner:eth0"]
until: 1min
${events}`);
}

/** The real neighbour's. */
export function neighborConf(ours: string, device = 'tap0'): string {
  return `hostname real\ninterface ${device}\n ip address 10.0.0.1/24\n${ours}interface lo\n ip address 10.9.9.9/32\nrouter ospf\n ospf router-id 10.9.9.9\n network 0.0.0.0/0 area 0\n`;
}
