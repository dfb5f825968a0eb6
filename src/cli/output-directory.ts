/**
 * The files of a run: capture.pcapng and trace.jsonl while it goes on, result.json at its end.
 *
 * Everything is written in order and at once (writeSync): the run is not asynchronous, and a chunk that waits would have to be
 * copied.
 */
import { closeSync, mkdirSync, openSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { PcapngWriter } from '../capture/pcapng.js';
import type { Plan } from '../config/plan.js';
import { routeLine, traceLine } from '../report/trace-json.js';
import type { Watcher } from './execute.js';
import { InputFailure, withPath } from './failure.js';

const ETHERNET_LINK_TYPE = 1;
const TEXT_CHUNK_LENGTH = 1 << 16;

export class OutputDirectory {
  readonly path: string;
  readonly capturePath: string;
  readonly tracePath: string;
  readonly resultPath: string;
  private readonly plan: Plan;
  private readonly captureFile: number;
  private readonly traceFile: number;
  private readonly capture: PcapngWriter;
  /** Interface id of each link end. */
  private readonly interfaceIds: readonly (readonly [number, number])[];
  private pendingText = '';

  constructor(path: string, plan: Plan) {
    this.path = path;
    this.plan = plan;
    this.capturePath = join(path, 'capture.pcapng');
    this.tracePath = join(path, 'trace.jsonl');
    this.resultPath = join(path, 'result.json');
    withPath(path, () => makeDirectories(path));
    this.captureFile = withPath(this.capturePath, () => openSync(this.capturePath, 'w'));
    this.traceFile = withPath(this.tracePath, () => openSync(this.tracePath, 'w'));
    this.capture = new PcapngWriter((chunk) => withPath(this.capturePath, () => writeWhole(this.captureFile, chunk)));
    this.interfaceIds = plan.links.map(({ ends }) => [
      this.capture.addInterface(ends[0].label, ETHERNET_LINK_TYPE, 0), this.capture.addInterface(ends[1].label, ETHERNET_LINK_TYPE, 0),
    ]);
  }

  get watcher(): Watcher {
    return {
      frame: (link, end, time, bytes, direction) => this.capture.writeFrame(this.interfaceIds[link][end], time, bytes, direction),
      trace: (time, node, event) => {
        const line = traceLine(time, this.plan.nodes[node]?.name, event);
        if (line !== undefined) this.text(line);
      },
      route: (time, node, change) => this.text(routeLine(time, this.plan.nodes[node]?.name, change)),
    };
  }

  finish(resultText: string): void {
    this.capture.finish();
    this.flushText();
    closeSync(this.captureFile);
    closeSync(this.traceFile);
    withPath(this.resultPath, () => writeFileSync(this.resultPath, resultText));
  }

  private text(line: string): void {
    this.pendingText += line;
    if (this.pendingText.length >= TEXT_CHUNK_LENGTH) this.flushText();
  }

  private flushText(): void {
    const bytes = new TextEncoder().encode(this.pendingText);
    this.pendingText = '';
    withPath(this.tracePath, () => writeWhole(this.traceFile, bytes));
  }
}

function writeWhole(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}

/**
 * A directory and those above it that are missing. One level at a time: Node's own recursion never ends where a file system, such as
 * /proc, says of a new name that it does not exist although the directory above it does.
 */
function makeDirectories(path: string): void {
  const missing: string[] = [];
  let above = resolve(path);
  for (; statSync(above, { throwIfNoEntry: false }) === undefined; above = dirname(above)) missing.push(above);
  while (missing.length > 0) mkdirSync(missing.pop() as string);
  if (!statSync(path).isDirectory()) throw new InputFailure(`${path}: exists and is not a directory`);
}
