/**
 * Which command is answered by whom: iproute2 and net-tools, zebra, ospfd. Words are separated by any white space.
 *
 * The tools' commands are known by the spellings below; those of the routing daemons may be shortened as in the real shell.
 */
import type { Micros } from '../../base/micros.js';
import type { SystemNode } from '../node.js';
import { showAddresses } from './addresses.js';
import { BFD_COMMANDS } from './bfd.js';
import { showBird } from './bird.js';
import { answeredPatterns, CommandTable, type CommandProblem, type CommandWords, type ShowCommand } from './command-table.js';
import { IBMI_SHOW_COMMANDS, isIbmiCommand, showIbmi } from './ibmi.js';
import { ZEBRA_COMMANDS } from './ip-route.js';
import { showArp, showNeighbors } from './neighbors.js';
import { isOmprouteCommand, OMPROUTE_SHOW_COMMANDS, showOmproute } from './omproute.js';
import { OSPF_COMMANDS } from './ospf.js';
import { showIpRoute, showRoute } from './routes.js';
import { isTakeoverCommand, showTakeover, TAKEOVER_COMMANDS } from './takeover.js';

interface NodeQuestion {
  readonly node: SystemNode;
  readonly now: Micros;
}

/** A command of a daemon, asked of its node: the daemon may not be running, and prints nothing itself then. */
function ofDaemon<Context>(daemon: string, commands: readonly ShowCommand<Context>[], context: (question: NodeQuestion) => Context | undefined):
  ShowCommand<NodeQuestion>[] {
  return commands.map(({ pattern, show }) => (show === undefined ? { pattern } : {
    pattern,
    show: (question: NodeQuestion, words: CommandWords): string => {
      const found = context(question);
      return found === undefined ? `${daemon} is not running\n` : show(found, words);
    },
  }));
}

const ROUTING_COMMANDS = new CommandTable<NodeQuestion>([
  ...ofDaemon('ospfd', OSPF_COMMANDS, ({ node, now }) => (node.ospf === undefined ? undefined : { process: node.ospf, now, bfd: node.bfd, host: node.host })),
  ...ofDaemon('zebra', ZEBRA_COMMANDS, ({ node: { zebra, host }, now }) => (zebra.isRunning ? { zebra, host, now } : undefined)),
  ...ofDaemon('bfdd', BFD_COMMANDS, ({ node: { bfd, host }, now }) => (bfd?.isRunning === true ? { bfd, host, now } : undefined)),
]);

const TOOLS: readonly { readonly spellings: readonly string[]; readonly show: (node: SystemNode) => string }[] = [
  { spellings: ['route -n'], show: ({ host }) => showRoute(host) },
  { spellings: ['ip route', 'ip route show', 'ip r'], show: ({ host, zebra }) => showIpRoute(host, zebra.behaviour) },
  { spellings: ['arp -n'], show: ({ host }) => showArp(host) },
  { spellings: ['ip neigh', 'ip neigh show', 'ip neighbor', 'ip n'], show: ({ host }) => showNeighbors(host) },
  { spellings: ['ip addr', 'ip addr show', 'ip address', 'ip a'], show: ({ host }) => showAddresses(host) },
];

/** For messages: what may be asked. */
export const SHOW_COMMANDS: readonly string[] = [
  ...TOOLS.map(({ spellings: [first] }) => first), ...TAKEOVER_COMMANDS, ...answeredPatterns(ZEBRA_COMMANDS), ...answeredPatterns(OSPF_COMMANDS), ...answeredPatterns(BFD_COMMANDS),
  ...IBMI_SHOW_COMMANDS.map((command) => `${command} (IBM i)`), ...OMPROUTE_SHOW_COMMANDS.map((command) => `${command} (z/VM)`),
];

/** Undefined: nobody here answers that; `commandProblem` says why. */
export function showSystem(node: SystemNode, now: Micros, command: string): string | undefined {
  const line = normal(command);
  const tool = TOOLS.find(({ spellings }) => spellings.includes(line));
  if (tool !== undefined) return tool.show(node);
  const takeover = showTakeover(node, line);
  if (takeover !== undefined) return takeover;
  if (node.plan.kind === 'zvm' && isOmprouteCommand(line)) return showOmproute(node, now, line);
  if (node.ibmi !== undefined) return showIbmi(node.ibmi, node.host, line);
  if (node.bird !== undefined) return showBird(node, node.bird, now, line);
  // A host without a routing suite has no such shell.
  if (node.daemon === undefined) return undefined;
  const found = ROUTING_COMMANDS.find(line);
  return typeof found === 'string' ? undefined : found.show({ node, now });
}

/** Why a command line is not answered; undefined: it is, by a node with a routing suite. */
export function commandProblem(command: string): CommandProblem | undefined {
  const line = normal(command);
  if (TOOLS.some(({ spellings }) => spellings.includes(line)) || isIbmiCommand(line) || isOmprouteCommand(line) || isTakeoverCommand(line)) return undefined;
  const found = ROUTING_COMMANDS.find(line);
  return typeof found === 'string' ? found : undefined;
}

function normal(command: string): string {
  return command.trim().split(/\s+/).join(' ');
}
