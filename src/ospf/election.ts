/**
 * Electing the Designated Router. [2328:9.4]
 *
 * Takes the calculating router itself into the list of candidates like any neighbour. What each candidate declares is
 * what its last Hello said; what this router declares is what the interface holds.
 */
import type { Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import type { InterfaceState, OspfInterface } from './interface.js';
import { raiseNeighborEvent } from './neighbor-machine.js';

interface Candidate {
  readonly routerId: Ipv4;
  readonly address: Ipv4;
  readonly priority: number;
  declaredDesignatedRouter: Ipv4;
  declaredBackup: Ipv4;
}

/** Runs the election and returns the state that follows for this router. [2328:9.3 WaitTimer] [2328:9.3 BackupSeen] [2328:9.3 NeighborChange] */
export function electDesignatedRouter(owner: OspfInterface, now: Micros): InterfaceState {
  void now;
  const formerDesignatedRouter = owner.designatedRouter; // [2328:9.4(1)]
  const formerBackup = owner.backupDesignatedRouter;
  const self: Candidate = {
    routerId: owner.process.routerId, address: owner.address, priority: owner.parameters.priority,
    declaredDesignatedRouter: owner.designatedRouter, declaredBackup: owner.backupDesignatedRouter,
  };
  // [2328:9.4] Neighbours that are at least 2-Way and may become DR.
  const candidates: Candidate[] = [];
  if (self.priority > 0) candidates.push(self);
  for (const neighbor of owner.neighbors) {
    if (neighbor.priority > 0 && neighbor.isAtLeast('2-Way')) {
      candidates.push({
        routerId: neighbor.routerId, address: neighbor.address, priority: neighbor.priority,
        declaredDesignatedRouter: neighbor.designatedRouter, declaredBackup: neighbor.backupDesignatedRouter,
      });
    }
  }

  calculate(owner, candidates);
  let next = stateOf(owner);
  // Once more when this router has become, or is no longer, DR or Backup.
  if (next !== owner.state && !(next === 'DROther' && owner.state === 'Waiting')) {
    self.declaredDesignatedRouter = owner.designatedRouter; // [2328:9.4(4)]
    self.declaredBackup = owner.backupDesignatedRouter;
    calculate(owner, candidates);
    next = stateOf(owner);
  }

  if (owner.designatedRouter !== formerDesignatedRouter || owner.backupDesignatedRouter !== formerBackup) {
    owner.process.environment.trace({
      kind: 'designated-router', clause: '[2328:9.4]', interfaceName: owner.name,
      designatedRouter: owner.designatedRouter, backupDesignatedRouter: owner.backupDesignatedRouter,
    });
    // [2328:9.4(7)]
    for (const neighbor of owner.neighbors) if (neighbor.isAtLeast('2-Way')) raiseNeighborEvent(neighbor, 'AdjOK?');
  }
  return next;
}

function calculate(owner: OspfInterface, candidates: readonly Candidate[]): void {
  // [2328:9.4(2)] Backup: those who do not declare themselves DR; first those who declare themselves Backup.
  const notDesignated = candidates.filter((c) => c.declaredDesignatedRouter !== c.address);
  const backup = best(notDesignated.filter((c) => c.declaredBackup === c.address)) ?? best(notDesignated);
  // [2328:9.4(3)] DR: those who declare themselves DR; else the new Backup.
  const designated = best(candidates.filter((c) => c.declaredDesignatedRouter === c.address)) ?? backup;
  owner.backupDesignatedRouter = backup?.address ?? 0;
  owner.designatedRouter = designated?.address ?? 0;
}

/** Highest priority, then highest router id. */
function best(candidates: readonly Candidate[]): Candidate | undefined {
  let chosen: Candidate | undefined;
  for (const c of candidates) {
    if (chosen === undefined || c.priority > chosen.priority || (c.priority === chosen.priority && c.routerId > chosen.routerId)) {
      chosen = c;
    }
  }
  return chosen;
}

function stateOf(owner: OspfInterface): InterfaceState {
  if (owner.designatedRouter === owner.address) return 'DR'; // [2328:9.4(5)]
  if (owner.backupDesignatedRouter === owner.address) return 'Backup';
  return 'DROther';
}
