/**
 * What heartbeat's shell scripts do: ResourceManager, which starts the resources of a group in order and stops them in reverse, and the resource scripts
 * themselves. What they started stays when the daemon dies.
 *
 * IPaddr (IPaddr2) adds an alias address and lets send_arp announce it; Filesystem mounts; every other script is a service that takes the time the topology
 * gives it. An IPaddr without a mask takes that of the route to the address (as IPaddr's findif does); without a route it fails, and the group is given up.
 */
import { formatIpv4, maskOf, type Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import type { Prng } from '../base/prng.js';
import { Timer } from '../engine/timer.js';
import type { HeartbeatBehaviour, ScriptText, Span } from './heartbeat-behaviour.js';
import { keyOf, type HeartbeatConfiguration, type Resource, type ResourceGroup } from './heartbeat-configuration.js';
import { fill, type HeartbeatLog } from './heartbeat-log.js';
import type { ScriptJob } from './script-job.js';
import type { TakeoverEnvironment } from './takeover-environment.js';

const ADDRESS_SCRIPTS: ReadonlySet<string> = new Set(['IPaddr', 'IPaddr2']);

export function isAddressResource(resource: Resource): boolean {
  return ADDRESS_SCRIPTS.has(resource.script);
}

/** `10.1.1.1/24/eth0` */
export interface AddressArgument {
  readonly address: Ipv4;
  readonly prefixLength: number | undefined;
  readonly interfaceName: string | undefined;
}

export function addressArgument(resource: Resource): AddressArgument {
  const [addressText, prefixText, interfaceName] = (resource.arguments[0] ?? '').split('/');
  const address = addressText.split('.').reduce((sum, part) => sum * 256 + (Number(part) & 255), 0);
  return { address, prefixLength: prefixText === undefined || !/^[0-9]+$/.test(prefixText) ? undefined : Number(prefixText), interfaceName };
}

/** A burst under way. */
interface Announcement {
  readonly timer: Timer;
  sent: number;
}

export class ResourceManager {
  private readonly configuration: HeartbeatConfiguration;
  private readonly behaviour: HeartbeatBehaviour;
  private readonly environment: TakeoverEnvironment;
  private readonly prng: Prng;
  private readonly log: HeartbeatLog;
  /** Services and mounts, by their text in haresources. */
  private readonly running = new Set<string>();
  private readonly aliases = new Map<Ipv4, string>();
  private readonly announcements = new Map<Ipv4, Announcement>();
  private pid = 100;

  constructor(configuration: HeartbeatConfiguration, behaviour: HeartbeatBehaviour, environment: TakeoverEnvironment, prng: Prng, log: HeartbeatLog) {
    this.configuration = configuration;
    this.behaviour = behaviour;
    this.environment = environment;
    this.prng = prng;
    this.log = log;
  }

  draw(span: Span): Micros {
    return this.prng.integer(span[0], span[1]);
  }

  nextPid(): number {
    this.pid += this.prng.integer(8, 26);
    return this.pid;
  }

  /** A line of a script; nothing where this generation does not write it. */
  write(now: Micros, process: string, level: string, text: ScriptText, ...parts: readonly (string | number)[]): void {
    const line = fill(this.behaviour.scriptTexts[text], parts);
    if (line !== '') this.log.add({ time: now, process, pid: this.nextPid(), level, text: line });
  }

  groupsOf(node: string): readonly ResourceGroup[] {
    return this.configuration.groups.filter((group) => group.node === node);
  }

  /** By the key with which messages name it. */
  groupByKey(key: string): ResourceGroup | undefined {
    return this.configuration.groups.find((group) => keyOf(group) === key);
  }

  isRunning(resource: Resource): boolean {
    return isAddressResource(resource) ? this.environment.ownsAddress(addressArgument(resource).address) : this.running.has(resource.text);
  }

  /** Device, directory and type of what is mounted. */
  get mounts(): readonly (readonly string[])[] {
    return this.configuration.groups.flatMap(({ resources }) => resources.filter((each) => each.script === 'Filesystem' && this.running.has(each.text)).map((each) => each.arguments));
  }

  /** A group is known to be there by its first resource, as `req_resource` asks. */
  holds(group: ResourceGroup): boolean {
    return this.isRunning(group.resources[0]);
  }

  // Groups, as steps of a job.

  /** `ResourceManager takegroup` */
  takeGroup(job: ScriptJob, group: ResourceGroup, reason: string): void {
    job.add(this.draw(this.behaviour.scripts.takegroup), (now) => {
      this.write(now, 'ResourceManager(default)', 'info', 'acquiringGroup', groupText(group));
      this.trace('acquiring', group, reason);
      let hasFailed = false;
      for (const resource of group.resources) {
        job.add(this.draw(this.behaviour.scripts.status), (at) => {
          if (hasFailed) return;
          if (this.isRunning(resource)) {
            if (this.hasStatusLine(resource)) this.write(at, ocfProcess(resource), 'INFO', 'runningOk');
            return;
          }
          if (this.hasStatusLine(resource)) this.write(at, ocfProcess(resource), 'INFO', 'stopped');
          this.start(job, resource, (failedAt) => {
            hasFailed = true;
            this.giveUpFailed(job, failedAt, group, resource, reason);
          });
        });
      }
      job.add(this.draw(this.behaviour.scripts.end), () => {
        if (!hasFailed) this.trace('acquired', group, reason);
      });
    });
  }

  /** `ResourceManager givegroup`: also of what is not there. */
  giveGroup(job: ScriptJob, group: ResourceGroup, reason: string): void {
    job.add(this.draw(this.behaviour.scripts.givegroup), (now) => {
      const holdsAny = group.resources.some((each) => this.isRunning(each));
      this.write(now, 'ResourceManager(default)', 'info', 'releasingGroup', groupText(group));
      if (holdsAny) this.trace('releasing', group, reason);
      for (const resource of [...group.resources].reverse()) this.stop(job, resource);
      job.add(0, () => {
        if (holdsAny) this.trace('released', group, reason);
      });
    });
  }

  private giveUpFailed(job: ScriptJob, now: Micros, group: ResourceGroup, resource: Resource, reason: string): void {
    this.write(now, 'ResourceManager(default)', 'ERROR', 'failed', this.pathOf(resource), 1);
    this.write(now, 'ResourceManager(default)', 'CRIT', 'givingUpGroup', resource.text);
    this.trace('failed', group, reason);
    this.giveGroup(job, group, `${resource.text} failed`);
  }

  private trace(what: 'acquiring' | 'acquired' | 'releasing' | 'released' | 'failed', group: ResourceGroup, reason: string): void {
    this.environment.trace({ kind: 'takeover', clause: '[haresources]', peer: group.node, group: keyOf(group), reason, what });
  }

  // Resource scripts.

  private start(job: ScriptJob, resource: Resource, failed: (now: Micros) => void): void {
    const { scripts } = this.behaviour;
    job.add(this.draw(scripts.launch), (begin) => {
      this.writeRun(begin, resource, 'start');
      if (isAddressResource(resource)) this.startAddress(job, resource, begin, failed);
      else if (resource.script === 'Filesystem') this.startFilesystem(job, resource, begin);
      else {
        job.add(this.durationOf(resource, 'start', scripts.service), (now) => {
          this.running.add(resource.text);
          const port = this.timesOf(resource)?.port;
          if (port !== undefined) this.environment.openPort(port);
          this.done(now, begin, resource, 'start');
        });
      }
    });
  }

  private startAddress(job: ScriptJob, resource: Resource, begin: Micros, failed: (now: Micros) => void): void {
    const { scripts } = this.behaviour;
    const { address, prefixLength, interfaceName } = addressArgument(resource);
    const route = this.environment.routeTo(address);
    const device = interfaceName ?? route?.interfaceName;
    if (device === undefined) {
      job.add(this.draw(scripts.ipaddrUp), failed);
      return;
    }
    const length = prefixLength ?? route?.prefixLength ?? 24;
    const process = `${resource.script}(${resource.script}_${formatIpv4(address)})`;
    const total = this.draw(scripts.ipaddrUp) + this.durationOf(resource, 'start', [0, 0]);
    job.add(Math.floor(total / 2), (now) => this.write(now, process, 'INFO', 'netmask', formatIpv4(address), formatIpv4(maskOf(length))));
    job.add(total - Math.floor(total / 2), (now) => {
      const alias = this.nextAlias(device);
      this.aliases.set(address, alias);
      this.write(now, process, this.isClassicLog ? 'info' : 'INFO', 'ifconfig', alias, formatIpv4(address), formatIpv4(maskOf(length)), formatIpv4((address | ~maskOf(length)) >>> 0));
      this.environment.addAddress(now, device, address, length);
      this.write(now, process, 'info', 'gratuitousArp', alias, formatIpv4(address), device);
      this.announce(now, device, address);
    });
    job.add(this.draw(scripts.ipaddrDone), (now) => {
      this.write(now, ocfProcess(resource), 'INFO', 'success');
      this.done(now, begin, resource, 'start');
    });
  }

  private startFilesystem(job: ScriptJob, resource: Resource, begin: Micros): void {
    const [device, directory, type] = resource.arguments;
    if (type !== undefined) this.write(begin, `Filesystem(Filesystem_${device})`, this.isClassicLog ? 'WARNING' : 'WARN', 'moduleWarning', type);
    job.add(this.durationOf(resource, 'start', this.behaviour.scripts.filesystem), (now) => {
      this.running.add(resource.text);
      this.environment.trace({ kind: 'mount', clause: '[haresources]', device, directory: directory ?? '', what: 'mounted' });
      this.done(now, begin, resource, 'start');
    });
  }

  private stop(job: ScriptJob, resource: Resource): void {
    const { scripts } = this.behaviour;
    job.add(this.draw(scripts.launch), (begin) => {
      this.writeRun(begin, resource, 'stop');
      if (!this.isRunning(resource)) {
        job.add(this.draw(scripts.idleStop), (now) => {
          if (this.hasStatusLine(resource)) this.write(now, ocfProcess(resource), 'INFO', 'success');
        });
        return;
      }
      if (isAddressResource(resource)) {
        const { address } = addressArgument(resource);
        job.add(this.draw(scripts.ipaddrDown) + this.durationOf(resource, 'stop', [0, 0]), (now) => {
          this.write(now, `${resource.script}(${resource.script}_${formatIpv4(address)})`, 'INFO', 'ifconfigDown', this.aliases.get(address) ?? '');
          this.removeAddress(now, address);
        });
        job.add(this.draw(scripts.ipaddrDone), (now) => {
          this.write(now, ocfProcess(resource), 'INFO', 'success');
          this.done(now, begin, resource, 'stop');
        });
        return;
      }
      const isMount = resource.script === 'Filesystem';
      job.add(this.durationOf(resource, 'stop', isMount ? scripts.filesystem : scripts.service), (now) => {
        this.running.delete(resource.text);
        const port = this.timesOf(resource)?.port;
        if (port !== undefined) this.environment.closePort(port);
        if (isMount) {
          this.environment.trace({ kind: 'mount', clause: '[haresources]', device: resource.arguments[0], directory: resource.arguments[1] ?? '', what: 'unmounted' });
        }
        this.done(now, begin, resource, 'stop');
      });
    });
  }

  /** Everything ends at once, and nobody says goodbye: the machine is gone. */
  drop(): void {
    for (const { timer } of this.announcements.values()) timer.cancel();
    this.announcements.clear();
    this.aliases.clear();
    this.running.clear();
  }

  private removeAddress(now: Micros, address: Ipv4): void {
    this.announcements.get(address)?.timer.cancel();
    this.announcements.delete(address);
    this.aliases.delete(address);
    this.environment.removeAddress(now, address);
  }

  /** send_arp, in the background. */
  private announce(now: Micros, interfaceName: string, address: Ipv4): void {
    const { frames, spacingMicros, forms, delayMicros } = this.behaviour.gratuitousArp;
    const announcement: Announcement = { sent: 0, timer: new Timer(this.environment.timers, (at) => {
      if (announcement.sent === 0) this.environment.trace({ kind: 'gratuitous-arp', clause: '[826]', interfaceName, address });
      this.environment.announceAddress(at, interfaceName, address, forms[announcement.sent % forms.length]);
      if (++announcement.sent < frames) announcement.timer.arm(at + spacingMicros);
      else this.announcements.delete(address);
    }) };
    this.announcements.get(address)?.timer.cancel();
    this.announcements.set(address, announcement);
    announcement.timer.arm(now + this.draw(delayMicros));
  }

  private nextAlias(device: string): string {
    const taken = new Set(this.aliases.values());
    for (let number = 0; ; number++) if (!taken.has(`${device}:${number}`)) return `${device}:${number}`;
  }

  private get isClassicLog(): boolean {
    return this.behaviour.log.form === 'classic';
  }

  /** Resource agents of the later generation say what they find. */
  private hasStatusLine(resource: Resource): boolean {
    return isAddressResource(resource) || resource.script === 'Filesystem';
  }

  private timesOf(resource: Resource) {
    return this.configuration.scripts.get(resource.script);
  }

  private durationOf(resource: Resource, action: 'start' | 'stop', otherwise: Span): Micros {
    const times = this.timesOf(resource);
    return (action === 'start' ? times?.startMicros : times?.stopMicros) ?? this.draw(otherwise);
  }

  private pathOf({ script }: Resource): string {
    return `${this.behaviour.resourceScripts.has(script) ? this.behaviour.resourceFolder : this.behaviour.initFolder}/${script}`;
  }

  private writeRun(now: Micros, resource: Resource, action: string): void {
    const args = resource.arguments.join(' ');
    const path = this.pathOf(resource);
    // The first generation leaves no gap where there are no arguments.
    const text = this.isClassicLog && args === '' ? `Running ${path} ${action}` : fill(this.behaviour.scriptTexts.runningScript, [path, args, action]);
    this.log.add({ time: now, process: 'ResourceManager(default)', pid: this.nextPid(), level: 'info', text });
  }

  private done(now: Micros, begin: Micros, resource: Resource, action: 'start' | 'stop'): void {
    this.environment.trace({ kind: 'resource', clause: '[haresources]', resource: resource.text, action, tookMicros: now - begin });
  }
}

function ocfProcess(resource: Resource): string {
  const instance = isAddressResource(resource) ? formatIpv4(addressArgument(resource).address) : (resource.arguments[0] ?? '');
  return `/usr/lib/ocf/resource.d//heartbeat/${resource.script}(${resource.script}_${instance})`;
}

/** `lnx31 10.1.1.1 apache`; as haresources has it: a bare address is an IPaddr. */
function groupText(group: ResourceGroup): string {
  return [group.node, ...group.resources.map(({ text }) => text)].join(' ');
}
