/** Runs a Node program as a user would and measures the whole process: from its start to its end, peak memory, time on the processors. `flags`: of Node. */
import { spawn } from 'node:child_process';

const REPORT_USAGE = new URL('./report-usage.mjs', import.meta.url).href;
const running = new Set();

/** Ends what was started here and still runs. */
export function endMeasured(signal) {
  for (const child of running) child.kill(signal);
}

/** {wallSeconds, cpuSeconds, peakMegabytes, output}; rejects when the program fails or takes longer than allowed. */
export function measure(program, words, { timeoutSeconds = 120, cwd, flags = [] } = {}) {
  return new Promise((resolve, reject) => {
    const started = process.hrtime.bigint();
    const child = spawn(process.execPath, [...flags, '--import', REPORT_USAGE, program, ...words], { cwd, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
    running.add(child);
    const texts = ['', '', '', ''];
    for (const at of [1, 2, 3]) child.stdio[at].setEncoding('utf8').on('data', (text) => { texts[at] += text; });
    // SIGTERM, so that a program with something to put away gets to do it.
    const timer = setTimeout(() => child.kill('SIGTERM'), timeoutSeconds * 1000);
    let ended;
    child.on('error', reject);
    child.on('exit', () => { ended = process.hrtime.bigint(); });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      running.delete(child);
      if (code !== 0) {
        reject(new Error(`${[program, ...words].join(' ')} ended with ${signal ?? code}${texts[2] === '' ? '' : `: ${texts[2].trim()}`}`));
        return;
      }
      resolve({ wallSeconds: Number(ended - started) / 1e9, ...JSON.parse(texts[3]), output: texts[1] });
    });
  });
}

/** Runs it so many times; the median of each figure, and the last output. */
export async function medianOf(runs, program, words, options) {
  const results = [];
  for (let i = 0; i < runs; i++) results.push(await measure(program, words, options));
  return {
    wallSeconds: median(results.map((r) => r.wallSeconds)), cpuSeconds: median(results.map((r) => r.cpuSeconds)),
    peakMegabytes: median(results.map((r) => r.peakMegabytes)), output: results.at(-1).output,
  };
}

export function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[(numbers.length - 1) >> 1];
}
