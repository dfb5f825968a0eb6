/**
 * Who is the master of each virtual router, since when, and how it became so. [5798:6.4]
 *
 * Only masters advertise. The interval of the advertisements is in them, so that a silence is known from one that is only slow.
 */
import type { Ipv4 } from '../../base/address.js';
import { SECOND, type Micros } from '../../base/micros.js';
import { VRRP_PRIORITY_RELEASE, type VrrpMessage } from '../../wire/vrrp.js';
import type { Tell } from './finding.js';
import type { Sighting } from './sighting.js';

interface VirtualRouter {
  readonly virtualRouterId: number;
  readonly place: number;
  master: Ipv4;
  priority: number;
  lastAt: Micros;
  intervalMicros: Micros;
  isReleased: boolean;
  /** Changes of late: two that take each other for backup advertise in turn. */
  changes: Micros[];
  isContested: boolean;
}

/** [5798:6.1] Three intervals and a skew of less than one. */
const MASTER_DOWN_INTERVALS = 4;
const CONTESTED_CHANGES = 4;

export class VrrpWatch {
  private readonly tell: Tell;
  private readonly routers = new Map<string, VirtualRouter>();

  constructor(tell: Tell) {
    this.tell = tell;
  }

  onAdvertisement(seen: Sighting, source: Ipv4, message: VrrpMessage): void {
    const { time, place } = seen;
    const { virtualRouterId, priority, addresses } = message;
    const intervalMicros = message.version === 2 ? message.advertisementIntervalSeconds * SECOND : message.maximumAdvertisementIntervalCentiseconds * 10_000;
    const key = `${place} ${message.version} ${virtualRouterId}`;
    const router = this.routers.get(key);
    const isRelease = priority === VRRP_PRIORITY_RELEASE;
    if (router === undefined) {
      this.routers.set(key, { virtualRouterId, place, master: source, priority, lastAt: time, intervalMicros, isReleased: isRelease, changes: [], isContested: false });
      this.tell(time, place, { kind: 'vrrp-master', virtualRouterId, addresses, master: source, priority, previous: undefined, reason: 'first', previousLastAt: undefined });
      return;
    }
    const gap = time - router.lastAt;
    if (source === router.master) {
      if (isRelease && !router.isReleased) this.tell(time, place, { kind: 'vrrp-silent', virtualRouterId, master: source, isReleased: true });
      if (gap > MASTER_DOWN_INTERVALS * router.intervalMicros) this.tell(router.lastAt, place, { kind: 'vrrp-silent', virtualRouterId, master: source, isReleased: false });
    } else {
      // One that was preempted may still say that it stops; it is the master no more.
      if (isRelease) return;
      router.changes = [...router.changes.filter((at) => time - at < 2 * CONTESTED_CHANGES * intervalMicros), time];
      if (router.changes.length >= CONTESTED_CHANGES && !router.isContested) {
        router.isContested = true;
        this.tell(time, place, { kind: 'vrrp-contested', virtualRouterId, first: router.master, second: source });
      }
      if (router.changes.length < CONTESTED_CHANGES) {
        router.isContested = false;
        const reason = router.isReleased ? 'released' : gap > 1.5 * router.intervalMicros ? 'silent' : 'preempted';
        if (reason === 'silent') this.tell(router.lastAt, place, { kind: 'vrrp-silent', virtualRouterId, master: router.master, isReleased: false });
        this.tell(time, place, { kind: 'vrrp-master', virtualRouterId, addresses, master: source, priority, previous: router.master, reason, previousLastAt: router.lastAt });
      }
    }
    router.master = source;
    router.priority = priority;
    router.lastAt = time;
    router.intervalMicros = intervalMicros;
    router.isReleased = isRelease;
  }

  finish(endsAt: (place: number) => Micros): void {
    for (const { virtualRouterId, place, master, lastAt, intervalMicros, isReleased } of this.routers.values()) {
      if (!isReleased && endsAt(place) - lastAt > MASTER_DOWN_INTERVALS * intervalMicros) {
        this.tell(lastAt, place, { kind: 'vrrp-silent', virtualRouterId, master, isReleased: false });
      }
    }
  }
}
