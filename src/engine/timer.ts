/**
 * The timer table of an engine.
 *
 * A `Timer` is made once by whoever owns it and then armed and cancelled as often as needed; arming allocates
 * nothing. `fireDue(now)` fires every timer due at or before `now`, in (deadline, arming) order. A node
 * that was frozen gets one `fireDue` with a `now` far past the deadlines: that is how a paused guest sees its
 * overdue timers, and the callbacks are told the time of the firing, not the deadline.
 *
 * Daemons have timers that go round for ever and find nothing to do nearly every time: four thousand a second in a network of a thousand routers. Such a timer rests:
 * it keeps its place and its order, but nobody is woken for it. Whoever drives the table lets the rounds that ended meanwhile pass (`passRounds`) before anything else is done;
 * what then happens is what would have happened had somebody been woken each time.
 */
import { Heap, type HeapItem } from '../base/heap.js';
import { NEVER, type Micros } from '../base/micros.js';

export class Timer implements HeapItem {
  time: Micros = NEVER;
  order = 0;
  heapIndex = -1;
  /** @internal In the round that is being fired, and not yet fired. */
  isTaken = false;
  /** @internal All that it would do is to arm itself again. */
  isResting = false;
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

  /** From now on nothing comes of its firing but that it is armed again, and nobody need be woken for that. One whose turns somebody else knows has to be asked about each. */
  rest(): void {
    if (!this.isResting && this.turnOf === undefined) this.table.setResting(this, true);
  }

  /** There is something to do when it fires. */
  attend(): void {
    if (this.isResting) this.table.setResting(this, false);
  }

  /** Microseconds left, 0 when overdue, NEVER when not armed. */
  remaining(now: Micros): Micros {
    return this.heapIndex < 0 ? NEVER : Math.max(0, this.time - now);
  }
}

export class TimerTable {
  private readonly heap = new Heap<Timer>();
  private readonly resting = new Heap<Timer>();
  private arming = 0;
  /** Of the first; kept, because every step asks for it. */
  private deadline: Micros = NEVER;
  private restingDeadline: Micros = NEVER;

  /** When somebody must be woken. */
  nextDeadline(): Micros {
    return this.deadline;
  }

  /** The same with those that rest. */
  firstDeadline(): Micros {
    return this.restingDeadline < this.deadline ? this.restingDeadline : this.deadline;
  }

  arm(timer: Timer, deadline: Micros): void {
    timer.isTaken = false;
    timer.time = deadline;
    timer.order = this.arming++;
    const heap = this.heapOf(timer);
    if (timer.heapIndex < 0) heap.push(timer);
    else heap.moved(timer);
    this.look(timer);
  }

  cancel(timer: Timer): void {
    timer.isTaken = false;
    if (timer.heapIndex < 0) return;
    this.heapOf(timer).remove(timer);
    this.look(timer);
  }

  /** It keeps its place among those that are due at one time. */
  setResting(timer: Timer, isResting: boolean): void {
    const isArmed = timer.heapIndex >= 0;
    if (isArmed) {
      this.heapOf(timer).remove(timer);
      this.look(timer);
    }
    timer.isResting = isResting;
    if (!isArmed) return;
    this.heapOf(timer).push(timer);
    this.look(timer);
  }

  /** Rounds of resting timers that ended before `now`, each at its own time. */
  passRounds(now: Micros): void {
    while (this.restingDeadline < now) {
      const timer = this.resting.peek() as Timer;
      const { time } = timer;
      this.cancel(timer);
      timer.fire(time);
    }
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
    while (this.firstDeadline() <= now) {
      const timer = this.first();
      this.cancel(timer);
      timer.fire(now);
    }
  }

  private fireRounds(now: Micros, between: (now: Micros) => void): void {
    while (this.firstDeadline() <= now) {
      const round: Timer[] = [];
      while (this.firstDeadline() <= now) {
        const timer = this.first();
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

  private heapOf(timer: Timer): Heap<Timer> {
    return timer.isResting ? this.resting : this.heap;
  }

  /** At the heap of a timer, which has changed. */
  private look(timer: Timer): void {
    if (timer.isResting) this.restingDeadline = this.resting.peek()?.time ?? NEVER;
    else this.deadline = this.heap.peek()?.time ?? NEVER;
  }

  /** Of both heaps; one of them has some. */
  private first(): Timer {
    if (this.restingDeadline > this.deadline) return this.heap.peek() as Timer;
    const resting = this.resting.peek() as Timer;
    if (this.restingDeadline < this.deadline) return resting;
    const other = this.heap.peek() as Timer;
    return resting.order < other.order ? resting : other;
  }
}
