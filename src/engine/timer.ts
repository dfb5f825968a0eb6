/**
 * The timer table of an engine.
 *
 * A `Timer` is made once by whoever owns it and then armed and cancelled as often as needed; arming allocates
 * nothing. `fireDue(now)` fires every timer due at or before `now`, in (deadline, arming) order. A node
 * that was frozen gets one `fireDue` with a `now` far past the deadlines: that is how a paused guest sees its
 * overdue timers, and the callbacks are told the time of the firing, not the deadline.
 */
import { Heap, type HeapItem } from '../base/heap.js';
import { NEVER, type Micros } from '../base/micros.js';

export class Timer implements HeapItem {
  time: Micros = NEVER;
  order = 0;
  heapIndex = -1;
  /** @internal In the round that is being fired, and not yet fired. */
  isTaken = false;
  /** @internal */
  readonly table: TimerTable;
  /** @internal */
  readonly fire: (now: Micros) => void;
  /** When what is due at `deadline` gets its turn, where that is known. Undefined: then. */
  private readonly turnOf: ((deadline: Micros) => Micros) | undefined;

  constructor(table: TimerTable, fire: (now: Micros) => void, turnOf?: (deadline: Micros) => Micros) {
    this.table = table;
    this.fire = fire;
    this.turnOf = turnOf;
  }

  get isArmed(): boolean {
    return this.heapIndex >= 0;
  }

  /** Arms, or moves, the timer. */
  arm(deadline: Micros): void {
    this.table.arm(this, this.turnOf === undefined ? deadline : this.turnOf(deadline));
  }

  /** Arms the timer unless it already runs. */
  armIfIdle(deadline: Micros): void {
    if (this.heapIndex < 0) this.arm(deadline);
  }

  cancel(): void {
    this.table.cancel(this);
  }

  /** Microseconds left, 0 when overdue, NEVER when not armed. */
  remaining(now: Micros): Micros {
    return this.heapIndex < 0 ? NEVER : Math.max(0, this.time - now);
  }
}

export class TimerTable {
  private readonly heap = new Heap<Timer>();
  private arming = 0;
  /** Of the first; kept, because every step asks for it. */
  private deadline: Micros = NEVER;

  nextDeadline(): Micros {
    return this.deadline;
  }

  arm(timer: Timer, deadline: Micros): void {
    timer.isTaken = false;
    timer.time = deadline;
    timer.order = this.arming++;
    if (timer.heapIndex < 0) this.heap.push(timer);
    else this.heap.moved(timer);
    this.deadline = (this.heap.peek() as Timer).time;
  }

  cancel(timer: Timer): void {
    timer.isTaken = false;
    if (timer.heapIndex < 0) return;
    this.heap.remove(timer);
    this.deadline = this.heap.peek()?.time ?? NEVER;
  }

  /**
   * Fires what is due, including what the callbacks arm for `now` or earlier. `between`: what is due is taken together, and this is called when all of
   * it has fired; what the callbacks arm meanwhile is the next round's.
   */
  fireDue(now: Micros, between?: (now: Micros) => void): void {
    if (between !== undefined) {
      this.fireRounds(now, between);
      return;
    }
    while (this.deadline <= now) {
      const timer = this.heap.peek() as Timer;
      this.cancel(timer);
      timer.fire(now);
    }
  }

  private fireRounds(now: Micros, between: (now: Micros) => void): void {
    while (this.deadline <= now) {
      const round: Timer[] = [];
      while (this.deadline <= now) {
        const timer = this.heap.peek() as Timer;
        this.cancel(timer);
        timer.isTaken = true;
        round.push(timer);
      }
      for (const timer of round) {
        if (!timer.isTaken) continue;
        timer.isTaken = false;
        timer.fire(now);
      }
      between(now);
    }
  }
}
