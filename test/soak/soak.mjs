/**
 * npm run soak: an hour of a thousand emulated routers in front of a real FRR, in real time. As root, on Linux, with FRR; soak-network.mjs has the network.
 *
 * On a machine that has other things to do --priority, which is on by itself, makes it and FRR go before them.
 *
 *   node test/soak/soak.mjs [--minutes N] [--side N] [--spread SECONDS] [--no-priority] [--no-fault] [--no-replay]
 *
 * It prints a line a minute, then a table of laws: FRR has every route all the time, no adjacency is lost, every LSA is refreshed, our memory does not grow; how late
 * it was is told against an aim, 99.9 % within 20 ms; in the last minute the bridge breaks, and the device's convergence is measured through its data plane. At the
 * end the recording is run again in virtual time. Exit 1: a law is broken.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MAIN, SoakLab, sleep } from './soak-lab.mjs';
import { ROUTER_ID, soakNetwork } from './soak-network.mjs';

const SETTLED = 60;
const FRR_COMPLETE_LIMIT = 300;
/** Before the end. */
const FAULT_BEFORE_END = 60;
const LAST_LOOK_BEFORE_FAULT = 20;
/** LSRefreshTime, the walk that finds them, and a second for each hop [2328:B]. */
const LSA_OLDEST_SECONDS = 1800 + 10 + 64;
const REFRESH_MINUTES = 31;
const MAX_AGE_SECONDS = 3600;
/** Of the resident memory, in an hour. */
const GROWTH_LIMIT = 0.05;
const WITHIN_AIM = 0.999;
const FULL_CONVERGENCE_LIMIT = 5;

const settings = { minutes: 60, side: 32, spread: 10, priority: true, fault: true, replay: true };
for (let words = process.argv.slice(2); words.length > 0; words = words.slice(1)) {
  const name = words[0].replace(/^--(no-)?/, '');
  if (words[0].startsWith('--no-') && typeof settings[name] === 'boolean') settings[name] = false;
  else if (words[0].startsWith('--') && typeof settings[name] === 'number' && Number(words[1]) > 0) {
    settings[name] = Number(words[1]);
    words = words.slice(1);
  } else fail(`${words[0]}: there are --minutes N, --side N, --spread SECONDS, --no-priority, --no-fault and --no-replay`);
}
if (settings.side % 2 !== 0) fail('--side: an even number of routers is wanted');
if (settings.minutes < 3) fail('--minutes: 3 at the least');
if (!existsSync(MAIN)) fail('dist is not there: npm run build');
if (process.getuid?.() !== 0 || !existsSync('/usr/lib/frr/ospfd')) fail('it takes root, and FRR in /usr/lib/frr');

function fail(text) {
  console.error(`soak: ${text}`);
  process.exit(2);
}

const laws = [];
const law = (isKept, what, measured, limit) => laws.push({ isKept, what, measured, limit });
/** What is wished for, and depends on the machine. */
const aim = (isMet, what, measured, limit) => laws.push({ isKept: true, isMet, what, measured, limit });

let interruptedBy;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => { interruptedBy ??= signal; });

async function soak(lab) {
  const warmUp = settings.spread + SETTLED;
  const lasts = settings.minutes * 60;
  const faultAt = settings.fault ? warmUp + lasts - FAULT_BEFORE_END : undefined;
  const network = soakNetwork({ side: settings.side, startSpreadSeconds: settings.spread, faultAt });
  const topology = lab.write('soak.yaml', network.yaml);
  console.log(`${network.routers} routers, ${network.routes} routes; warming up ${warmUp} s of virtual time ...`);
  const warming = Date.now();
  const attached = lab.start('attach', process.execPath, MAIN, 'attach', topology, '--bind', network.bindings, '--warm-up', `${warmUp}s`, '--for', `${lasts}s`, '--events',
    '--record', join(lab.folder, 'recording'), ...(settings.priority ? ['--priority'] : []));
  await lab.until('the real clock has taken over', 3600, () => interrupted() || lab.read('attach.log').includes('the real clock takes over'));
  const began = Date.now();
  const elapsed = () => (Date.now() - began) / 1000;
  const cpuAtStart = lab.processorSeconds('attach');
  console.log(`warm after ${((began - warming) / 1000).toFixed(0)} s, ${lab.residentMegabytes('attach').toFixed(0)} MB; FRR starts`);

  await lab.frr(network.configuration, settings.priority);
  const frrBegan = elapsed();
  await lab.until('FRR has every route', FRR_COMPLETE_LIMIT, () => interrupted() || lab.routes() >= network.routes);
  const completeAfter = elapsed() - frrBegan;
  law(lab.routes() === network.routes, 'FRR has every route', `${lab.routes()} after ${completeAfter.toFixed(1)} s`, String(network.routes));
  const atFirst = lab.routerLsas();
  law(atFirst.size === network.routers + 1, "router-LSAs in FRR's database", String(atFirst.size), String(network.routers + 1));

  const samples = [];
  let fewest = Infinity;
  const lastLook = lasts - FAULT_BEFORE_END - LAST_LOOK_BEFORE_FAULT;
  for (let minute = Math.ceil(elapsed() / 60); minute * 60 < lastLook; minute++) {
    await sleep(Math.max(0, minute * 60 - elapsed()));
    if (interrupted() || attached.exitCode !== null) break;
    const sample = { minute, megabytes: lab.residentMegabytes('attach'), cpu: lab.processorSeconds('attach') - cpuAtStart,
      frrMegabytes: lab.residentMegabytes('ospfd') + lab.residentMegabytes('zebra'), frrCpu: lab.processorSeconds('ospfd') + lab.processorSeconds('zebra'), routes: lab.routes() };
    samples.push(sample);
    fewest = Math.min(fewest, sample.routes);
    const status = lab.read('attach.log').trimEnd().split('\n').pop() ?? '';
    console.log(`${String(minute).padStart(3)} min  ${sample.megabytes.toFixed(0)} MB, ${sample.cpu.toFixed(1)} s of processor; FRR ${sample.frrMegabytes.toFixed(0)} MB, ${sample.frrCpu.toFixed(1)} s, ${sample.routes} routes; ${status}`);
  }
  await sleep(Math.max(0, lastLook - elapsed()));
  const atLast = lab.routerLsas();
  const lostByFrr = (lab.read('ospfd.messages').match(/AdjChg: .* Full -> /g) ?? []).length;
  law(fewest === network.routes && lab.routes() === network.routes, 'FRR had every route, each minute', `${Math.min(fewest, lab.routes())} at the least`, String(network.routes));
  law(lostByFrr === 0, 'adjacencies that FRR lost', String(lostByFrr), '0');
  judgeRefresh(atFirst, atLast, network.routers);
  judgeMemory(samples);
  const cpu = lab.processorSeconds('attach') - cpuAtStart;
  const frrCpu = lab.processorSeconds('ospfd') + lab.processorSeconds('zebra');
  const measuredFor = elapsed();

  if (interrupted()) attached.kill('SIGINT');
  const code = await attached.ended;
  law(code === 0, 'attach ended', String(code), '0');
  const left = [...lab.routerLsas()].filter(([router, { age }]) => router !== ROUTER_ID && age < MAX_AGE_SECONDS).length;
  law(left === 0, 'LSAs that were not taken back on leaving', String(left), '0');
  if (!existsSync(join(lab.folder, 'recording', 'result.json'))) throw new Error(`attach left no result: ${lab.read('attach.log').slice(-2000)}`);
  judgeLive(JSON.parse(lab.read('recording/result.json')), network);
  console.log(`\nprocessor time in ${(measuredFor / 60).toFixed(1)} min: emulation ${cpu.toFixed(1)} s (${(100 * cpu / measuredFor).toFixed(1)} %), FRR ${frrCpu.toFixed(1)} s (${(100 * frrCpu / measuredFor).toFixed(1)} %)`);
  if (settings.replay && !interrupted()) judgeReplay(lab);
}

function interrupted() {
  return interruptedBy !== undefined;
}

function judgeRefresh(atFirst, atLast, routers) {
  const refreshed = [...atLast].filter(([router, { sequence }]) => sequence > (atFirst.get(router)?.sequence ?? Infinity)).length;
  const oldest = Math.max(...[...atLast.values()].map(({ age }) => age));
  law(atLast.size === routers + 1, "router-LSAs in FRR's database at the end", String(atLast.size), String(routers + 1));
  law(oldest <= LSA_OLDEST_SECONDS, 'age of the oldest', `${oldest} s`, `<= ${LSA_OLDEST_SECONDS} s`);
  if (settings.minutes >= REFRESH_MINUTES + 3) law(refreshed >= routers, 'LSAs that were refreshed, as FRR saw it', String(refreshed), `>= ${routers}`);
}

/** Least squares over what follows the first quarter, at most ten minutes. */
function judgeMemory(samples) {
  const settled = samples.slice(Math.min(10, Math.floor(samples.length / 4)));
  if (settled.length < 5) return;
  const mean = (numbers) => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
  const [x, y] = [settled.map((each) => each.minute / 60), settled.map((each) => each.megabytes)];
  const slope = mean(x.map((each, i) => (each - mean(x)) * (y[i] - mean(y)))) / mean(x.map((each) => (each - mean(x)) ** 2));
  // What lies behind: a trend of minutes says little about an hour.
  const grown = slope * (x[x.length - 1] - x[0]);
  law(grown <= GROWTH_LIMIT * mean(y), 'our memory', `${mean(y).toFixed(0)} MB, ${Math.max(...y).toFixed(0)} MB at most; trend ${grown >= 0 ? '+' : ''}${grown.toFixed(1)} MB in ${settled.length - 1} min`, `<= +${100 * GROWTH_LIMIT} %`);
}

function judgeLive({ live, convergence, forwarding, controlPlane }, network) {
  const expected = settings.fault && !interrupted() ? 2 : 0;
  law(live.adjacenciesLost === expected, 'adjacencies lost inside', String(live.adjacenciesLost), expected === 0 ? '0' : `${expected}: the bridge`);
  law(live.dropped === 0 && live.notSent === 0, 'frames dropped, and not sent', `${live.dropped}, ${live.notSent}`, '0, 0');
  if (settings.minutes >= REFRESH_MINUTES + 3) law(live.refreshes >= network.routers, 'LSAs that the emulated routers refreshed', String(live.refreshes), `>= ${network.routers}`);
  const ms = (seconds) => (seconds === null ? '-' : `${(seconds * 1000).toFixed(2)} ms`);
  const text = ({ median, p90, p99, p999, worst, shareWithinAim, moments }, what = 'moments') =>
    `median ${ms(median)}, 90 % ${ms(p90)}, 99 % ${ms(p99)}, 99.9 % ${ms(p999)}, worst ${ms(worst)}; ${(100 * shareWithinAim).toFixed(4)} % of ${moments} ${what} within 20 ms`;
  const quiet = live.latenessSettled ?? live.lateness;
  const frames = live.framesOutLatenessSettled ?? live.framesOutLateness;
  aim(quiet.shareWithinAim >= WITHIN_AIM, 'late by, from the second minute until the bridge broke', text(quiet), `>= ${100 * WITHIN_AIM} % within 20 ms`);
  aim(frames.shareWithinAim >= WITHIN_AIM, 'the same, of the frames that left for the device', text(frames, 'frames'), `>= ${100 * WITHIN_AIM} % within 20 ms`);
  console.log(`\nlongest pauses of the collector, by minute: ${live.minutes.map(({ longestPause }) => ms(longestPause)).join(', ')}`);
  console.log(`worst lateness, by minute: ${live.minutes.map(({ lateness }) => ms(lateness.worst)).join(', ')}`);
  console.log(`lateness of the whole, with the device's arrival, when each router calculates anew, and the broken bridge: ${text(live.lateness)}`);
  if (expected === 0) return;
  const [figures, moved, heard] = [convergence[0], forwarding[0], controlPlane[0]];
  law(moved.moved === moved.routes && moved.routes > 0, 'the bridge broke: streams that the device sent another way', `${moved.moved} of ${moved.routes}, +${ms(moved.firstMoved)} to +${ms(moved.lastMoved)}`, 'all');
  law(figures.affected === 0 || (figures.full !== null && figures.full <= FULL_CONVERGENCE_LIMIT), 'its convergence [6412]',
    `${figures.affected} of ${figures.routes} routes affected; first ${ms(figures.firstRoute)}, full ${ms(figures.full)}, loss-derived ${ms(figures.lossDerived)}, sampled every ${ms(figures.samplingInterval)}`, `full <= ${FULL_CONVERGENCE_LIMIT} s`);
  law(heard.firstLsaIn !== null, 'its control plane', `first LSA in +${ms(heard.firstLsaIn)}, out +${ms(heard.firstLsaOut)}, acknowledged +${ms(heard.firstAcknowledgment)}`, 'heard of it');
}

function judgeReplay(lab) {
  console.log('the recording, in virtual time ...');
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, 'replay', join(lab.folder, 'recording')], { encoding: 'utf8', cwd: lab.folder });
  law(status === 0, 'the recording gives the same bytes', `${stdout}${stderr}`.trim().split('\n').pop(), 'the same');
}

const lab = new SoakLab();
try {
  await soak(lab);
} catch (failure) {
  law(false, 'the soak ran to its end', failure.message, '');
} finally {
  await lab.remove();
}
console.log(`\n${laws.map(({ isKept, isMet, what, measured, limit }) => `${isMet === undefined ? (isKept ? 'kept  ' : 'BROKEN') : isMet ? 'met   ' : 'missed'}  ${what}: ${measured}${limit === '' ? '' : `  [${limit}]`}`).join('\n')}`);
process.exitCode = laws.every(({ isKept }) => isKept) ? 0 : 1;
