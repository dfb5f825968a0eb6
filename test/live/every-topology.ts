/**
 * Every topology of topologies/conformance/ that is FRR's alone, with every one of its routers in turn as ours: what `npm run test:interop` runs, in two hours.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { parse } from 'yaml';
import type { NetworkEvent } from './mixed-network.js';

const FOLDER = 'topologies/conformance';
/** Everything is quiet by then, on a machine that has time. */
const FIRST_EVENT_SECONDS = 45;

export interface Story { readonly name: string; readonly ours: string; readonly phases?: readonly ['before']; readonly firstEventSeconds?: number }
interface Topology {
  readonly topology: { readonly nodes: Readonly<Record<string, { readonly kind: string }>>; readonly links: readonly { readonly endpoints: readonly string[] }[] };
  readonly events: readonly NetworkEvent[];
}

export function everyStory(): Story[] {
  return readdirSync(FOLDER).filter((file) => file.endsWith('.yaml')).sort().flatMap((file) => {
    const topology = parse(readFileSync(`${FOLDER}/${file}`, 'utf8')) as Topology;
    const nodes = Object.entries(topology.topology.nodes);
    if (nodes.some(([, { kind }]) => kind === 'bird')) return [];
    return nodes.filter(([, { kind }]) => kind === 'frr').map(([ours]) => story(file.slice(0, -'.yaml'.length), ours, topology));
  });
}

function story(name: string, ours: string, { topology, events }: Topology): Story {
  // A TAP device has no carrier to lose.
  const isCut = events.some(({ node, do: what }) => {
    const [verb, , device] = what.split(' ');
    const link = topology.links.find(({ endpoints }) => endpoints.includes(`${node}:${device}`));
    return verb === 'carrier' && link?.endpoints.some((end) => end.startsWith(`${ours}:`));
  });
  if (isCut) return { name, ours, phases: ['before'] };
  return events.some(({ node }) => node === ours) ? { name, ours, firstEventSeconds: FIRST_EVENT_SECONDS } : { name, ours };
}
