/**
 * What a plan's events do to a node: faults, and what mends them. Read simulation.ts first, `EventAction` in config/plan.ts for what there is.
 *
 * Each is said in the trace as a fault or as a recovery, before it is done; what an operator types is neither.
 */
import type { Micros } from '../base/micros.js';
import type { MachineAction } from '../config/machine-room/machine-plan.js';
import type { EventPlan } from '../config/plan.js';
import type { Command } from '../engine/engine.js';
import type { LinkState } from './link-state.js';
import type { MachineRoom } from './machine-room.js';
import type { SimNode } from './sim-node.js';

export interface ActionDriver {
  readonly now: Micros;
  /** Something that is still to come. */
  after(delay: Micros, act: () => void): void;
  /** In the node's trace. */
  tell(node: SimNode, kind: 'fault' | 'recovery', what: string, detail: string): void;
  command(node: SimNode, command: Command): void;
  /** It goes on, and takes a step for its overdue timers. */
  wake(node: SimNode, stoodStillSince: Micros): void;
  /** It has no next step. */
  still(node: SimNode): void;
  actRoom(node: number, action: MachineAction, text: string): void;
  /** An adapter's guest is gone from a port, or there again. */
  tellAdapter(node: SimNode, port: number, isGone: boolean): void;
  /** The network itself is another one. */
  changed(): void;
}

export class EventActions {
  private readonly driver: ActionDriver;
  private readonly links: LinkState;
  private readonly room: MachineRoom | undefined;

  constructor(driver: ActionDriver, links: LinkState, room: MachineRoom | undefined) {
    this.driver = driver;
    this.links = links;
    this.room = room;
  }

  act(node: SimNode, { action, text }: EventPlan): void {
    const { driver, links, room } = this;
    const fault = (what: string = action.kind): void => driver.tell(node, 'fault', what, text);
    const recovery = (what: string = action.kind): void => driver.tell(node, 'recovery', what, text);
    switch (action.kind) {
      case 'control-order':
        recovery('stonith');
        driver.command(node, { kind: 'control-order', order: action.order });
        break;
      case 'machine':
      case 'cp-command':
      case 'rscs':
      case 'guest':
      case 'console':
      case 'couple':
      case 'adapter':
      case 'cable':
      case 'channel':
        driver.actRoom(node.index, action, text);
        break;
      case 'sleep':
        fault('freeze');
        room?.standsStill(node.index);
        this.freeze(node);
        this.scheduleThaw(node, action.durationMicros, text);
        break;
      case 'freeze':
        fault();
        room?.standsStill(node.index);
        this.freeze(node);
        break;
      case 'thaw':
        recovery();
        this.thaw(node);
        break;
      case 'silence':
        fault();
        room?.portIsSilent(node.index);
        if (action.direction !== 'out') node.isSilentIn[action.port] = true;
        if (action.direction !== 'in') node.isSilentOut[action.port] = true;
        break;
      case 'restore':
        recovery();
        node.isSilentIn[action.port] = false;
        node.isSilentOut[action.port] = false;
        break;
      case 'detach':
      case 'attach':
        if (action.kind === 'detach') fault();
        else recovery();
        node.isSilentIn[action.port] = node.isSilentOut[action.port] = action.kind === 'detach';
        driver.tellAdapter(node, action.port, action.kind === 'detach');
        break;
      case 'carrier':
        if (action.up) recovery();
        else fault();
        links.setAt(node, action.port, action.up);
        break;
      case 'configure':
        fault();
        node.configuration = action.configuration;
        driver.command(node, { kind: 'configure', configuration: action.configuration });
        links.updateShutdown(node, node.plan.configurations?.[action.configuration] ?? node.plan);
        break;
      case 'graceful-restart':
        driver.command(node, { kind: 'graceful-restart' });
        break;
      case 'clear':
        fault();
        driver.command(node, { kind: 'clear', what: action.what, name: action.name });
        break;
      case 'check':
        if (action.isSucceeding) recovery('script');
        else fault('script');
        driver.command(node, { kind: 'check', name: action.name, isSucceeding: action.isSucceeding });
        break;
      case 'freeze-daemon':
        fault();
        driver.command(node, { kind: 'freeze', daemon: action.daemon });
        break;
      case 'thaw-daemon':
        recovery();
        driver.command(node, { kind: 'thaw', daemon: action.daemon });
        break;
      case 'hand-over':
        recovery();
        driver.command(node, { kind: 'hand-over', program: action.program, what: action.what });
        break;
      case 'launch':
        recovery();
        driver.command(node, { kind: 'launch', daemon: action.daemon });
        break;
      case 'kill':
      case 'stop':
        fault();
        driver.command(node, { kind: action.kind, daemon: action.daemon });
        break;
    }
  }

  /** It stands still: takes no steps, and what arrives is lost. */
  freeze(node: SimNode): void {
    if (node.isOff) return;
    if (!node.isFrozen) node.frozenAt = this.driver.now;
    node.isFrozen = true;
    node.freezes++;
    this.driver.still(node);
  }

  private scheduleThaw(node: SimNode, duration: Micros, text: string): void {
    const sleep = node.freezes;
    this.driver.after(duration, () => {
      if (!node.isFrozen || node.freezes !== sleep) return;
      this.driver.changed();
      this.driver.tell(node, 'recovery', 'thaw', text);
      this.thaw(node);
    });
  }

  private thaw(node: SimNode): void {
    if (!node.isFrozen) return;
    node.isFrozen = false;
    this.driver.wake(node, node.frozenAt);
    const { held } = node;
    node.held = [];
    for (const command of held) this.driver.command(node, command);
  }
}
