/**
 * Each of the four FRR 8.4.4 systems of the laboratory, replaced by an emulated one: what the others sent reaches it as recorded, and every packet that the real
 * system sent is matched by one of ours or has a reason. Hello 10 and dead 40 with two long sleeps, hello 1 and dead 4 with five short ones.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCapture } from '../../src/capture/capture.js';
import { loadTopology } from '../../src/config/topology/topology.js';
import { isPlain } from '../../src/replay/reason.js';
import { compareStandIn, isUnexplained } from '../../src/replay/stand-in-comparison.js';
import { DecodeError } from '../../src/wire/decode-error.js';

const LAB = new URL('../fixtures/lab/', import.meta.url).pathname;
const CASES = [
  ['frr-def', new URL('../../topologies/router-loss-frr.yaml', import.meta.url).pathname, 1],
  ['frr-h1', `${LAB}frr-h1/router-loss.yaml`, 8],
] as const;

describe.each(CASES)('%s', (folder, topology, mostReasons) => {
  const { plan } = loadTopology(topology, { readFile: (file) => readFileSync(file, 'utf8') });
  const files = ['lan', 'ctc0', 'ctc1'].map((name) => {
    const capture = readCapture(readFileSync(`${LAB}${folder}/${name}.ctl.pcap`));
    if (capture instanceof DecodeError) throw new Error(`${name}: ${capture.code}`);
    return { name, capture };
  });

  it.each(['tirnanog', 'lnx31', 'lnx32', 'lnx33'])('%s: what the real one sent is what ours sends', (node) => {
    const report = compareStandIn(plan, node, files);
    if (typeof report === 'string') throw new Error(report);
    const odd = report.packets.filter(isUnexplained).map(({ judgement: { verdict, real, ours } }) => `${verdict} ${real === undefined ? `ours at ${ours[0].time}` : `${real.file} ${real.number}`}`);
    expect(odd).toEqual([]);
    expect(report.realPackets).toBeGreaterThan(100);
    // Reasons are for what chance decides, and that is little.
    expect(report.packets.filter(({ judgement }) => !isPlain(judgement)).length).toBeLessThanOrEqual(mostReasons);
  }, 300_000);
});
