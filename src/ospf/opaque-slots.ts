/**
 * When opaque LSAs of an application are originated: a slot of MinLSInterval after what made them necessary, all of an area together; and again, no
 * sooner than MinLSInterval after the last instance. [2328:12.4]
 *
 * Read opaque.ts first.
 */
import { SECOND, type Micros } from '../base/micros.js';
import type { Timer } from '../engine/timer.js';
import type { Area } from './area.js';
import type { LsaInstance } from './lsdb.js';
import type { OspfProcess } from './process.js';

export const OPAQUE_SLOT_MICROS = 5 * SECOND;

/** `Subject`: what an LSA of the application is about. */
export class OpaqueSlots<Subject> {
  private readonly process: OspfProcess;
  private readonly originate: (area: Area, now: Micros) => void;
  private readonly refresh: (subject: Subject, now: Micros) => void;
  private readonly areaTimers = new Map<Area, Timer>();
  private readonly refreshTimers = new Map<Subject, Timer>();

  constructor(process: OspfProcess, originate: (area: Area, now: Micros) => void, refresh: (subject: Subject, now: Micros) => void) {
    this.process = process;
    this.originate = originate;
    this.refresh = refresh;
  }

  originateSoon(area: Area, now: Micros): void {
    let timer = this.areaTimers.get(area);
    if (timer === undefined) this.areaTimers.set(area, timer = this.process.timer((due) => this.originate(area, due)));
    timer.armIfIdle(now + OPAQUE_SLOT_MICROS);
  }

  /** `lsa`: the last instance; undefined: there is none to be said again. */
  refreshSoon(subject: Subject, lsa: LsaInstance | undefined, now: Micros): void {
    if (lsa === undefined) return;
    let timer = this.refreshTimers.get(subject);
    if (timer === undefined) this.refreshTimers.set(subject, timer = this.process.timer((due) => this.refresh(subject, due)));
    timer.armIfIdle(Math.max(now, lsa.arrivedAt + OPAQUE_SLOT_MICROS));
  }
}
