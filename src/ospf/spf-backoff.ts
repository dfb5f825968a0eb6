/**
 * Schedules that wait longer while the network is not quiet. Read RFC 8405, section 5, first.
 *
 * The state machine of RFC 8405 has three timers. The one of SPF is the process's own; of the other two only the moments are kept at which they
 * would expire, and looked at when something happens: between two events nobody can tell the difference.
 */
import type { Micros } from '../base/micros.js';

/** [8405:6] */
export interface BackoffTimes {
  readonly initialDelayMicros: Micros;
  readonly shortDelayMicros: Micros;
  readonly longDelayMicros: Micros;
  /** From the first event on: so long it may take to learn of everything that belongs to one failure. */
  readonly timeToLearnMicros: Micros;
  /** Without events for so long, the network is quiet again. */
  readonly holdDownMicros: Micros;
}

export type BackoffState = 'QUIET' | 'SHORT_WAIT' | 'LONG_WAIT';

/** The machine of one process. */
export class SpfBackoff {
  private learnUntil: Micros = -Infinity;
  private holdDownUntil: Micros = -Infinity;

  /** [8405:5.1] */
  stateAt(now: Micros): BackoffState {
    if (now >= this.holdDownUntil) return 'QUIET'; // HOLDDOWN_TIMER expired [8405:5.3(5)] [8405:5.3(6)]
    return now >= this.learnUntil ? 'LONG_WAIT' : 'SHORT_WAIT'; // LEARN_TIMER expired [8405:5.3(3)]
  }

  /** An IGP event. Returns how long SPF is to wait if its timer does not run already. */
  onEvent(times: BackoffTimes, now: Micros): Micros {
    const state = this.stateAt(now);
    this.holdDownUntil = now + times.holdDownMicros; // [8405:5.3 HOLDDOWN_TIMER]
    switch (state) {
      case 'QUIET':
        this.learnUntil = now + times.timeToLearnMicros; // [8405:5.3(1)]
        return times.initialDelayMicros;
      case 'SHORT_WAIT': return times.shortDelayMicros; // [8405:5.3(2)]
      case 'LONG_WAIT': return times.longDelayMicros; // [8405:5.3(4)]
    }
  }
}

/** Cisco's throttle: the hold doubles with every calculation inside it, and begins anew after twice the longest without one. */
export class SpfExponential {
  private hold: Micros = 0;

  delay(initialDelayMicros: Micros, holdMicros: Micros, maximumHoldMicros: Micros, sinceLastRun: Micros): Micros {
    if (sinceLastRun >= 2 * maximumHoldMicros) this.hold = 0;
    if (this.hold === 0) {
      this.hold = holdMicros;
      return initialDelayMicros;
    }
    const wait = Math.max(0, this.hold - sinceLastRun);
    this.hold = Math.min(this.hold * 2, maximumHoldMicros);
    return Math.max(wait, initialDelayMicros);
  }
}
