/**
 * The multicast groups of one interface, and the IGMPv3 reports about them as a Linux host sends them. [3376:5.1]
 *
 * A change is reported twice: a few milliseconds after it (two ticks of a 250 Hz kernel), and once more within a second.
 * Changes that come together share a report. There are no queriers in here, so queries are not answered.
 */
import type { Ipv4 } from '../base/address.js';
import { MILLISECOND, SECOND, type Micros } from '../base/micros.js';
import type { Prng } from '../base/prng.js';
import { Timer, type TimerTable } from '../engine/timer.js';
import { GroupRecord, GroupRecordType, IgmpVersion3Report } from '../wire/igmp.js';

const ROBUSTNESS = 2;
const TICK: Micros = 4 * MILLISECOND;

class GroupChange {
  readonly group: Ipv4;
  isJoin: boolean;
  reportsLeft = ROBUSTNESS;

  constructor(group: Ipv4, isJoin: boolean) {
    this.group = group;
    this.isJoin = isJoin;
  }
}

export class MulticastMembership {
  /** How often each group was joined. */
  private readonly users = new Map<number, number>();
  private changes: GroupChange[] = [];
  private readonly timer: Timer;
  private readonly prng: Prng;

  constructor(timers: TimerTable, prng: Prng, send: (now: Micros, report: IgmpVersion3Report) => void) {
    this.prng = prng;
    this.timer = new Timer(timers, (now) => {
      const report = this.nextReport();
      if (this.changes.length > 0) this.timer.arm(now + this.prng.integer(0, SECOND - 1) + this.ticks());
      send(now, report);
    });
  }

  has(group: Ipv4): boolean {
    return this.users.has(group | 0);
  }

  /** By group. */
  groups(): Ipv4[] {
    return [...this.users.keys()].map((key) => key >>> 0).sort((a, b) => a - b);
  }

  join(now: Micros, group: Ipv4): void {
    const count = this.users.get(group | 0) ?? 0;
    this.users.set(group | 0, count + 1);
    if (count === 0) this.change(now, group, true);
  }

  leave(now: Micros, group: Ipv4): void {
    const count = this.users.get(group | 0);
    if (count === undefined) return;
    if (count > 1) {
      this.users.set(group | 0, count - 1);
      return;
    }
    this.users.delete(group | 0);
    this.change(now, group, false);
  }

  private change(now: Micros, group: Ipv4, isJoin: boolean): void {
    this.changes = this.changes.filter((c) => c.group !== group);
    this.changes.push(new GroupChange(group, isJoin));
    this.changes.sort((a, b) => a.group - b.group);
    const at = now + this.ticks();
    if (!this.timer.isArmed || this.timer.time > at) this.timer.arm(at);
  }

  private nextReport(): IgmpVersion3Report {
    const report = new IgmpVersion3Report();
    for (const change of this.changes) {
      const record = new GroupRecord();
      record.type = change.isJoin ? GroupRecordType.changeToExclude : GroupRecordType.changeToInclude;
      record.group = change.group;
      report.records.push(record);
      change.reportsLeft--;
    }
    this.changes = this.changes.filter((c) => c.reportsLeft > 0);
    return report;
  }

  /** Between one and two ticks: the first is under way already. */
  private ticks(): Micros {
    return TICK + this.prng.integer(0, TICK - 1);
  }
}
