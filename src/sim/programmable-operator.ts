/**
 * REXX procedures, consoles and PROP of the z/VM systems, and the messages that go between them over RSCS. Read config/prop-table and rexx-procedure first, and
 * of the Redpaper "Programmable Operator Facility" and "Communication between z/VM systems".
 *
 * A guest's console goes to its secondary user, if that is logged on; where PROP runs there, its routing table is searched, and the action routine runs with
 * the user id, the node id and the entry's parameter as its argument (the paper: "the first parameter is the guest userid"; the order behind it is our model) and
 * the message stacked, for PULL. A message over RSCS comes from the user RSCS of the own system, as `FROM NODE(USER): TEXT` (the paper's example 4).
 */
import { parseCpCommand } from '../config/machine-room/cp-command.js';
import type { GuestPlan, MachineRoomPlan } from '../config/machine-room/machine-plan.js';
import { findEntry, PROP_CONSOLE, PROP_MESSAGE, type PropMessage } from '../config/machine-room/prop-table.js';
import { applyTemplate, commandText, type Procedure } from '../config/machine-room/rexx-procedure.js';
import type { RoomDriver } from './machine-room.js';

/** What it needs of the z/VM systems. */
export interface VmServices {
  isUp(system: number): boolean;
  /** Counts the ends and beginnings of a system. */
  generation(system: number): number;
  isUserUp(system: number, user: string): boolean;
  isLinkBroken(from: number, to: number): boolean;
  /** A problem, in CP's words. */
  cp(system: number, text: string): string | undefined;
  operation(system: number, what: string): void;
}

export class ProgrammableOperator {
  private readonly plan: MachineRoomPlan;
  private readonly driver: RoomDriver;
  private readonly services: VmServices;

  constructor(plan: MachineRoomPlan, driver: RoomDriver, services: VmServices) {
    this.plan = plan;
    this.driver = driver;
    this.services = services;
  }

  /** One statement after the other; `done` when the last is. What z/VM's end cuts off stays undone. */
  run(system: number, procedure: Procedure, argument: string, stacked: string, done: (problem: string | undefined) => void): void {
    const generation = this.services.generation(system);
    const variables = new Map<string, string>();
    let problem: string | undefined;
    const next = (index: number): void => {
      if (this.services.generation(system) !== generation) return;
      for (let i = index; i < procedure.steps.length; i++) {
        const step = procedure.steps[i];
        if (step.kind === 'say') continue;
        if (step.kind === 'parse') {
          applyTemplate(step.template, step.from === 'arg' ? argument : stacked, step.isUpper, variables);
          continue;
        }
        const text = commandText(step.parts, variables);
        const command = parseCpCommand(text);
        if (typeof command !== 'string' && command.kind === 'sleep') {
          this.services.operation(system, `${procedure.name}: waits (${text})`);
          this.driver.after(command.durationMicros, () => next(i + 1));
          return;
        }
        const failed = this.services.cp(system, text);
        if (failed !== undefined) {
          problem = failed;
          this.services.operation(system, `${procedure.name}: ${text}: ${failed}`);
        }
      }
      done(problem);
    };
    next(0);
  }

  /** A line on a guest's console: whoever is its secondary user gets to see it, with the guest's name before it. */
  console(node: number, { system, user, secondaryUser }: GuestPlan, message: string): void {
    if (secondaryUser === undefined) return;
    const { name, prop } = this.plan.systems[system];
    const text = `${user.padEnd(8)}: ${message}`;
    if (!this.services.isUserUp(system, secondaryUser)) return;
    this.driver.trace(node, { kind: 'console-message', system: name, user: secondaryUser, text });
    if (prop?.operator === secondaryUser) this.prop(system, { text, type: PROP_CONSOLE, user, node: name }, () => undefined);
  }

  /** The programmable operator takes a message; `done` when an action routine has ended. Nothing fits, or PROP does not run: nothing happens. */
  private prop(system: number, message: PropMessage, done: (problem: string | undefined) => void): void {
    const { name, prop } = this.plan.systems[system];
    if (prop === undefined || !this.isPropUp(system)) return;
    const entry = findEntry(prop.table, message);
    const generation = this.services.generation(system);
    if (entry === undefined || entry.action === '') return;
    this.driver.after(prop.delayMicros, () => {
      if (this.services.generation(system) !== generation || !this.isPropUp(system)) return;
      this.driver.trace(-1, { kind: 'prop-action', system: name, operator: prop.operator, user: message.user, text: message.text, line: entry.line, action: entry.action });
      const procedure = prop.actions.get(entry.action);
      if (procedure !== undefined) this.run(system, procedure, `${message.user} ${message.node} ${entry.parameter}`, message.text, done);
    });
  }

  private isPropUp(system: number): boolean {
    const operator = this.plan.systems[system].prop?.operator;
    return operator !== undefined && this.services.isUp(system) && this.services.isUserUp(system, operator);
  }

  /** From a guest, by the RSCS of its z/VM, to PROP of another; what its action routine says comes back the same way. */
  message(guest: GuestPlan, target: string, text: string, answer: (problem: string | undefined) => void): void {
    const from = guest.system;
    const to = this.plan.systems.findIndex(({ name }) => name.toLowerCase() === target.toLowerCase());
    const delay = this.plan.systems[from].rscs.get(to);
    if (to < 0 || delay === undefined) {
      answer(`RSCS: there is no link to ${target}`);
      return;
    }
    if (!this.isRscsUp(from, to)) {
      answer(`RSCS: the link to ${target} is not active`);
      return;
    }
    const { name } = this.plan.systems[from];
    this.driver.after(delay, () => {
      // What is under way when a link or a system ends is lost.
      if (!this.isRscsUp(from, to)) return;
      this.prop(to, { text: `FROM ${name}(${guest.user}): ${text}`, type: PROP_MESSAGE, user: 'RSCS', node: this.plan.systems[to].name }, (problem) => {
        this.driver.after(delay, () => {
          if (this.isRscsUp(from, to)) answer(problem);
        });
      });
    });
  }

  private isRscsUp(from: number, to: number): boolean {
    return this.services.isUp(from) && this.services.isUp(to) && !this.services.isLinkBroken(from, to);
  }
}
