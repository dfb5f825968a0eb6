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

/** Runs the election and returns the state that follows for this router. */
export function electDesignatedRouter(owner: OspfInterface, now: Micros): InterfaceState {
  void now;
  const formerDesignatedRouter = owner.designatedRouter; // [2328:9.4(1)]
  const formerBackup = owner.backupDesignatedRouter;
  const self: Candidate = {
    routerId: owner.process.routerId, address: owner.address, priority: owner.parameters.priority,
    declaredDesignatedRouter: owner.designatedRouter, declaredBackup: owner.backupDesignatedRouter,
  };
  // Neighbours that are at least 2-Way and may become DR.
  const candidates: Candidate[] = [];
  if (self.priority > 0) candidates.push(self); // [2328:9.4 self]
  for (const neighbor of owner.neighbors) {
    if (neighbor.priority === 0) continue; // [2328:9.4 eligible]
    if (neighbor.isAtLeast('2-Way')) {
      candidates.push({ // [2328:9.4]
        routerId: neighbor.routerId, address: neighbor.address, priority: neighbor.priority,
        declaredDesignatedRouter: neighbor.designatedRouter, declaredBackup: neighbor.backupDesignatedRouter,
      });
    }
  }

  calculate(owner, candidates); // [2328:9.3 WaitTimer] [2328:9.3 BackupSeen] [2328:9.3 NeighborChange]
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
  // Backup: those who do not declare themselves DR; first those who declare themselves Backup.
  const notDesignated = candidates.filter((c) => c.declaredDesignatedRouter !== c.address);
  const declared = best(notDesignated.filter((c) => c.declaredBackup === c.address));
  const backup = declared ?? best(notDesignated);
  // DR: those who declare themselves DR; else the new Backup.
  const designated = best(candidates.filter((c) => c.declaredDesignatedRouter === c.address)) ?? backup;
  owner.backupDesignatedRouter = backup?.address ?? 0; // [2328:9.4(2)]
  owner.designatedRouter = designated?.address ?? 0; // [2328:9.4(3)]
}

/** Highest priority, then highest router id. */
function best(candidates: readonly Candidate[]): Candidate | undefined {
  let chosen: Candidate | undefined;
  for (const c of candidates) {
    if (chosen === undefined || c.priority > chosen.priority) chosen = c; // [2328:9.4 priority]
    else if (c.priority === chosen.priority && c.routerId > chosen.routerId) chosen = c; // [2328:9.4 tie]
  }
  return chosen;
}

function stateOf(owner: OspfInterface): InterfaceState {
  if (owner.designatedRouter === owner.address) return 'DR'; // [2328:9.4(5)] [2328:9.1 DR]
  if (owner.backupDesignatedRouter === owner.address) return 'Backup'; // [2328:9.4(5)] [2328:9.1 Backup]
  return 'DROther'; // [2328:9.1 DR Other]
}
