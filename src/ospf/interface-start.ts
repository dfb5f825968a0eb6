/**
 * Interfaces come up: at the start of the process one after the other, where the implementation takes its time, and again when they come back. Read "Interfaces
 * come up one after the other" in ARCHITECTURE first.
 */
import type { Micros } from '../base/micros.js';
import type { Timer } from '../engine/timer.js';
import type { OspfInterface } from './interface.js';
import { runInterfaceEvent } from './interface-machine.js';
import type { OspfProcess } from './process.js';

export class InterfaceStart {
  private readonly process: OspfProcess;
  /** So many have had their turn. */
  private started = 0;
  private readonly timer: Timer;

  constructor(process: OspfProcess) {
    this.process = process;
    this.timer = process.timer((now) => this.run(now));
  }

  /** When the last interface has its turn, if the first has it now. */
  lastTurn(now: Micros): Micros {
    return now + Math.max(0, this.process.interfaces.length - 1) * this.process.behaviour.interfaceUpIntervalMicros;
  }

  /** Brings up the next one, or all of them where nothing lies between. */
  run(now: Micros): void {
    const { process } = this;
    const { interfaceUpIntervalMicros, carrierLoss } = process.behaviour;
    while (this.started < process.interfaces.length) {
      const owner = process.interfaces[this.started++];
      if (owner.state === 'Down' && (owner.isOperative || !owner.parameters.isLinkChecked)) bringUp(owner, now);
      else if (owner.state === 'Down' && carrierLoss === 'loopback') runInterfaceEvent(owner, 'LoopInd', now);
      process.runDeferred(now);
      if (interfaceUpIntervalMicros > 0 && this.started < process.interfaces.length) {
        this.timer.arm(now + interfaceUpIntervalMicros);
        return;
      }
    }
  }

  /** Its turn at start is still to come. */
  isToCome(owner: OspfInterface): boolean {
    return this.process.interfaces.indexOf(owner) >= this.started;
  }

  get isOver(): boolean {
    return this.started === this.process.interfaces.length;
  }

  /** All that there are now have had their turn. */
  end(): void {
    this.started = this.process.interfaces.length;
  }

  /** Those that have not had their turn get none. */
  cancel(): void {
    this.timer.cancel();
  }
}

export function bringUp(owner: OspfInterface, now: Micros): void {
  if (owner.process.behaviour.carrierLoss === 'loopback') {
    runInterfaceEvent(owner, 'UnloopInd', now);
    // lo itself is an interface like any other, and waits.
    runInterfaceEvent(owner, 'InterfaceUp', now);
    return;
  }
  runInterfaceEvent(owner, owner.parameters.networkType === 'loopback' ? 'LoopInd' : 'InterfaceUp', now); // [2328:9.2 InterfaceUp] [2328:9.2 LoopInd]
}

/** One that was up before. */
export function bringBack(owner: OspfInterface, isEveryOneStarted: boolean, now: Micros): void {
  const { process } = owner;
  owner.isRemoved = false;
  if (process.behaviour.isInterfaceMadeAnew && isEveryOneStarted) {
    moveLast(owner);
  }
  bringUp(owner, now);
}

/** In the order of its area, and of the process. */
export function moveLast(owner: OspfInterface): void {
  for (const list of [owner.process.interfaces, owner.area.interfaces]) list.push(...list.splice(list.indexOf(owner), 1));
}
