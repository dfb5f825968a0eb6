/**
 * The neighbour table's rows say what Linux's states are for; impossible cells are our own mistakes.
 */
import { describe, expect, it } from 'vitest';
import { AssertionFailure } from '../../src/base/assert.js';
import { HAS_ADDRESS, neighborCell, NEIGHBOR_MACHINE, type NeighborEvent, type NeighborState } from '../../src/host/neighbor-machine.js';

const STATES = Object.keys(NEIGHBOR_MACHINE) as NeighborState[];

describe('the neighbour table', () => {
  it('is left for another state by exactly these ways', () => {
    const ways: string[] = [];
    for (const state of STATES) {
      for (const event of Object.keys(NEIGHBOR_MACHINE[state]) as NeighborEvent[]) {
        const cell: { readonly to?: NeighborState } = NEIGHBOR_MACHINE[state][event];
        if (cell.to !== undefined) ways.push(`${state} ${event} ${cell.to}`);
      }
    }
    expect(ways.sort()).toEqual([
      'DELAY Answer REACHABLE', 'DELAY DelayConfirmed REACHABLE', 'DELAY DelayOver PROBE', 'DELAY News STALE',
      'FAILED Answer REACHABLE', 'FAILED News STALE', 'FAILED Packet INCOMPLETE',
      'INCOMPLETE Answer REACHABLE', 'INCOMPLETE News STALE', 'INCOMPLETE ProbesOver FAILED',
      'PROBE Answer REACHABLE', 'PROBE News STALE', 'PROBE ProbesOver FAILED',
      'REACHABLE News STALE', 'REACHABLE ReachableTimeOver STALE',
      'STALE Answer REACHABLE', 'STALE Packet DELAY',
    ]);
  });

  it('keeps packets exactly where there is no address to send them to', () => {
    for (const state of STATES) {
      const actions: readonly string[] = neighborCell(state, 'Packet').do ?? [];
      expect(actions.includes('keepPacket'), state).toBe(!HAS_ADDRESS[state]);
    }
  });

  it('stops the run at what cannot happen', () => {
    expect(() => neighborCell('STALE', 'RetransmitTime')).toThrow(AssertionFailure);
    expect(() => neighborCell('PERMANENT', 'ProbesOver')).toThrow(AssertionFailure);
  });
});
