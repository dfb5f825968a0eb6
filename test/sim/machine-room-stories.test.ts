/**
 * Random stories of a machine room: up to fourteen things happen to it at random moments. Nothing crashes, the order in which nodes are built does not show, no
 * node runs that no guest or partition runs; and when all is repaired and z/VM is loaded anew, everything is reached again, whatever was done before.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { loadTopology } from '../../src/config/topology/topology.js';
import { Simulation } from '../../src/sim/simulation.js';
import { LAB, readLab, runLab } from './machine-room-lab.js';

const HAPPENINGS = [
  'machine: VM1, do: abend', 'machine: VM1, do: ipl', 'machine: VM1, do: fail', 'machine: VM1, do: shutdown', 'machine: VM1, do: cp xautolog inner', 'machine: CEC1, do: fail',
  'machine: CEC1, do: activate', 'machine: LP1, do: fail', 'machine: LP1, do: activate', 'machine: VM2, do: rscs down VM1', 'machine: VM2, do: rscs up VM1',
  'node: OSA1, do: fail', 'node: OSA1, do: repair', 'node: OSA1, do: cable out', 'node: OSA1, do: cable in', 'node: OSA1, do: port down', 'node: OSA1, do: port up',
  'node: OSA1, do: channel offline', 'node: OSA1, do: channel online', 'node: OSA2, do: fail', 'node: OSA2, do: repair', 'node: OSA2, do: silence lan', 'node: OSA2, do: restore lan',
  'node: zvm1, do: cp det fc00', 'node: zvm1, do: cp attach fc00', 'node: zvm1, do: cp force tcpip', 'node: zvm1, do: start', 'node: lnx1, do: cp force lnx1', 'node: lnx1, do: start',
  'node: lnx1, do: shutdown', 'node: lnx1, do: panic', 'node: lnx1, do: cp sleep 3s', 'node: lnx1, do: freeze', 'node: lnx1, do: thaw', 'node: inner, do: cp force inner',
  'node: inner, do: start', 'node: inner, do: cp couple ctc0', 'node: lnx2, do: stonith ssh ctl1 reset lnx1', 'node: lnx2, do: stonith rexec zvm1 force lnx1',
  'node: lnx2, do: stonith prop VM1 force lnx1', 'node: ctl1, do: stonith ssh ctl1 force ctl1',
];
/** At 40 s all is well with the machines; z/VM is loaded, and its procedure and an operator start every guest. */
const REPAIRS = ['machine: CEC1, do: activate', ...['OSA1', 'OSA2'].flatMap((name) => ['repair', 'cable in', 'port up', 'channel online', 'restore lan'].map((what) => `node: ${name}, do: ${what}`)), 'machine: VM1, do: fail'];
const LOAD = 41;
const INNER = 65;
const ALL_UP = 80;

const story = fc.array(fc.tuple(fc.integer({ min: 1, max: 39_000 }), fc.constantFrom(...HAPPENINGS)), { minLength: 1, maxLength: 14 });

function topology(list: readonly (readonly [number, string])[]): string {
  const events = [...list.map(([at, what]) => [`${at}ms`, what]), ...REPAIRS.map((what) => ['40s', what]), [`${LOAD}s`, 'machine: VM1, do: ipl'], [`${INNER}s`, 'machine: VM1, do: cp xautolog inner']];
  return LAB.replace('events: []', `events:\n${events.map(([at, what]) => `  - { at: ${at}, ${what} }`).join('\n')}`).replace('until: 60s', 'until: 90s').replaceAll('every: 100ms', 'every: 500ms');
}

it('thirty stories', () => {
  fc.assert(fc.property(story, (list) => {
    const { plan } = loadTopology('room.yaml', { readFile: readLab(topology(list)) });
    const run = runLab(plan);
    for (const probe of ['vipa', 'inner', 'lnx1']) expect(run.lost(probe).filter((at) => at > ALL_UP), probe).toEqual([]);
    const other = new Simulation(plan, {}, { constructionOrder: 'reverse', isPoolPoisoned: true });
    other.run();
    expect(other.trajectoryHash).toBe(run.simulation.trajectoryHash);
  }), { numRuns: 30 });
}, 60_000);
