/**
 * mon, the service monitor of the Redpaper: runs a test every interval, counts failures, calls alert scripts.
 *
 * fping.monitor asks every host of the group for an echo; without an answer it gives up after a second (examples 24 and 25: failures three seconds apart
 * with an interval of two, a failed test of one to two seconds), and the next test begins an interval after that.
 * Alert scripts that do something: `file.alert`, which writes into a file (heartbeat's log in the paper), and the paper's `stop_hb`, which stops heartbeat.
 */
import { formatIpv4, type Ipv4 } from '../base/address.js';
import { MILLISECOND, SECOND, type Micros } from '../base/micros.js';
import { Prng } from '../base/prng.js';
import { Timer } from '../engine/timer.js';
import { calendarOf, HeartbeatLog, longTime, syslogTime } from './heartbeat-log.js';
import type { MonAlert, MonConfiguration, MonService } from './mon-configuration.js';
import type { TakeoverEnvironment } from './takeover-environment.js';

/** fping's patience. */
const PATIENCE_MICROS: Micros = 1 * SECOND;
/** A script is run. */
const SCRIPT_MICROS: Micros = 30 * MILLISECOND;

/** What alert scripts do to the system. */
export interface AlertActions {
  stopHeartbeat(now: Micros): void;
  /** Appends lines to a file; undefined: it is not one that is kept here. */
  append(now: Micros, file: string, lines: readonly string[]): void;
}

class WatchedService {
  readonly service: MonService;
  readonly timer: Timer;
  isTesting = false;
  testBegan: Micros = 0;
  readonly answered = new Set<Ipv4>();
  failures: Micros[] = [];
  firstFailureBegan: Micros = 0;
  alertsGiven = 0;
  lastAlert: Micros = 0;

  constructor(service: MonService, timer: Timer) {
    this.service = service;
    this.timer = timer;
  }
}

export class MonDaemon {
  isRunning = false;
  isFrozen = false;
  /** The console, where syslog writes it. */
  readonly messages: HeartbeatLog;
  private readonly host: string;
  private readonly configuration: MonConfiguration;
  private readonly environment: TakeoverEnvironment;
  private readonly actions: AlertActions;
  private readonly prng: Prng;
  private readonly watched: WatchedService[];
  private pid = 0;
  private heldBack: ((now: Micros) => void)[] = [];

  constructor(host: string, configuration: MonConfiguration, seed: number, environment: TakeoverEnvironment, actions: AlertActions, messages = new HeartbeatLog()) {
    this.messages = messages;
    this.host = host;
    this.configuration = configuration;
    this.environment = environment;
    this.actions = actions;
    this.prng = new Prng(seed, host, 'mon');
    this.watched = configuration.services.map((service) => {
      const watched: WatchedService = new WatchedService(service, new Timer(environment.timers, (now) => this.due(now, watched)));
      return watched;
    });
  }

  launch(now: Micros): void {
    if (this.isRunning) return;
    this.isRunning = true;
    this.pid = this.prng.integer(300, 4000);
    this.environment.trace({ kind: 'daemon', daemon: 'mon', what: 'started' });
    for (const watched of this.watched) {
      watched.isTesting = false;
      watched.failures = [];
      watched.alertsGiven = 0;
      watched.timer.arm(now + this.prng.integer(0, Math.max(0, this.configuration.randomStartMicros)));
    }
  }

  end(what: 'stopped' | 'killed'): void {
    if (!this.isRunning) return;
    this.drop();
    this.environment.trace({ kind: 'daemon', daemon: 'mon', what });
  }

  /** The machine is gone. */
  drop(): void {
    for (const { timer } of this.watched) timer.cancel();
    this.isRunning = false;
    this.isFrozen = false;
    this.heldBack = [];
  }

  freeze(): void {
    this.isFrozen = true;
  }

  thaw(now: Micros): void {
    this.isFrozen = false;
    const { heldBack } = this;
    this.heldBack = [];
    for (const act of heldBack) act(now);
  }

  private due(now: Micros, watched: WatchedService): void {
    if (this.isFrozen) this.heldBack.push((at) => this.due(at, watched));
    else if (watched.isTesting) this.endTest(now, watched);
    else this.beginTest(now, watched);
  }

  private beginTest(now: Micros, watched: WatchedService): void {
    watched.isTesting = true;
    watched.testBegan = now;
    watched.answered.clear();
    for (const address of watched.service.hosts) this.environment.ping(now, address);
    watched.timer.arm(now + SCRIPT_MICROS + PATIENCE_MICROS);
  }

  /** An echo reply; fping is done when all have answered. */
  pingAnswered(now: Micros, address: Ipv4): void {
    for (const watched of this.watched) {
      if (!watched.isTesting || !watched.service.hosts.includes(address)) continue;
      watched.answered.add(address);
      if (watched.answered.size === watched.service.hosts.length) watched.timer.arm(now + SCRIPT_MICROS);
    }
  }

  private endTest(now: Micros, watched: WatchedService): void {
    const { service } = watched;
    watched.isTesting = false;
    watched.timer.arm(now + service.intervalMicros);
    const silent = service.hosts.filter((address) => !watched.answered.has(address));
    if (silent.length > 0) this.failed(now, watched, silent);
    else if (watched.failures.length > 0) this.succeeded(now, watched);
  }

  private succeeded(now: Micros, watched: WatchedService): void {
    const { service } = watched;
    watched.failures = [];
    this.trace(service, 'success', `after ${watched.alertsGiven} alerts`);
    if (watched.alertsGiven > 0) for (const alert of service.upAlerts) this.call(now, watched, alert, service.hosts);
    watched.alertsGiven = 0;
  }

  private failed(now: Micros, watched: WatchedService, silent: readonly Ipv4[]): void {
    const { service } = watched;
    if (watched.failures.length === 0) watched.firstFailureBegan = watched.testBegan;
    watched.failures.push(now);
    const hosts = silent.map(formatIpv4).join(' ');
    this.say(now, `failure for ${service.group} ${service.name} ${this.secondsAt(now)} ${hosts}`);
    this.trace(service, 'failure', `no echo from ${hosts}`);
    const counted = service.alertWithinMicros === undefined ? watched.failures : watched.failures.filter((at) => now - at <= (service.alertWithinMicros ?? 0));
    if (counted.length < service.alertAfter) return;
    if (service.alertCount !== undefined && watched.alertsGiven >= service.alertCount) return;
    if (watched.alertsGiven > 0 && now - watched.lastAlert < service.alertEveryMicros) return;
    watched.alertsGiven++;
    watched.lastAlert = now;
    for (const alert of service.alerts) this.call(now, watched, alert, silent);
  }

  private call(now: Micros, watched: WatchedService, alert: MonAlert, hosts: readonly Ipv4[]): void {
    const { service } = watched;
    const names = hosts.map(formatIpv4).join(' ');
    this.say(now, `calling alert ${alert.script} for ${service.group}/${service.name} (${this.configuration.alertFolder}/${alert.script},${alert.arguments.join(' ')}) ${names}`);
    this.trace(service, 'alert', alert.script);
    if (alert.script === 'stop_hb') this.actions.stopHeartbeat(now);
    else if (alert.script === 'file.alert') this.writeFile(now, watched, alert, hosts);
  }

  /** As example 25. */
  private writeFile(now: Micros, watched: WatchedService, alert: MonAlert, hosts: readonly Ipv4[]): void {
    const { service } = watched;
    const args = [...alert.arguments];
    const folder = args[0] === '-d' ? args.splice(0, 2)[1] : '';
    const file = args[0] === undefined ? '' : folder === '' ? args[0] : `${folder}/${args[0]}`;
    const names = hosts.map(formatIpv4);
    const at = calendarOf(this.configuration.clockMicros + now);
    const began = calendarOf(this.configuration.clockMicros + watched.testBegan);
    this.actions.append(now, file, [
      `failure ${service.group} ${service.name} ${this.secondsAt(now)} (${longTime(at, false)}) ${names.join(' ')}`,
      'DESCR=', 'OPSTATUS=0', '',
      `start time: ${longTime(began)}`,
      `end time   : ${longTime(at)}`,
      `duration   : ${this.secondsAt(now) - this.secondsAt(watched.testBegan)} seconds`,
      '', '-----', 'unreachable hosts', '-----', '', ...names,
    ]);
  }

  private secondsAt(now: Micros): number {
    return Math.floor((this.configuration.clockMicros + now) / SECOND);
  }

  /** A line on the console. */
  private say(now: Micros, text: string): void {
    const at = calendarOf(this.configuration.clockMicros + now);
    this.messages.add({ time: now, process: '', pid: 0, level: '', text: `${syslogTime(at)} ${this.host} mon[${this.pid}]: ${text}` });
  }

  private trace(service: MonService, what: 'failure' | 'success' | 'alert', detail: string): void {
    this.environment.trace({ kind: 'monitor', clause: '[mon.cf]', group: service.group, service: service.name, what, detail });
  }
}
