/**
 * The emulator as a test instrument: a real FRR between a tester and a hundred emulated routers, as in topologies/egress-convergence.yaml. It gets the whole table; a bridge
 * far inside breaks, and its convergence is measured through its own data plane. tcpdump, on the device's side of the wires, judges when its routes moved.
 * A thousand routers for an hour are `npm run soak`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { ResultJson } from '../../src/report/result.js';
import { describeWithNamespaces } from '../judges/availability.js';
import { LiveLab } from './live-lab.js';

const WARM_UP_SECONDS = 40;
const EVENT_SECONDS = 70;
/** A hundred loopbacks, the links of two grids of 10 x 5, and the bridge. */
const ROUTES = 100 + 2 * (10 * 4 + 5 * 9) + 1;
const STREAMS = 25;
const ADDRESSES: readonly (readonly [string, string])[] = [['eth0', '192.0.2.1/30'], ['eth1', '198.51.100.1/30'], ['eth2', '198.51.100.5/30']];

const labs: LiveLab[] = [];

afterEach(() => {
  for (const each of labs.splice(0)) each.remove();
});

/** The emulated device's own configuration, with the addresses, for the TAP devices. */
function configuration(): string {
  return ADDRESSES.reduce((text, [name, address], i) => text.replace(`interface ${name}\n`, `interface tap${i}\n ip address ${address}\n`), readFileSync('topologies/egress-convergence/dut/frr.conf', 'utf8'));
}

/** Of tcpdump's lines, seconds: `1795.3 tap2  Out IP 192.0.2.2.3 > 172.24.0.2.4: UDP`. What comes in for a group is M. */
function seenAt(log: string, what: RegExp): number[] {
  return log.split('\n').filter((line) => what.test(line)).map((line) => Number(line.split(' ', 1)[0]));
}

describeWithNamespaces('attach, as a test instrument', () => {
  it('FRR gets the whole table; when a bridge far inside breaks it moves half of it, and that is measured through its data plane', async () => {
    const at = new LiveLab();
    labs.push(at);
    const attached = at.attach(join(process.cwd(), 'topologies/egress-convergence.yaml'), '--bind', 'tester:eth0=tap:tap0,west-01-1:up=tap:tap1,east-01-1:up=tap:tap2',
      '--set', 'probes.0.every=20ms', '--priority', '--events', '--warm-up', `${WARM_UP_SECONDS}s`, '--for', '42s');
    await at.until('the TAP devices are there', 30, () => at.ip('link').includes('tap2:'));
    at.start('tcpdump', 'tcpdump', '-i', 'any', '-n', '-tt', '-l', 'proto 89 or udp');
    await at.frr('tap0', configuration());
    const routes = (device: string): number => at.ip('-4', 'route', 'show', 'proto', 'ospf', 'dev', device).split('\n').filter((line) => /^\d/.test(line)).length;
    await at.until('FRR has every route, by the better way', 60, () => routes('tap1') === ROUTES);
    const { code, output } = await attached;
    // Whether the target was met is the machine's business, not ours.
    expect(code, output).toBeLessThanOrEqual(1);

    const result = JSON.parse(readFileSync(join(at.folder, 'recording', 'result.json'), 'utf8')) as ResultJson;
    const [figures, heard, moved] = [result.convergence?.[0], result.controlPlane?.[0], result.forwarding?.[0]];
    if (figures === undefined || heard === undefined || moved === undefined) throw new Error('no figures');
    expect(figures).toMatchObject({ group: 'routes', routes: STREAMS, samplingInterval: 0.02 });
    expect(figures.at).toBeGreaterThanOrEqual(EVENT_SECONDS);
    expect([moved.routes, moved.moved]).toEqual([STREAMS, STREAMS]);
    expect(result.probes.every(({ sent }) => sent > 500)).toBe(true);
    // Both ends of the bridge tell it, and it passes both on; it forwards otherwise only afterwards.
    expect(heard.lsasIn).toBeGreaterThanOrEqual(2);
    expect([heard.firstLsaIn, heard.firstLsaOut, moved.firstMoved, moved.lastMoved].every((each) => each !== null)).toBe(true);
    expect(Number(heard.firstLsaOut)).toBeGreaterThan(Number(heard.firstLsaIn));
    expect(Number(moved.firstMoved)).toBeGreaterThan(Number(heard.firstLsaIn));
    // A route that lost packets has converged when its packets get through, and they get through once it has moved.
    for (const { convergence } of figures.routeSpecific) expect(convergence).not.toBeNull();
    if (figures.full !== null) expect(figures.full).toBeLessThan(Number(moved.lastMoved) + 1);
    expect(result.live).toMatchObject({ adjacenciesLost: 2, dropped: 0, notSent: 0 });

    // The judge: from the first news on tap1 to the first packet of a stream that leaves by tap2.
    const log = at.log('tcpdump');
    const [firstOut] = seenAt(log, /tap2 +Out IP 192\.0\.2\.2\.\d+ > 172\.24\./);
    const news = seenAt(log, /tap1 +(?:In|M) +IP 198\.51\.100\.2 > \S+: OSPFv2, LS-Update/).filter((each) => each < firstOut);
    const took = firstOut - news[news.length - 1];
    const ours = Number(moved.firstMoved) - Number(heard.firstLsaIn);
    expect(ours, `${ours}, tcpdump ${took}`).toBeGreaterThan(took - 0.1);
    expect(ours, `${ours}, tcpdump ${took}`).toBeLessThan(took + 0.3);

    expect(output).toMatch(/Route convergence \[6412\]/);
    expect(output).toMatch(new RegExp(`${moved.moved} of ${STREAMS}`));
    expect(output).toMatch(/late by +median/);
    expect(at.replay()).toContain('the same bytes at the same microseconds');
  }, 240_000);
});
