/**
 * A topology in which one router is ours, attached by TAP devices, and all others are real FRR in network namespaces.
 *
 * Of one of topologies/conformance/ the judge is FRR: NAME/recorded holds what every router of the topology said when all of them were FRR, ours included. So each of the real
 * ones must come to the neighbours, the link-state database and the routes that it had then, and ours to those that an FRR in its place had; before
 * the topology's events and after them. What ours knew at a moment its own recording is asked (`failover show DIR`).
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { expect } from 'vitest';
import { parse } from 'yaml';
import { comparable, type Recording, type Said } from '../conformance/recorded-state.js';
import { DAEMONS, Network, sleep } from '../conformance/record/network.mjs';
import { describeWithJudge, describeWithNamespaces } from '../judges/availability.js';
import { MAIN } from './live-lab.js';

/** Adjacencies that begin in the unlucky order take a retransmission interval more; and this machine may be busy. */
const LIMIT_SECONDS = 90;
/** Well within the wait timer of 4 s. */
const TOGETHER_SECONDS = 2.5;
const TRIES = 5;
const OPEN_TRIES = 600;
const POLL_SECONDS = 0.7;
const SETTLED_SECONDS = 0.7;
/** A dead interval, and what follows. */
const DEAD_SECONDS = 5;
let networks = 0;

type Phase = 'before' | 'after';
interface Router { readonly home: string; readonly namespace: string }
export interface NetworkEvent { readonly at: string; readonly node: string; readonly do: string; readonly lines?: string | readonly string[] }
interface Outcome { readonly stdout: string; readonly code: number | null }

export function execute(command: string, ...words: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(command, words, { encoding: 'utf8', maxBuffer: 1 << 28 }, (failure, stdout, stderr) => resolve({ stdout: `${stdout}${stderr}`, code: failure === null ? 0 : Number(failure.code ?? -1) }));
  });
}

/**
 * Whether a real router that says this waits for an acknowledgment of ours: what came too soon after its predecessor comes again after 5 s. On a virtual link
 * FRR waits in vain for some that were sent.
 */
function isWaitedFor(said: Said, ours: string): boolean {
  const text = said['show ip ospf neighbor'];
  return Array.isArray(text) && text.some((line: string) => line.startsWith(`${ours} `) && !line.includes('VLINK') && / Full\/.* [1-9]\d* +\d+ +\d+ *$/.test(line));
}

export class MixedNetwork {
  readonly folder = mkdtempSync(join(tmpdir(), 'failover-mixed-'));
  readonly network: InstanceType<typeof Network>;
  readonly events: readonly NetworkEvent[];
  private readonly file: string;
  private readonly name: string;
  private readonly emulated: string;
  private readonly routerId: string;
  private attached: ChildProcess | undefined;
  /** By the clock of this process, about when the run's time was 0. */
  private attachedAt = 0;
  private readonly recorded = new Map<string, Recording>();

  /** `firstEventSeconds`: the topology's events begin then and not when they do there. */
  constructor(file: string, emulated: string, firstEventSeconds?: number) {
    this.file = file;
    this.name = basename(file, '.yaml');
    this.emulated = emulated;
    const topology = parse(readFileSync(file, 'utf8')) as { topology: { nodes: Record<string, { kind: string; config: string | string[] }> }; events: NetworkEvent[] };
    const { nodes } = topology.topology;
    const shift = firstEventSeconds === undefined ? 0 : firstEventSeconds - Number.parseFloat(topology.events[0].at);
    this.events = topology.events.map((event) => ({ ...event, at: `${Number.parseFloat(event.at) + shift}s` }));
    this.network = new Network(`mx${process.pid}x${networks++}`, topology, dirname(file), [emulated]);
    const configuration = [nodes[emulated].config].flat().map((each) => readFileSync(resolve(dirname(file), each), 'utf8')).join('');
    this.routerId = /router-id (\S+)/.exec(configuration)?.[1] ?? '';
    for (const node of Object.keys(nodes)) {
      const path = join(dirname(file), this.name, 'recorded', `${node}.json`);
      if (existsSync(path)) this.recorded.set(node, JSON.parse(readFileSync(path, 'utf8')) as Recording);
    }
  }

  get bridges(): string {
    return this.network.bridges as string;
  }

  /** All at about the same time: who is Designated Router is then no matter of who came first. A machine that is too busy for that tries again. */
  async start(): Promise<void> {
    await this.network.build();
    await this.network.start(['zebra', 'staticd', 'bfdd']);
    for (let tries = 0; ; tries++) {
      await this.attach();
      await this.network.start(['ospfd']);
      const seconds = (Date.now() - this.attachedAt) / 1000;
      if (seconds < TOGETHER_SECONDS) return;
      if (tries === TRIES) throw new Error(`the routers do not start together: the last was ${seconds} s late`);
      await Promise.all([this.kill(), this.network.endAll('ospfd')]);
    }
  }

  private async attach(): Promise<void> {
    const bindings = [...(this.network.sockets as Map<string, string>)];
    const log = openSync(join(this.folder, 'attach.log'), 'w');
    this.attached = spawn('ip', ['netns', 'exec', this.bridges, process.execPath, MAIN, 'attach', this.file, '--record', this.recording, '--events',
      ...this.events.flatMap(({ at }, i) => ['--set', `events.${i}.at=${at}`]), ...bindings.flatMap(([end, device]) => ['--bind', `${end}=${device}`])], { stdio: ['ignore', log, log] });
    closeSync(log);
    // A TAP device has a carrier while somebody has opened it, and that is when the clock of ours begins.
    for (let tries = 0; !(await execute('ip', '-n', this.bridges, 'link', 'show', 'dev', bindings[0][1])).stdout.includes('LOWER_UP'); tries++) {
      if (tries > OPEN_TRIES || this.attached.exitCode !== null) throw new Error(`${bindings[0][1]} is not opened: ${this.log}`);
      await sleep(0.1);
    }
    this.attachedAt = Date.now();
  }

  private async kill(): Promise<void> {
    const { attached } = this;
    if (attached === undefined || attached.exitCode !== null || attached.signalCode !== null) return;
    const ended = new Promise((resolve) => attached.once('exit', resolve));
    attached.kill('SIGKILL');
    await ended;
    rmSync(this.recording, { recursive: true, force: true });
  }

  /** By the clock of ours. */
  get elapsedSeconds(): number {
    return (Date.now() - this.attachedAt) / 1000;
  }

  get recording(): string {
    return join(this.folder, 'recording');
  }

  /** What `attach` has said. */
  get log(): string {
    return readFileSync(join(this.folder, 'attach.log'), 'utf8');
  }

  router(name: string): Router {
    return this.network.routers.get(name) as Router;
  }

  /** The events leave ours without its daemon: what its helpers have for it nobody acknowledges. */
  private get isAwayAtEnd(): boolean {
    const last = this.events.filter(({ node, do: what }) => node === this.emulated && / ospfd$/.test(what)).at(-1);
    return last !== undefined && !last.do.startsWith('launch');
  }

  /** Waits until all real routers say what was recorded, and ours has acknowledged whatever they told it; tells when that was. */
  async agreement(phase: Phase): Promise<Date> {
    const end = Date.now() + LIMIT_SECONDS * 1000;
    for (;;) {
      let [isEqual, isAcknowledged] = [true, true];
      for (const [name, router] of this.network.routers as Map<string, Router>) {
        const wanted = this.recorded.get(name)?.[phase] ?? {};
        const said = await this.network.snapshotOf(router) as Said;
        isAcknowledged &&= (phase === 'after' && this.isAwayAtEnd) || !isWaitedFor(said, this.routerId);
        const [is, shouldBe] = [comparable(Object.fromEntries(Object.keys(wanted).map((command) => [command, said[command] ?? '']))), comparable(wanted)];
        if (JSON.stringify(is) === JSON.stringify(shouldBe)) continue;
        isEqual = false;
        if (Date.now() > end) expect(is, `${this.name}, ${name} ${phase} the events, with an emulated ${this.emulated}`).toEqual(shouldBe);
        break;
      }
      if (isEqual && (isAcknowledged || Date.now() > end)) {
        expect(isAcknowledged, 'everything is acknowledged').toBe(true);
        // It was the last thing that came, and a calculation may wait for its hold time.
        await sleep(SETTLED_SECONDS);
        return new Date();
      }
      await sleep(POLL_SECONDS);
    }
  }

  /** The events of real routers, with the time between them that they have in the topology; where some are ours (`attach --events`), at their time. */
  async act(events: readonly NetworkEvent[] = this.events): Promise<void> {
    const hasOurs = events.some(({ node }) => node === this.emulated);
    const first = Number.parseFloat(events[0].at);
    const origin = hasOurs ? this.attachedAt / 1000 : Date.now() / 1000 - first;
    for (const event of events) {
      const wait = origin + Number.parseFloat(event.at) - Date.now() / 1000;
      if (hasOurs && event === events[0]) expect(wait, 'there is time before the first event').toBeGreaterThan(0);
      await sleep(Math.max(0, wait));
      if (event.node !== this.emulated) await this.network.act(event);
    }
  }

  /** What the ospfd of a real router answers. */
  ask(node: string, ...commands: string[]): Promise<string[]> {
    return this.network.ask(this.router(node), ...commands) as Promise<string[]>;
  }

  ping(from: string, to: string, ...words: string[]): Promise<Outcome> {
    return execute('ip', 'netns', 'exec', this.router(from).namespace, 'ping', '-c', '3', '-i', '0.2', '-W', '2', ...words, to);
  }

  /** Ours leaves as a router that is shut down. */
  async leave(): Promise<void> {
    const { attached } = this;
    if (attached === undefined) throw new Error('nothing was attached');
    const code = attached.exitCode ?? await new Promise<number | null>((ended) => {
      attached.once('exit', ended);
      attached.kill('SIGINT');
    });
    expect(code, this.log).toBe(0);
  }

  async expectSameBytes(): Promise<void> {
    expect((await execute(process.execPath, MAIN, 'replay', this.recording)).stdout).toContain('the same bytes at the same microseconds');
  }

  /** At these moments ours had the neighbours, database and routes that a real one in its place had; and its recording gives the same bytes. */
  async expectOurs(moments: Partial<Record<Phase, Date>>): Promise<void> {
    const questions = (Object.entries(moments) as [Phase, Date][]).flatMap(([phase, moment]) => Object.keys(this.recorded.get(this.emulated)?.[phase] ?? {})
      .map((command) => ({ phase, moment, command })));
    const answers = await this.show(questions);
    for (const phase of Object.keys(moments) as Phase[]) {
      const said = Object.fromEntries(questions.flatMap((question, i) => (question.phase === phase ? [[question.command, answers[i]]] : [])));
      expect(comparable(said), `${this.name}, ours as ${this.emulated} ${phase} the events`).toEqual(comparable(this.recorded.get(this.emulated)?.[phase] ?? {}));
    }
    await this.expectSameBytes();
  }

  /** A moment of the calendar on the clock of ours, once it has left. */
  runSeconds(moment: Date): number {
    const { startedAt } = JSON.parse(readFileSync(join(this.recording, 'recording.json'), 'utf8')) as { startedAt: string };
    return (moment.getTime() - Date.parse(startedAt)) / 1000;
  }

  /** What ours would have said at these moments. */
  async show(questions: readonly { readonly moment: Date; readonly command: string }[]): Promise<string[]> {
    const batch = join(this.folder, 'batch');
    writeFileSync(batch, questions.map(({ moment, command }) => `${Math.round(this.runSeconds(moment) * 1000)}ms\t${this.emulated}\t${command}\n`).join(''));
    const { stdout, code } = await execute(process.execPath, MAIN, 'show', this.recording, '--batch', batch);
    expect(code, stdout).toBe(0);
    return stdout.trimEnd().split('\n').map((line) => (JSON.parse(line) as { output: string }).output);
  }

  remove(): void {
    if (this.attached?.exitCode === null) this.attached.kill('SIGKILL');
    this.network.remove();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

export function describeAmongFrr(name: string, body: () => void): void {
  describeWithNamespaces(name, () => describeWithJudge(`${DAEMONS as string}/ospfd`, 'real FRR', body));
}

/** A topology whose every router was recorded as FRR. */
export const conformance = (name: string): string => join('topologies/conformance', `${name}.yaml`);

/** The whole story of a topology, with pings between real routers through ours; what `attach` has said of it. */
export async function withOurs(name: string, emulated: string, told: { readonly ping?: readonly [from: string, to: string]; readonly phases?: readonly Phase[]; readonly firstEventSeconds?: number } = {}): Promise<string> {
  const mixed = new MixedNetwork(conformance(name), emulated, told.firstEventSeconds);
  try {
    await mixed.start();
    const moments: Partial<Record<Phase, Date>> = { before: await mixed.agreement('before') };
    if (told.ping !== undefined) expect((await mixed.ping(...told.ping)).stdout).toContain('3 received');
    if (told.phases?.includes('after') ?? true) {
      await mixed.act();
      // Where only ours could notice it.
      await sleep(DEAD_SECONDS);
      moments.after = await mixed.agreement('after');
    }
    await mixed.leave();
    await mixed.expectOurs(moments);
    return mixed.log;
  } finally {
    mixed.remove();
  }
}
