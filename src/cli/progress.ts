/**
 * The progress line: how far virtual time has come. On standard error, and only on a terminal.
 */
import cliProgress from 'cli-progress';
import type { Plan } from '../config/plan.js';
import { formatClock } from '../report/terminal.js';
import { SECOND } from '../base/micros.js';
import type { Watcher } from './execute.js';

export interface Progress {
  readonly watcher: Watcher;
  finish(): void;
}

/** Undefined where nobody would see it. */
export function makeProgress(plan: Plan): Progress | undefined {
  if (process.stderr.isTTY !== true) return undefined;
  const isOpenEnded = plan.until.kind === 'quiet';
  const end = plan.until.kind === 'instant' ? plan.until.at : plan.until.limit;
  const bar = new cliProgress.SingleBar({
    format: isOpenEnded ? `${plan.name}  virtual time {clock}` : `${plan.name}  {bar}  virtual time {clock} of ${formatClock(end)}`,
    stream: process.stderr, hideCursor: true, clearOnComplete: true, barsize: 40,
  }, cliProgress.Presets.legacy);
  bar.start(Math.ceil(end / SECOND), 0, { clock: formatClock(0) });
  let shownAt = Date.now();
  return {
    watcher: {
      progress: (time) => {
        // The run never yields, so the bar's own timer never fires: it is drawn from here, ten times a second.
        const now = Date.now();
        if (now - shownAt < 100) return;
        shownAt = now;
        bar.update(Math.floor(time / SECOND), { clock: formatClock(time) });
        bar.render();
      },
    },
    finish: () => bar.stop(),
  };
}
