/**
 * `failover show TOPOLOGY`: what a node's console prints at an instant; one question, or many out of one run. A recording of a live run is asked in the same way.
 */
import { readFileSync } from 'node:fs';
import type { Micros } from '../base/micros.js';
import type { Plan } from '../config/plan.js';
import { BIRD_SHOW_COMMANDS } from '../node/show/bird.js';
import { commandProblem, SHOW_COMMANDS } from '../node/show/system.js';
import { rerun, type Look } from '../replay/recording.js';
import { formatClock } from '../report/terminal.js';
import { bindPlan } from '../sim/bound-plan.js';
import { Simulation } from '../sim/simulation.js';
import { EXIT_MET, InputFailure, withPath } from './failure.js';
import { runWithLargeHeap } from './large-heap.js';
import { durationOf, load, type LoadWords } from './load.js';
import { isRecording, loadRecording } from './replay-recording.js';

export interface ShowWords extends LoadWords {
  readonly at?: string;
  readonly node?: string;
  readonly batch?: string;
}

interface Question {
  /** For messages. */
  readonly place: string;
  readonly at: string;
  readonly time: Micros;
  readonly nodeName: string;
  readonly node: number;
  readonly command: string;
}

const STANDARD_INPUT = 0;

/** A run that is looked at, moments in order. */
type Run = (looks: readonly Look[]) => void;

export function show(topology: string, command: string | undefined, words: ShowWords): number {
  if (isRecording(topology)) {
    const { plan, run } = ofRecording(topology);
    return answerAll(plan, run, command, words);
  }
  const { plan } = load(topology, words);
  return runWithLargeHeap(plan) ?? answerAll(plan, (looks) => {
    const simulation = new Simulation(plan);
    for (const { at, look } of looks) {
      simulation.runUntil(at);
      look(simulation);
    }
  }, command, words);
}

function ofRecording(directory: string): { plan: Plan; run: Run } {
  const { header, plan, inputs, outputs } = loadRecording(directory);
  const bound = bindPlan(plan, header.bindings, header.hasEvents);
  if (typeof bound === 'string') throw new InputFailure(`${directory}: ${bound}`);
  return {
    plan: bound.plan,
    run: (looks) => {
      const late = looks.find(({ at }) => at > header.endedAt);
      if (late !== undefined) throw new InputFailure(`${directory}: the recording ends at ${formatClock(header.endedAt)}`);
      rerun(plan, header, inputs, outputs, {}, looks);
    },
  };
}

function answerAll(plan: Plan, run: Run, command: string | undefined, words: ShowWords): number {
  if (words.batch === undefined) {
    if (words.at === undefined || words.node === undefined || command === undefined) {
      throw new InputFailure("show: wanted are --at D, --node NAME and 'COMMAND', or --batch FILE");
    }
    const question = ask(plan, '--', words.at, words.node, command);
    process.stdout.write(answer(plan, run, [question])[0]);
    return EXIT_MET;
  }
  if (words.at !== undefined || words.node !== undefined || command !== undefined) {
    throw new InputFailure('show: --batch brings its own times, nodes and commands; leave out --at, --node and the command');
  }
  const questions = readBatch(plan, words.batch);
  answer(plan, run, questions).forEach((output, i) => {
    const { at, nodeName, command: asked } = questions[i];
    process.stdout.write(`${JSON.stringify({ at, node: nodeName, command: asked, output })}\n`);
  });
  return EXIT_MET;
}

/** All problems of the file at once. Empty lines and lines that begin with # are passed over. */
function readBatch(plan: Plan, file: string): Question[] {
  const text = file === '-' ? readFileSync(STANDARD_INPUT, 'utf8') : withPath(file, () => readFileSync(file, 'utf8'));
  const questions: Question[] = [];
  const problems: string[] = [];
  text.split('\n').forEach((raw, i) => {
    const line = raw.replace(/\r$/, '');
    if (line.trim() === '' || line.startsWith('#')) return;
    const place = `${file}:${i + 1}`;
    const [at, node, ...rest] = line.split('\t');
    if (node === undefined || rest.length !== 1 || rest[0].trim() === '') {
      problems.push(`${place}: the form is at TAB node TAB command`);
      return;
    }
    try {
      questions.push(ask(plan, place, at, node, rest[0]));
    } catch (failure) {
      if (!(failure instanceof InputFailure)) throw failure;
      problems.push(...failure.lines);
    }
  });
  if (problems.length > 0) throw new InputFailure(...problems);
  return questions;
}

function ask(plan: Plan, place: string, at: string, nodeName: string, command: string): Question {
  const isOption = place === '--';
  const time = durationOf(isOption ? `--at ${at}` : place, at);
  const node = plan.nodes.findIndex(({ name }) => name === nodeName);
  const nodePlace = isOption ? `--node ${nodeName}` : place;
  if (node < 0) {
    throw new InputFailure(`${nodePlace}: there is no node "${nodeName}"; there are ${plan.nodes.map(({ name }) => name).join(', ')}`);
  }
  if (plan.nodes[node].kind === 'switch') throw new InputFailure(`${nodePlace}: "${nodeName}" is a switch and has no console`);
  return { place, at, time, nodeName, node, command };
}

/** In the order of the questions; asked in the order of time, out of one run. */
function answer(plan: Plan, run: Run, questions: readonly Question[]): string[] {
  const answers: string[] = [];
  const problems: string[] = [];
  const look = (question: Question, i: number, simulation: Simulation): void => {
    const output = simulation.showAt(question.node, question.command);
    if (output === undefined) {
      const place = question.place === '--' ? question.nodeName : `${question.place}: ${question.nodeName}`;
      const isBird = plan.nodes[question.node].kind === 'bird';
      problems.push(isBird ? `${place}: "${question.command}" is not known to birdc here; known are ${BIRD_SHOW_COMMANDS.join(', ')}`
        : `${place}: ${trouble(question.command)}; known are ${nearest(question.command)}`);
    }
    answers[i] = output ?? '';
  };
  run(questions.map((question, i): Look => ({ at: question.time, look: (simulation) => look(question, i, simulation) })).sort((a, b) => a.at - b.at));
  if (problems.length > 0) throw new InputFailure(...problems);
  return answers;
}

/** More than these nobody reads. */
const MOST_NAMED = 12;

/** Of the commands that are known those that begin like this one. */
function nearest(command: string): string {
  const words = command.trim().split(/\s+/);
  const common = (known: string): number => {
    const theirs = known.split(' ');
    const differing = words.findIndex((word, i) => word === '' || theirs.at(i)?.startsWith(word) !== true);
    return differing < 0 ? words.length : differing;
  };
  const most = Math.max(...SHOW_COMMANDS.map(common));
  const near = SHOW_COMMANDS.filter((known) => common(known) === most);
  const more = near.length > MOST_NAMED ? ` and ${near.length - MOST_NAMED} more` : '';
  return `${near.slice(0, MOST_NAMED).join(', ')}${more}`;
}

function trouble(command: string): string {
  switch (commandProblem(command)) {
    case 'ambiguous': return `"${command}" is ambiguous`;
    case 'incomplete': return `"${command}" is not complete`;
    case 'not answered here': return `"${command}" is a command of FRR that is not answered here`;
    case 'unknown': return `"${command}" is not known`;
    case undefined: return `"${command}" is not known here, there is no routing suite`;
  }
}
