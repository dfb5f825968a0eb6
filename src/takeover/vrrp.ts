/**
 * The VRRP daemon: its virtual routers, the checks that they watch, and the groups that move together. [5798] [3768] Read vrrp-instance.ts first.
 *
 * A check of weight 0 that is down is a fault of the instances that watch it; with a weight it moves their priority. Members of a sync group are master
 * together or not at all: a fault of one is a fault of all, and what makes one master or backup does so with the others. (keepalived's model.)
 * Deviation: what a script does is not run; whether it succeeds is said by the topology's events, and it takes no time.
 */
import type { Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import { Prng } from '../base/prng.js';
import { Timer, type TimerTable } from '../engine/timer.js';
import type { TraceEvent } from '../engine/trace.js';
import { ByteReader } from '../wire/bytes.js';
import { DecodeError } from '../wire/decode-error.js';
import { decodeVrrp, VRRP_GROUP, VRRP_ADVERTISEMENT, VrrpAuthentication, type VrrpMessage, type VrrpVersion2 } from '../wire/vrrp.js';
import type { VrrpBehaviour } from './vrrp-behaviour.js';
import type { VirtualAddress, VrrpConfiguration, VrrpInstanceConfiguration, VrrpScriptConfiguration, Watched } from './vrrp-configuration.js';
import { passwordBytes, VrrpInstance, type VrrpInstanceEnvironment } from './vrrp-instance.js';
import type { VrrpEvent, VrrpState } from './vrrp-machine.js';

/** What the daemon needs from the system that it runs on. */
export interface VrrpEnvironment {
  readonly timers: TimerTable;
  isUp(interfaceName: string): boolean;
  /** The first address; 0: none. */
  addressOf(interfaceName: string): Ipv4;
  join(now: Micros, interfaceName: string, group: Ipv4): void;
  leave(now: Micros, interfaceName: string, group: Ipv4): void;
  /** An advertisement; `timeToLive` 255 to the group. */
  send(now: Micros, interfaceName: string, source: Ipv4, destination: Ipv4, message: VrrpMessage, identification: number, timeToLive: number): void;
  addAddresses(now: Micros, interfaceName: string, addresses: readonly VirtualAddress[]): void;
  removeAddresses(now: Micros, interfaceName: string, addresses: readonly VirtualAddress[]): void;
  announce(interfaceName: string, address: Ipv4): void;
  trace(event: TraceEvent): void;
}

/** [5798:5.1.1.3] */
const TIME_TO_LIVE = 255;

class Script {
  readonly configuration: VrrpScriptConfiguration;
  /** What it would say if it ran now. */
  isSucceeding = true;
  isUp: boolean;
  /** Results in a row that speak against what it counts as. */
  contrary = 0;

  constructor(configuration: VrrpScriptConfiguration) {
    this.configuration = configuration;
    this.isUp = !configuration.isFailedAtStart;
  }
}

export class VrrpDaemon implements VrrpInstanceEnvironment {
  isRunning = false;
  readonly instances: readonly VrrpInstance[];
  private readonly configuration: VrrpConfiguration;
  private readonly environment: VrrpEnvironment;
  private readonly scripts = new Map<string, Script>();
  private readonly scriptTimers: Timer[] = [];
  private readonly startTimer: Timer;
  /** Somebody is being brought along by another member of its group. */
  private isFollowing = false;

  constructor(configuration: VrrpConfiguration, behaviour: VrrpBehaviour, seed: number, node: string, environment: VrrpEnvironment) {
    this.configuration = configuration;
    this.environment = environment;
    const prng = new Prng(seed, node, 'vrrp');
    this.instances = configuration.instances.map((each) => new VrrpInstance(each, behaviour, environment.timers, prng, this));
    for (const script of configuration.scripts) {
      const held = new Script(script);
      this.scripts.set(script.name, held);
      const timer = new Timer(environment.timers, (now) => {
        timer.arm(now + script.intervalMicros);
        this.runScript(now, held);
      });
      this.scriptTimers.push(timer);
    }
    this.startTimer = new Timer(environment.timers, (now) => this.begin(now));
  }

  launch(now: Micros): void {
    if (this.isRunning) return;
    this.isRunning = true;
    this.environment.trace({ kind: 'daemon', daemon: 'keepalived', what: 'started' });
    for (const instance of this.instances) {
      instance.boot();
      const { configuration } = instance;
      if (configuration.unicastPeers.length === 0) this.environment.join(now, configuration.interfaceName, VRRP_GROUP); // [5798:6.4.1]
      // What an earlier one, killed, has left there.
      this.environment.removeAddresses(now, configuration.interfaceName, allAddresses(configuration));
    }
    if (this.configuration.startupDelayMicros === 0) this.begin(now);
    else this.startTimer.arm(now + this.configuration.startupDelayMicros);
  }

  /** SIGTERM: masters say that they stop, and give up their addresses. */
  stop(now: Micros): void {
    if (!this.isRunning) return;
    for (const instance of this.instances) instance.handle(now, 'Shutdown');
    this.end(now, 'stopped');
  }

  /** SIGKILL, of the parent and the child: the addresses stay. */
  kill(now: Micros): void {
    if (!this.isRunning) return;
    for (const instance of this.instances) instance.drop();
    this.end(now, 'killed');
  }

  private end(now: Micros, what: 'stopped' | 'killed'): void {
    this.isRunning = false;
    this.startTimer.cancel();
    for (const timer of this.scriptTimers) timer.cancel();
    for (const { configuration } of this.instances) {
      if (configuration.unicastPeers.length === 0) this.environment.leave(now, configuration.interfaceName, VRRP_GROUP);
    }
    this.environment.trace({ kind: 'daemon', daemon: 'keepalived', what });
  }

  private begin(now: Micros): void {
    this.scriptTimers.forEach((timer) => timer.arm(now));
    for (const instance of this.instances) {
      this.weigh(instance);
      if (this.isFaulty(instance)) instance.handle(now, 'FaultyStartup');
      else instance.handle(now, instance.isOwner && instance.configuration.isMasterAtStart ? 'OwnerStartup' : 'Startup');
    }
  }

  // Checks.

  /** An interface went up or down. */
  interfaceChanged(now: Micros): void {
    if (this.isRunning && !this.startTimer.isArmed) this.check(now);
  }

  /** From now on a script succeeds, or does not. */
  setScript(name: string, isSucceeding: boolean): void {
    const script = this.scripts.get(name);
    if (script !== undefined) script.isSucceeding = isSucceeding;
  }

  private runScript(now: Micros, script: Script): void {
    if (script.isSucceeding === script.isUp) {
      script.contrary = 0;
      return;
    }
    script.contrary++;
    if (script.contrary < (script.isUp ? script.configuration.fall : script.configuration.rise)) return;
    script.contrary = 0;
    script.isUp = !script.isUp;
    this.check(now);
  }

  private check(now: Micros): void {
    for (const instance of this.instances) {
      const before = instance.effectivePriority;
      this.weigh(instance);
      if (before !== instance.effectivePriority) {
        this.environment.trace({ kind: 'vrrp-check', clause: '', instance: instance.configuration.name, check: this.downNames(instance).join(', '),
          isUp: instance.effectivePriority > before, priority: instance.effectivePriority });
      }
      const isFaulty = this.isFaulty(instance);
      if (isFaulty && (instance.state === 'Backup' || instance.state === 'Master')) instance.handle(now, 'FaultBegins');
      else if (!isFaulty && instance.state === 'Fault') instance.handle(now, instance.isOwner && instance.configuration.isMasterAtStart ? 'OwnerFaultEnds' : 'FaultEnds');
    }
  }

  private weigh(instance: VrrpInstance): void {
    const { priority, watchedInterfaces, watchedScripts } = instance.configuration;
    let sum = priority;
    for (const watched of watchedInterfaces) sum += shareOf(watched, this.environment.isUp(watched.name));
    for (const watched of watchedScripts) sum += shareOf(watched, this.isScriptUp(watched.name));
    instance.setPriority(sum);
  }

  private isScriptUp(name: string): boolean {
    return this.scripts.get(name)?.isUp ?? true;
  }

  /** Its own fault, or that of a member of its group. */
  private isFaulty(instance: VrrpInstance): boolean {
    return this.groupOf(instance).some((member) => this.hasFault(member));
  }

  private hasFault({ configuration }: VrrpInstance): boolean {
    if (!configuration.isOwnInterfaceIgnored && !this.environment.isUp(configuration.interfaceName)) return true;
    const isDown = (watched: Watched, isUp: boolean): boolean => watched.weight === 0 && isUp === watched.isReverse;
    return configuration.watchedInterfaces.some((each) => isDown(each, this.environment.isUp(each.name))) ||
      configuration.watchedScripts.some((each) => isDown(each, this.isScriptUp(each.name)));
  }

  private downNames({ configuration }: VrrpInstance): string[] {
    return [...configuration.watchedInterfaces.filter((each) => !this.environment.isUp(each.name)), ...configuration.watchedScripts.filter((each) => !this.isScriptUp(each.name))]
      .map((each) => each.name);
  }

  private groupOf(instance: VrrpInstance): readonly VrrpInstance[] {
    const group = this.configuration.syncGroups.find((each) => each.members.includes(instance.configuration.name));
    return group === undefined ? [instance] : this.instances.filter((each) => group.members.includes(each.configuration.name));
  }

  // Receiving.

  /** What came in with IP protocol 112. Borrowed. [5798:7.1] */
  receive(now: Micros, interfaceName: string, source: Ipv4, destination: Ipv4, timeToLive: number, packet: Uint8Array): void {
    if (!this.isRunning) return;
    const message = decodeVrrp(new ByteReader(packet), source, destination);
    if (message instanceof DecodeError) {
      this.environment.trace({ kind: 'malformed', clause: message.clause, interfaceName, code: message.code, offset: message.offset, got: message.got, want: message.want });
      return;
    }
    const instance = this.instances.find(({ configuration: { interfaceName: name, virtualRouterId, version } }) =>
      name === interfaceName && virtualRouterId === message.virtualRouterId && version === message.version);
    const refuse = (what: string, got: number | string, want: number | string, clause: string): void =>
      this.environment.trace({ kind: 'refusal', clause, interfaceName, source, what, got, want });
    if (instance === undefined) {
      refuse('VRRP virtual router id', message.virtualRouterId, 'one of ours', '[5798:7.1]');
      return;
    }
    if (instance.state !== 'Backup' && instance.state !== 'Master') return;
    const { configuration } = instance;
    if (message.type !== VRRP_ADVERTISEMENT) return refuse('VRRP type', message.type, VRRP_ADVERTISEMENT, '[5798:5.2.2]');
    if (configuration.unicastPeers.length === 0 && timeToLive !== TIME_TO_LIVE) return refuse('VRRP time to live', timeToLive, TIME_TO_LIVE, '[5798:5.1.1.3]');
    if (message.version === 2) {
      const authentication = reasonToDistrust(message, configuration);
      if (authentication !== undefined) return refuse(authentication, message.authenticationType, configuration.password === undefined ? VrrpAuthentication.none : VrrpAuthentication.simple, '[2338:7.1]');
      const want = configuration.advertisementIntervalMicros / 1_000_000;
      if (message.advertisementIntervalSeconds !== want) return refuse('VRRP advertisement interval', message.advertisementIntervalSeconds, want, '[3768:7.1]');
    }
    if (!hasSameAddresses(message, configuration)) return refuse('VRRP addresses', message.addresses.length, configuration.addresses.length, '[5798:7.1]');
    instance.receive(now, message, source);
  }

  // VrrpInstanceEnvironment.

  sourceOf({ configuration }: VrrpInstance): Ipv4 {
    return configuration.source !== 0 ? configuration.source : this.environment.addressOf(configuration.interfaceName);
  }

  send(now: Micros, instance: VrrpInstance, message: VrrpMessage, identification: number): void {
    const { interfaceName, unicastPeers, unicastTimeToLive } = instance.configuration;
    const source = this.sourceOf(instance);
    if (unicastPeers.length === 0) this.environment.send(now, interfaceName, source, VRRP_GROUP, message, identification, TIME_TO_LIVE);
    for (const peer of unicastPeers) this.environment.send(now, interfaceName, source, peer, message, identification, unicastTimeToLive);
  }

  addAddresses(now: Micros, { configuration }: VrrpInstance): void {
    const addresses = allAddresses(configuration);
    this.environment.addAddresses(now, configuration.interfaceName, addresses);
    this.environment.trace({ kind: 'vrrp-addresses', clause: '', instance: configuration.name, what: 'taken', addresses: addresses.map((each) => each.address) });
  }

  removeAddresses(now: Micros, { configuration }: VrrpInstance): void {
    const addresses = allAddresses(configuration);
    this.environment.removeAddresses(now, configuration.interfaceName, addresses);
    this.environment.trace({ kind: 'vrrp-addresses', clause: '', instance: configuration.name, what: 'given', addresses: addresses.map((each) => each.address) });
  }

  announce({ configuration }: VrrpInstance, { address, interfaceName }: VirtualAddress): void {
    this.environment.announce(interfaceName ?? configuration.interfaceName, address);
  }

  stateChanged(now: Micros, instance: VrrpInstance, from: VrrpState, event: VrrpEvent): void {
    const { name, interfaceName, virtualRouterId } = instance.configuration;
    this.environment.trace({ kind: 'vrrp-state', clause: '[5798:6.4]', interfaceName, instance: name, virtualRouterId, from, to: instance.state, event, priority: instance.effectivePriority });
    this.bringAlong(now, instance);
  }

  private bringAlong(now: Micros, instance: VrrpInstance): void {
    if (this.isFollowing) return;
    const others = this.groupOf(instance).filter((each) => each !== instance);
    this.isFollowing = true;
    for (const other of others) {
      if (instance.state === 'Master' && other.state === 'Backup') other.handle(now, 'MasterDownTimer');
      else if (instance.state === 'Backup' && other.state === 'Master') other.handle(now, 'HigherReceived');
      else if (instance.state === 'Fault' && (other.state === 'Master' || other.state === 'Backup')) other.handle(now, 'FaultBegins');
    }
    this.isFollowing = false;
  }
}

function allAddresses(configuration: VrrpInstanceConfiguration): VirtualAddress[] {
  return [...configuration.addresses, ...configuration.excludedAddresses];
}

function shareOf({ weight, isReverse }: Watched, isUp: boolean): number {
  const isCounted = weight > 0 ? isUp : !isUp;
  return isCounted ? (isReverse ? -weight : weight) : 0;
}

/** [2338:7.1] Undefined: it may be taken. */
function reasonToDistrust(message: VrrpVersion2, { password }: VrrpInstanceConfiguration): string | undefined {
  const want = password === undefined ? VrrpAuthentication.none : VrrpAuthentication.simple;
  if (message.authenticationType !== want) return 'VRRP authentication type';
  if (password === undefined) return undefined;
  const bytes = passwordBytes(password);
  return message.authenticationData.every((byte, i) => byte === bytes[i]) ? undefined : 'VRRP password';
}

function hasSameAddresses(message: VrrpMessage, { addresses }: VrrpInstanceConfiguration): boolean {
  return message.addresses.length === addresses.length && addresses.every(({ address }) => message.addresses.includes(address));
}
