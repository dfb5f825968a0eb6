/**
 * One virtual router: its state, its timers, what it sends and what it makes of what it hears. [5798:6] [3768:6] Read vrrp-machine.ts first.
 *
 * Version 2 counts the skew in 256ths of a second, version 3 in 256ths of the master's interval; version 3 takes that interval from the
 * advertisements. Deviations from the standards are keepalived's and stand in vrrp-machine.ts; beside those: no virtual MAC address (00-00-5E-00-01-XX),
 * addresses move with the adapter's own, which is keepalived's default too; and a master's timer does not drift by what its work takes.
 */
import type { Ipv4 } from '../base/address.js';
import { NEVER, SECOND, type Micros } from '../base/micros.js';
import type { Prng } from '../base/prng.js';
import { Timer, type TimerTable } from '../engine/timer.js';
import { VrrpAuthentication, VrrpVersion2, VrrpVersion3, VRRP_PRIORITY_OWNER, VRRP_PRIORITY_RELEASE, type VrrpMessage } from '../wire/vrrp.js';
import type { VrrpBehaviour } from './vrrp-behaviour.js';
import type { VirtualAddress, VrrpInstanceConfiguration } from './vrrp-configuration.js';
import { VRRP_TRANSITIONS, type VrrpAction, type VrrpEvent, type VrrpState } from './vrrp-machine.js';

export interface VrrpInstanceEnvironment {
  /** The address that advertisements come from; 0: there is none. */
  sourceOf(instance: VrrpInstance): Ipv4;
  send(now: Micros, instance: VrrpInstance, message: VrrpMessage, identification: number): void;
  addAddresses(now: Micros, instance: VrrpInstance): void;
  removeAddresses(now: Micros, instance: VrrpInstance): void;
  /** One gratuitous ARP frame. */
  announce(instance: VrrpInstance, address: VirtualAddress): void;
  stateChanged(now: Micros, instance: VrrpInstance, from: VrrpState, event: VrrpEvent): void;
}

const CENTISECOND = 10_000;
const PASSWORD_LENGTH = 8;
/** Priorities that checks may lead to. */
const LOWEST_PRIORITY = 1;
const HIGHEST_PRIORITY = 254;

export class VrrpInstance {
  readonly configuration: VrrpInstanceConfiguration;
  state: VrrpState = 'Initialize';
  /** What the checks make of the configured one. */
  effectivePriority: number;
  /** When the state was last entered. */
  since: Micros = 0;
  advertisementsSent = 0;
  advertisementsReceived = 0;
  private readonly behaviour: VrrpBehaviour;
  private readonly environment: VrrpInstanceEnvironment;
  private readonly prng: Prng;
  private readonly masterDownTimer: Timer;
  private readonly advertisementTimer: Timer;
  /** The addresses are being put on the interface. */
  private readonly installationTimer: Timer;
  private readonly announcementTimer: Timer;
  private readonly secondAnnouncementTimer: Timer;
  private readonly refreshTimer: Timer;
  /** Gratuitous ARP frames that are still to go out. */
  private readonly announcements: VirtualAddress[] = [];
  private secondRepeat = 0;
  /** Of the master, as it was last heard. [5798:6.1] */
  private masterIntervalMicros: Micros;
  /** Until then a lower master is let be; NEVER: none has been heard. */
  private preemptAt: Micros = NEVER;
  private identification = 0;

  constructor(configuration: VrrpInstanceConfiguration, behaviour: VrrpBehaviour, timers: TimerTable, prng: Prng, environment: VrrpInstanceEnvironment) {
    this.configuration = configuration;
    this.behaviour = behaviour;
    this.environment = environment;
    this.prng = prng;
    this.effectivePriority = configuration.priority;
    this.masterIntervalMicros = configuration.advertisementIntervalMicros;
    this.masterDownTimer = new Timer(timers, (now) => this.handle(now, 'MasterDownTimer'));
    this.advertisementTimer = new Timer(timers, (now) => this.handle(now, 'AdvertisementTimer'));
    this.installationTimer = new Timer(timers, (now) => this.install(now));
    this.announcementTimer = new Timer(timers, (now) => this.announceNext(now));
    this.secondAnnouncementTimer = new Timer(timers, (now) => this.announceAll(now, this.secondRepeat));
    this.refreshTimer = new Timer(timers, (now) => {
      this.announceAll(now, configuration.gratuitousArp.refreshRepeat);
      this.refreshTimer.arm(now + configuration.gratuitousArp.refreshMicros);
    });
  }

  get isOwner(): boolean {
    return this.configuration.priority === VRRP_PRIORITY_OWNER;
  }

  /** [3768:6.1] [5798:6.1] The lower the priority, the longer the wait. */
  private get skewMicros(): Micros {
    const unit = this.configuration.version === 2 ? SECOND : this.masterIntervalMicros;
    return Math.floor(((256 - this.effectivePriority) * unit) / 256);
  }

  /** [3768:6.1] [5798:6.1] */
  get masterDownMicros(): Micros {
    return this.configuration.downTimerAdvertisements * this.masterIntervalMicros + this.skewMicros;
  }

  handle(now: Micros, event: VrrpEvent): void {
    const { to, actions }: { readonly to: VrrpState; readonly actions: readonly VrrpAction[] } = VRRP_TRANSITIONS[this.state][event];
    const from = this.state;
    this.state = to;
    if (from !== to) {
      this.since = now;
      this.preemptAt = NEVER;
    }
    for (const action of actions) this.act(now, action);
    if (from === 'Master' && to === 'Fault') this.identification += this.behaviour.faultIdentifications;
    if (from !== to) this.environment.stateChanged(now, this, from, event);
  }

  /** A new process. */
  boot(): void {
    this.identification = this.advertisementsSent = this.advertisementsReceived = 0;
    this.effectivePriority = this.configuration.priority;
    this.masterIntervalMicros = this.configuration.advertisementIntervalMicros;
  }

  /** Killed: nobody says goodbye, and the addresses stay where they are. */
  drop(): void {
    this.stopTimers();
    this.state = 'Initialize';
  }

  /** The checks have changed. The next advertisement says so, and the next wait is of that length. */
  setPriority(priority: number): void {
    if (!this.isOwner) this.effectivePriority = Math.min(HIGHEST_PRIORITY, Math.max(LOWEST_PRIORITY, priority));
  }

  /** An advertisement that has been checked [5798:7.1] came from `source`. */
  receive(now: Micros, message: VrrpMessage, source: Ipv4): void {
    this.advertisementsReceived++;
    const { priority } = message;
    if (priority === VRRP_PRIORITY_RELEASE) {
      this.learnInterval(message);
      this.handle(now, 'PriorityZeroReceived');
      return;
    }
    const isHigher = priority > this.effectivePriority || (priority === this.effectivePriority && (this.state !== 'Master' || source > this.environment.sourceOf(this)));
    if (isHigher) {
      this.learnInterval(message);
      if (this.state === 'Master' && this.configuration.isHigherPriorityAnswered) this.advertise(now, this.effectivePriority);
      this.handle(now, 'HigherReceived');
    } else if (this.state === 'Backup' && this.isTolerating(now)) {
      this.learnInterval(message);
      this.handle(now, 'ToleratedReceived');
    } else if (this.state !== 'Master' || this.configuration.isLowerPriorityAnswered) this.handle(now, 'LowerReceived');
  }

  private isTolerating(now: Micros): boolean {
    const { isPreempting, preemptDelayMicros } = this.configuration;
    if (!isPreempting) return true;
    if (preemptDelayMicros === 0) return false;
    if (this.preemptAt === NEVER) this.preemptAt = now + preemptDelayMicros;
    return now < this.preemptAt;
  }

  private learnInterval(message: VrrpMessage): void {
    if (message.version === 3) this.masterIntervalMicros = message.maximumAdvertisementIntervalCentiseconds * CENTISECOND; // [5798:6.4.2]
  }

  private act(now: Micros, action: VrrpAction): void {
    switch (action) {
      case 'advertise': this.advertise(now, this.effectivePriority); break;
      case 'advertise-release': this.advertise(now, VRRP_PRIORITY_RELEASE); break;
      case 'take-addresses': {
        const [least, most] = this.behaviour.installationMicros;
        this.masterIntervalMicros = this.configuration.advertisementIntervalMicros;
        this.installationTimer.arm(now + this.prng.integer(least, most));
        break;
      }
      case 'give-addresses':
        this.stopAnnouncing();
        if (this.installationTimer.isArmed) this.installationTimer.cancel();
        else this.environment.removeAddresses(now, this);
        break;
      // Follows the installation.
      case 'announce': break;
      case 'announce-again': {
        const { lowerPriorityRepeat, lowerPriorityDelayMicros } = this.configuration.gratuitousArp;
        if (!this.installationTimer.isArmed) this.announceTwice(now, lowerPriorityRepeat, lowerPriorityDelayMicros);
        break;
      }
      // Of a new master: when its addresses are there.
      case 'arm-advertisement': if (!this.installationTimer.isArmed) this.armAdvertisement(now); break;
      case 'arm-master-down': this.masterDownTimer.arm(now + this.masterDownMicros); break;
      case 'arm-skew': this.masterDownTimer.arm(now + this.skewMicros); break;
      case 'stop-timers':
        this.masterDownTimer.cancel();
        this.advertisementTimer.cancel();
        break;
    }
  }

  private armAdvertisement(now: Micros): void {
    this.advertisementTimer.arm(now + this.configuration.advertisementIntervalMicros);
  }

  private advertise(now: Micros, priority: number): void {
    const { version, virtualRouterId, addresses, advertisementIntervalMicros, password } = this.configuration;
    const message = version === 2 ? new VrrpVersion2() : new VrrpVersion3();
    message.virtualRouterId = virtualRouterId;
    message.priority = priority;
    message.addresses = addresses.map((each) => each.address);
    if (message.version === 2) {
      message.advertisementIntervalSeconds = Math.floor(advertisementIntervalMicros / SECOND);
      if (password !== undefined) {
        message.authenticationType = VrrpAuthentication.simple;
        message.authenticationData = passwordBytes(password);
      }
    } else message.maximumAdvertisementIntervalCentiseconds = Math.floor(advertisementIntervalMicros / CENTISECOND);
    this.identification = (this.identification + 1) & 0xffff;
    this.advertisementsSent++;
    this.environment.send(now, this, message, this.identification);
  }

  private install(now: Micros): void {
    this.environment.addAddresses(now, this);
    const { masterRepeat, masterDelayMicros, refreshMicros } = this.configuration.gratuitousArp;
    this.announceTwice(now, masterRepeat, masterDelayMicros);
    if (refreshMicros > 0) this.refreshTimer.arm(now + refreshMicros);
    this.armAdvertisement(now);
  }

  /** At once and, where there is a delay, once more. */
  private announceTwice(now: Micros, repeat: number, delayMicros: Micros): void {
    this.announceAll(now, repeat);
    this.secondRepeat = repeat;
    if (delayMicros > 0) this.secondAnnouncementTimer.arm(now + delayMicros);
  }

  /** Each address in turn, and all of it `repeat` times. */
  private announceAll(now: Micros, repeat: number): void {
    const { addresses, excludedAddresses } = this.configuration;
    for (let i = 0; i < repeat; i++) this.announcements.push(...addresses, ...excludedAddresses);
    if (!this.announcementTimer.isArmed) this.announceNext(now);
  }

  /** Without a spacing all that waits goes out in one go, as keepalived does it (6 to 20 us apart), and nothing comes in between. */
  private announceNext(now: Micros): void {
    const spacing = this.configuration.gratuitousArp.spacingMicros;
    for (let address = this.announcements.shift(); address !== undefined; address = this.announcements.shift()) {
      this.environment.announce(this, address);
      if (spacing === 0 || this.announcements.length === 0) continue;
      this.announcementTimer.arm(now + spacing);
      return;
    }
  }

  private stopAnnouncing(): void {
    this.announcements.length = 0;
    for (const timer of [this.announcementTimer, this.secondAnnouncementTimer, this.refreshTimer]) timer.cancel();
  }

  private stopTimers(): void {
    this.stopAnnouncing();
    for (const timer of [this.masterDownTimer, this.advertisementTimer, this.installationTimer]) timer.cancel();
  }
}

/** Padded with zero bytes. [2338:5.3.6.2] */
export function passwordBytes(password: string): Uint8Array {
  const bytes = new Uint8Array(PASSWORD_LENGTH);
  for (let i = 0; i < Math.min(PASSWORD_LENGTH, password.length); i++) bytes[i] = password.charCodeAt(i) & 0xff;
  return bytes;
}
