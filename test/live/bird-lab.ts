/**
 * Real BIRDs, each in a namespace of its own, and emulated routers, on segments that are bridges in one more namespace. Read live-lab.ts first.
 *
 * An interface of a real router is a veth whose other end is a port of the bridge; one of an emulated router is a TAP device in the bridge.
 */
import { join } from 'node:path';
import { expect } from 'vitest';
import { describeWithJudge, describeWithNamespaces } from '../judges/availability.js';
import { LiveLab, sleep } from './live-lab.js';
import { gatewayRoutes, lsaText, RecordedState } from './recorded-state.js';

/** A real router: its loopback, further addresses there, and of each interface the segment and the address (`ADDRESS/LENGTH`, or `ADDRESS peer ADDRESS/LENGTH`). */
export interface RealRouter {
  readonly loopback: string;
  readonly also?: readonly string[];
  readonly interfaces: Readonly<Record<string, readonly [segment: string, address: string]>>;
  readonly bird: string;
}

/** The emulated part: nodes as in a topology file, with the interfaces that lead to segments (`us:eth0`). */
export interface EmulatedPart {
  readonly files: Readonly<Record<string, string>>;
  readonly nodes: string;
  readonly links?: string;
  readonly segments: Readonly<Record<string, string>>;
  readonly more?: string;
}

export const BIRD_BASE = 'protocol device { scan time 1; }\nprotocol kernel { ipv4 { export all; }; }\n';

export function describeWithBird(name: string, body: () => void): void {
  describeWithJudge('bird', name, () => describeWithNamespaces('in namespaces', body));
}

export class BirdRouter extends LiveLab {
  begin(configuration: string): void {
    this.start('bird', 'env', 'TZ=UTC', 'bird', '-f', '-c', this.write('bird.conf', configuration), '-s', join(this.folder, 'bird.ctl'), '-P', join(this.folder, 'bird.pid'));
  }

  birdc(command: string): string {
    return this.run('birdc', '-s', join(this.folder, 'bird.ctl'), ...command.split(' '));
  }

  /** The kernel's, through a gateway. */
  routes(): string[] {
    return gatewayRoutes(this.ip('route'));
  }

  /** As RecordedState has them. */
  lsas(): string[] {
    let scope = '';
    return this.birdc('show ospf lsadb').split('\n').flatMap((line) => {
      scope = /^Global/.test(line) ? 'global' : /^Area (\S+)/.exec(line)?.[1] ?? scope;
      const row = /^ (\w{4}) {2}(\S+) +(\S+) +(\w{8}) +\d+ +(\w{4})$/.exec(line);
      return row === null ? [] : [lsaText(scope, Number.parseInt(row[1], 16), row[2], row[3], row[4], row[5])];
    }).sort();
  }

  neighbors(): string {
    return this.birdc('show ospf neighbors').replace(/\s+/g, ' ');
  }
}

export class BirdNetwork {
  readonly lan = new LiveLab();
  readonly real = new Map<string, BirdRouter>();
  private readonly ports = new Map<string, number>();
  private readonly taps = new Map<string, string>();
  private attached: Promise<{ code: number | null; output: string }> | undefined;

  /** For one test; gone behind it. */
  constructor(onTestFinished: (remove: () => void) => void) {
    onTestFinished(() => this.remove());
  }

  remove(): void {
    for (const each of [this.lan, ...this.real.values()]) each.remove();
  }

  router(name: string): BirdRouter {
    const found = this.real.get(name);
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found;
  }

  /** The emulated part first, as its routers wait for others; the real ones as soon as its devices are there. */
  async begin(emulated: EmulatedPart, real: Readonly<Record<string, RealRouter>>, ...words: string[]): Promise<void> {
    const { lan } = this;
    for (const [name, { loopback, also = [], interfaces }] of Object.entries(real)) {
      const router = new BirdRouter();
      this.real.set(name, router);
      for (const address of [loopback, ...also]) router.ip('addr', 'add', address, 'dev', 'lo');
      for (const [device, [segment, address]] of Object.entries(interfaces)) {
        const port = this.portName(segment);
        lan.ip('link', 'add', port, 'type', 'veth', 'peer', 'name', device, 'netns', router.namespace);
        lan.ip('link', 'set', port, 'master', segment, 'up');
        router.ip('addr', 'add', ...address.split(' '), 'dev', device);
        router.ip('link', 'set', device, 'up');
      }
    }
    for (const [name, text] of Object.entries(emulated.files)) lan.write(name, text);
    const devices = Object.entries(emulated.segments).map(([end, segment]) => ({ end, segment, tap: this.portName(segment) }));
    for (const { end, tap } of devices) this.taps.set(end, tap);
    const topology = lan.write('lab.yaml', `name: lab\ntopology:\n  nodes:\n${emulated.nodes}${[...new Set(devices.map(({ segment }) => segment))].map((segment) => `    ${segment}: { kind: switch }\n`).join('')}` +
      `  links:\n${emulated.links ?? ''}${devices.map(({ end, segment, tap }) => `    - endpoints: ["${end}", "${segment}:${tap}"]\n`).join('')}${emulated.more ?? ''}until: 10min\n`);
    this.attached = lan.attach(topology, '--bind', devices.map(({ end, tap }) => `${end}=tap:${tap}`).join(','), ...words);
    await lan.until('the TAP devices are there', 40, () => devices.every(({ tap }) => lan.ip('link').includes(` ${tap}:`)));
    for (const { tap, segment } of devices) lan.ip('link', 'set', tap, 'master', segment);
    for (const [name, { bird }] of Object.entries(real)) this.router(name).begin(bird);
  }

  /** Silently: nothing passes any more, and the device stays up. */
  cut(end: string): void {
    this.lan.run('bridge', 'link', 'set', 'dev', this.taps.get(end) ?? end, 'state', '0');
  }

  /** Of the kernels, through a gateway: what begins so, and nothing else. */
  async untilRoutes(limitSeconds: number, routes: Readonly<Record<string, readonly string[]>>, beginning = ''): Promise<void> {
    for (const [name, wanted] of Object.entries(routes)) {
      const router = this.router(name);
      const has = (): string[] => router.routes().filter((route) => route.startsWith(beginning));
      await router.until(`${name} has its routes`, limitSeconds, () => JSON.stringify(has()) === JSON.stringify([...wanted].sort())).catch(() => {
        expect(has(), `${name}\n${router.birdc('show ospf neighbors')}\n${router.birdc('show ospf lsadb')}\n${this.lan.log('attach')}`).toEqual([...wanted].sort());
      });
    }
  }

  /**
   * Nothing has changed for a while, which behind a change must be more than MinLSInterval; then ours leave. Databases of the real ones, just before.
   */
  async leave(quietSeconds = 2): Promise<Map<string, string[]>> {
    const look = (): Map<string, string[]> => new Map([...this.real].map(([name, router]) => [name, router.lsas()]));
    let databases = look();
    for (let quiet = 0; quiet < quietSeconds;) {
      await sleep(1);
      const next = look();
      quiet = JSON.stringify([...next]) === JSON.stringify([...databases]) ? quiet + 1 : 0;
      databases = next;
    }
    this.lan.leave();
    const outcome = await this.attached;
    expect(outcome?.code, outcome?.output).toBe(0);
    return databases;
  }

  /** The run anew gives the same bytes; what ours knew when they left. */
  recorded(): RecordedState {
    expect(this.lan.replay()).toContain('the same bytes at the same microseconds');
    return new RecordedState(this.lan.folder);
  }

  private portName(segment: string): string {
    const count = this.ports.get(segment);
    if (count === undefined) {
      this.lan.ip('link', 'add', segment, 'type', 'bridge', 'mcast_snooping', '0', 'stp_state', '0');
      this.lan.ip('link', 'set', segment, 'up');
    }
    this.ports.set(segment, (count ?? 0) + 1);
    return `${segment}p${(count ?? 0) + 1}`;
  }
}

/** What both have of an area, or of AS scope, is the same to the last bit. */
export function expectSameLsas(scopes: readonly string[], ours: readonly string[], theirs: readonly string[]): void {
  const within = (lsas: readonly string[]): string[] => lsas.filter((lsa) => scopes.some((scope) => lsa.startsWith(`${scope} `)));
  expect(within(theirs).length).toBeGreaterThan(0);
  expect(within(ours)).toEqual(within(theirs));
}
