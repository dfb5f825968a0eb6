/**
 * What record/record.mjs keeps of a router, made comparable. What truly differs from run to run is left out on both sides: age, sequence number and checksum of
 * an LSA, FRR's internal `LS Flags`, LSAs that are at MaxAge and wait to be removed, and the number that the kernel gives a next hop. Every other field of
 * every LSA is compared.
 */
export type Said = Readonly<Record<string, unknown>>;
export interface Recording {
  readonly before: Said;
  readonly after: Said;
}

function lines(value: unknown): string {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) throw new Error('a recorded text is a list of lines');
  return value.join('\n');
}

/** A BIRD that is the DR names the others in the order in which they came, which is chance in both. */
function withoutOrder(lsa: string): string {
  return lsa.replace(/(\n +Attached Router: [\d.]+)+/g, (routers) => routers.split('\n').sort().join('\n'));
}

/** One text an LSA, sorted; MaxAge left out. Which area it is in stands before it. */
export function lsas(text: string, isMixed = false): string[] {
  const found: string[] = [];
  let area = '';
  for (const part of text.split(/^(?=  LS age: |\s*[A-Za-z-]+ .*(?:Link States|link States|Opaque-LSA \(Area))/m)) {
    if (!part.startsWith('  LS age: ')) {
      area = /\(Area ([\d.]+)/.exec(part)?.[1] ?? area;
      continue;
    }
    if (part.startsWith('  LS age: 3600')) continue;
    found.push(`area ${area}\n${part.replace(/^  LS age: .*$/m, '').replace(/^  (LS Flags|LS Seq Number|Checksum): .*$/gm, '').split('\n').map((line) => line.trimEnd())
      .filter((line) => line !== '').join('\n')}`);
  }
  return (isMixed ? found.map(withoutOrder) : found).sort();
}

/** Next hops in order of their text: which of several equal ways comes first is chance in both. */
function ipRoutes(text: string): string[] {
  return text.replace(/ nhid \d+/g, '').split(/\n(?=\S)/).map((route) => {
    const [head, ...hops] = route.split('\n').map((line) => line.trimEnd());
    return [head, ...hops.filter((hop) => hop !== '').sort()].join('\n');
  }).filter((route) => route !== '').sort();
}

/** Who, in which state, where: without the columns that count. */
export function neighbors(text: string): string[] {
  return [...text.matchAll(/^(\d\S+) +(\d+) (\S+) +.* (\d+\.\d+\.\d+\.\d+) +(\S+:\S+) /gm)].map(([, id, priority, state, address, name]) => `${id} ${priority} ${state} ${address} ${name}`);
}

function routes(said: unknown): unknown {
  const value: unknown = typeof said === 'string' ? JSON.parse(said) : said;
  if (typeof value !== 'object' || value === null) throw new Error('routes are an object');
  return Object.fromEntries(Object.entries(value as Record<string, { nexthops?: unknown[] }>).map(([key, route]) =>
    [key, { ...route, nexthops: [...(route.nexthops ?? [])].map((hop) => JSON.stringify(hop)).sort() }]));
}

/** What counts of what a router said, by command; texts whole or in lines, JSON as text or read. */
export function comparable(said: Said, isMixed = false): Record<string, unknown> {
  return Object.fromEntries(Object.entries(said).map(([command, answer]): [string, unknown] => {
    if (command.startsWith('show ip ospf database')) return [command, lsas(lines(answer), isMixed)];
    if (command === 'show ip ospf neighbor') return [command, neighbors(lines(answer))];
    if (command === 'show ip ospf route json') return [command, routes(answer)];
    if (command === 'ip route') return [command, ipRoutes(lines(answer))];
    throw new Error(`what counts of the answer to "${command}" is not known`);
  }));
}
