/**
 * Lists, route-maps' neighbours and what uses them, as one system's configuration files say them: filled in by `filter-statements`,
 * `route-map-conf` and `ospf-external-conf`, built into the `OspfConfiguration`.
 */
import type { ExternalSummary, OspfConfiguration, PrefixListLine, RouteSource } from '../../ospf/configuration.js';
import type { Findings, SourcePlace } from '../config-error.js';

export interface PlacedPrefixListLine {
  readonly sequence: number;
  readonly line: PrefixListLine;
}

export interface AreaFilterStatements {
  exportList?: string;
  importList?: string;
  filterListOut?: string;
  filterListIn?: string;
  /** What `filter-list ... in` named; `filterListIn` is what FRR uses. */
  namedIn?: string;
}

interface Use {
  readonly kind: 'access-list' | 'prefix-list';
  readonly name: string;
  readonly place: SourcePlace;
  /** What it means that the list does not exist, as the end of a sentence. */
  readonly meaning: string;
}

export class FilterStatements {
  readonly prefixLists = new Map<string, PlacedPrefixListLine[]>();
  readonly distributeLists = new Map<RouteSource, string>();
  /** By `A.B.C.D/M`. */
  readonly summaryAddresses = new Map<string, ExternalSummary>();
  aggregationDelaySeconds: number | undefined;
  intraAreaDistance: number | undefined;
  interAreaDistance: number | undefined;
  externalDistance: number | undefined;
  readonly uses: Use[] = [];

  /** Only what was said. */
  build(): Pick<OspfConfiguration, 'prefixLists' | 'distributeLists' | 'summaryAddresses' | 'aggregationDelaySeconds' | 'distances'> {
    const { intraAreaDistance: intraArea, interAreaDistance: interArea, externalDistance: external } = this;
    const bySequence = (a: PlacedPrefixListLine, b: PlacedPrefixListLine): number => a.sequence - b.sequence;
    const prefixLists = [...this.prefixLists].map(([name, lines]) => [name, { name, lines: [...lines].sort(bySequence).map((each) => each.line) }] as const);
    const summaryAddresses = [...this.summaryAddresses.values()].sort((a, b) => a.network - b.network || a.prefixLength - b.prefixLength);
    return {
      ...(prefixLists.length === 0 ? {} : { prefixLists: new Map(prefixLists) }),
      ...(this.distributeLists.size === 0 ? {} : { distributeLists: new Map(this.distributeLists) }),
      ...(summaryAddresses.length === 0 ? {} : { summaryAddresses }),
      ...(this.aggregationDelaySeconds === undefined ? {} : { aggregationDelaySeconds: this.aggregationDelaySeconds }),
      ...(intraArea === undefined && interArea === undefined && external === undefined ? {} : { distances: { intraArea, interArea, external } }),
    };
  }

  noteLooseEnds(findings: Findings, accessLists: ReadonlyMap<string, unknown>): void {
    for (const { kind, name, place, meaning } of this.uses) {
      const isThere = kind === 'access-list' ? accessLists.has(name) : this.prefixLists.has(name);
      if (!isThere) findings.note(place, 'attention', `${kind} "${name}" is not defined: ${meaning}`);
    }
  }
}
