#!/usr/bin/env node
/**
 * The command line. Only the words are understood here; what a command does is imported when it is asked for, so that
 * `failover --help` costs next to nothing.
 */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import type { RunWords } from './run.js';

const EXIT_USAGE = 2;
/** Every write would fail again. */
let isOutputFailed = false;

process.stdout.on('error', (failure: NodeJS.ErrnoException) => {
  // Whoever read our output has gone (head, less): nothing is left to be said.
  if (failure.code === 'EPIPE') process.exit();
  if (isOutputFailed) return;
  isOutputFailed = true;
  void import('./failure.js').then(({ describeFileFailure, oneLine }) => {
    process.stderr.write(`standard output: ${describeFileFailure(failure) ?? oneLine(failure.message)}\n`);
    process.exit(EXIT_USAGE);
  });
});

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };

const collect = (value: string, previous: readonly string[] | undefined): string[] => [...(previous ?? []), value];

function makeProgram(): Command {
  const program = new Command('failover')
    .description('Emulates routers and hosts from their own configuration files, breaks something, and measures the outage.')
    .version(version)
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .showSuggestionAfterError(true);

  program.command('run')
    .description('run a topology and report what happened')
    .argument('<topology>', 'topology file (YAML)')
    .option('--seed <n>', "instead of the file's seed")
    .option('--seeds <first..last>', 'run once for each of these seeds, and print how the outages are distributed')
    .option('--threads <n>', 'with --seeds: so many at a time (default: one a processor)')
    .option('--until <d>', "instead of the file's end: a duration, or quiet")
    .option('--out <dir>', 'write capture.pcapng, trace.jsonl and result.json there (default: results/<name>)')
    .option('--json', 'print result.json and nothing else; writes files only with --out')
    .option('--strict', 'refuse every statement that is known and not acted on: router bgp, log file ...')
    .option('--set <key=value>', 'change the topology file before it is read, by a dotted path; may be repeated; with --seeds a list, [a, b], runs all for each', collect)
    .action(async (topology: string, words: RunWords) => {
      if (words.seeds !== undefined) {
        const { sweep } = await import('./sweep.js');
        process.exitCode = await sweep(topology, words, words.seeds);
        return;
      }
      const { run } = await import('./run.js');
      process.exitCode = run(topology, words);
    });

  program.command('show')
    .description("print what a node's console shows at an instant")
    .argument('<topology>', 'topology file (YAML), or what attach --record wrote')
    .argument('[command]', "the system's own command: 'route -n', 'ip route', 'arp -n', 'show ip ospf neighbor' ...")
    .option('--at <d>', 'the instant, counted from the start: 150s')
    .option('--node <name>', 'the node')
    .option('--batch <file>', 'many questions out of one run: lines of at TAB node TAB command, - for standard input')
    .option('--seed <n>', "instead of the file's seed")
    .option('--strict', 'refuse every statement that is known and not acted on: router bgp, log file ...')
    .option('--set <key=value>', 'change the topology file before it is read; may be repeated', collect)
    .action(async (topology: string, command: string | undefined, words: object) => {
      const { show } = await import('./show.js');
      process.exitCode = show(topology, command, words);
    });

  program.command('decode')
    .description('print a capture (pcap or pcapng): a line a frame, or every field')
    .argument('[capture]', 'the file; - for standard input')
    .option('-v, --verbose', 'every field of every layer')
    .option('--json', 'a JSON object a frame; with --count one for all')
    .option('--count', 'take everything apart, verify every checksum, print totals only')
    .option('--only <layers>', 'only frames that have one of these layers: ospf,arp')
    .option('--where <expression>', "only frames that meet it: 'ospf.type == ls-update && ip.src in 10.0.0.0/8'; names: failover decode --names")
    .option('--names', 'list the names of the JSON and what they mean')
    .action(async (capture: string | undefined, words: object) => {
      const { decode } = await import('./decode.js');
      process.exitCode = decode(capture, words);
    });

  program.command('verify')
    .description('hold every frame of captures against the standards: it decodes, encodes to the same bytes, checksums and authentication are right')
    .argument('<path...>', 'captures, directories with captures, - for standard input')
    .option('--key <id=secret>', 'a key of OSPF (cryptographic), BFD or heartbeat; may be repeated', collect)
    .option('--password <text>', 'the password of OSPF simple authentication')
    .action(async (paths: string[], words: object) => {
      const { verify } = await import('./verify.js');
      process.exitCode = verify(paths, words);
    });

  program.command('attach')
    .description('run a part of a topology in real time, on devices of this system')
    .argument('<topology>', 'the topology file')
    .option('--bind <node:if=device>', 'tap:NAME (made here), NAME (a TAP or any Ethernet device that exists), raw:NAME (its IP layer, OSPF only); several by commas, or repeated', collect)
    .option('--for <duration>', 'how long; otherwise until Ctrl-C')
    .option('--warm-up <duration>', 'virtual time before the real clock takes over')
    .option('--events', "the topology's events happen, at their times")
    .option('--priority', 'before everybody else on the processors: the real-time class')
    .option('--record <dir>', 'what came in and went out, for failover replay DIR')
    .option('--seed <n>', "instead of the file's")
    .option('--set <key=value>', 'change the topology file before it is read; may be repeated', collect)
    .option('--strict', 'refuse what is known and not acted on')
    .option('--json', 'print result.json and nothing else')
    .action(async (topology: string, words: object) => {
      const { attach } = await import('./attach.js');
      process.exitCode = await attach(topology, words);
    });

  program.command('timeline')
    .description('what captures show: what failed, what noticed it and how long it took; no configuration is needed')
    .argument('<capture...>', 'captures (pcap or pcapng) of one or several segments, taken together by time; - for standard input')
    .option('--json', 'everything as JSON and nothing else')
    .action(async (captures: string[], words: object) => {
      const { timeline } = await import('./timeline.js');
      process.exitCode = timeline(captures, words);
    });

  program.command('replay')
    .description('run a recording of attach once more: the same bytes must go out; or, with --as, put a node in the place of the real one in captures: it must send what that one sent')
    .argument('<path>', 'what attach --record wrote; with --as a topology file')
    .argument('[capture...]', 'captures (pcap or pcapng), one for each interface of the node; IF=FILE where the addresses do not tell which')
    .option('--as <node>', 'the node to stand in for')
    .option('--events', "the topology's events happen to it, in place of what its packets show")
    .option('--seed <n>', "instead of the file's")
    .option('--set <key=value>', 'change the topology file before it is read; may be repeated', collect)
    .option('--strict', 'refuse what is known and not acted on')
    .option('--json', 'everything as JSON and nothing else')
    .action(async (path: string, captures: string[], words: { readonly as?: string }) => {
      const { replay } = await import('./replay.js');
      process.exitCode = await replay(path, captures, words);
    });

  program.command('bench')
    .description('run scenarios and hold what is measured against the targets')
    .argument('[name...]', 'scenarios of this package, topology files or directories; none: every scenario of this package')
    .option('--seed <n>', "instead of the files' seeds")
    .option('--json', 'print the rows as JSON and nothing else')
    .action(async (names: string[], words: object) => {
      const { bench } = await import('./bench.js');
      process.exitCode = bench(names, words);
    });

  for (const command of program.commands) command.exitOverride().configureOutput({ outputError: () => {} });
  return program;
}

async function main(): Promise<void> {
  try {
    const program = makeProgram();
    const [word, subject] = process.argv.slice(2);
    if (word === 'help' && subject !== undefined && program.commands.every((command) => command.name() !== subject)) {
      throw new CommanderError(EXIT_USAGE, 'commander.unknownCommand', `unknown command '${subject}'`);
    }
    await program.parseAsync();
  } catch (failure) {
    if (failure instanceof CommanderError) {
      // Help and version have been printed and are no failure.
      if (failure.exitCode === 0) return;
      const message = failure.message.replace(/^error: /, '').replace(/\s+/g, ' ').trim();
      process.stderr.write(`failover: ${message === '(outputHelp)' ? 'a command is wanted; see failover --help' : message}\n`);
      process.exitCode = EXIT_USAGE;
      return;
    }
    const { describeFailure } = await import('./failure.js');
    const { lines, exitCode } = describeFailure(failure);
    for (const line of lines) process.stderr.write(`${line}\n`);
    process.exitCode = exitCode;
  }
}

await main();
