/**
 * What the routers announce: LSAs that are new, changed, flushed or only refreshed, each the first time that any place sees it. [2328:13]
 *
 * An instance counts when it is more recent than the one before. [2328:13.1] One that was already old when it was first
 * seen came with a database exchange and is background, not news. A router that describes its own router-LSA with a lower sequence
 * number than it had has forgotten it: its process was started anew.
 */
import type { Ipv4 } from '../../base/address.js';
import { SECOND, type Micros } from '../../base/micros.js';
import { compareInstances } from '../../ospf/lsdb.js';
import type { OspfPacket } from '../../wire/ospf/dissection.js';
import { Lsa } from '../../wire/ospf/lsa.js';
import { LsType, MAX_AGE_SECONDS, type LsaHeader } from '../../wire/ospf/lsa-header.js';
import type { LsaItem, LsaName, Tell } from './finding.js';
import { differenceOf, itemsOf } from './lsa-items.js';
import type { Sighting } from './sighting.js';

interface Known {
  header: LsaHeader;
  items: readonly LsaItem[];
  /** When it was first seen. */
  at: Micros;
}

/** An LSA older than this when it is first seen was not made just now. */
const NEWS_SECONDS = 3;

export class LsaWatch {
  /** Instances that say what the one before said. */
  refreshes = 0;
  private readonly tell: Tell;
  private readonly known = new Map<string, Known>();
  private readonly resets = new Map<Ipv4, number>();

  constructor(tell: Tell) {
    this.tell = tell;
  }

  onPacket(seen: Sighting, ospf: OspfPacket): void {
    const { body, header } = ospf;
    if (body.kind === 'link-state-update') {
      for (const lsa of body.lsas) if (lsa instanceof Lsa) this.update(seen, lsa, header.areaId, header.routerId);
    } else if (body.kind === 'database-description') {
      for (const each of body.databaseDescription.headers) this.checkOwn(seen, each, header.areaId, header.routerId);
    }
  }

  private update(seen: Sighting, lsa: Lsa, areaId: Ipv4, sender: Ipv4): void {
    const { header } = lsa;
    const key = keyOf(header, areaId);
    const known = this.known.get(key);
    if (known !== undefined && compareInstances(header, header.age, known.header, known.header.age) <= 0) {
      this.checkOwn(seen, header, areaId, sender);
      return;
    }
    const name = nameOf(header, areaId);
    const isFlush = header.age >= MAX_AGE_SECONDS;
    const wasFlushed = known !== undefined && known.header.age >= MAX_AGE_SECONDS;
    const { time, place } = seen;
    const { sequence } = header;
    if (isFlush) {
      this.known.set(key, { header, items: [], at: time });
      if (!wasFlushed) this.tell(time, place, { kind: 'lsa-flush', lsa: name, sequence, gone: known?.items ?? itemsOf(lsa) });
      return;
    }
    const items = itemsOf(lsa);
    this.known.set(key, { header, items, at: time });
    if (known === undefined || wasFlushed) {
      this.tell(time, place, { kind: 'lsa-new', lsa: name, sequence, came: items, isLearned: header.age > NEWS_SECONDS });
      return;
    }
    const difference = differenceOf(known.items, items);
    if (difference === undefined) this.refreshes++;
    else this.tell(time, place, { kind: 'lsa-change', lsa: name, sequence, ...difference });
  }

  private checkOwn(seen: Sighting, header: LsaHeader, areaId: Ipv4, sender: Ipv4): void {
    if (header.advertisingRouter !== sender || header.lsType !== LsType.router || header.age >= MAX_AGE_SECONDS) return;
    const known = this.known.get(keyOf(header, areaId));
    if (known === undefined || header.sequence >= known.header.sequence || this.resets.get(sender) === known.header.sequence) return;
    // What it has replaced just now may still be in its list or under way.
    if (seen.time - known.at < JUST_REPLACED_MICROS) return;
    this.resets.set(sender, known.header.sequence);
    this.tell(seen.time, seen.place, { kind: 'sequence-reset', router: sender, known: known.header.sequence, said: header.sequence });
  }
}

const JUST_REPLACED_MICROS = 5 * SECOND;

function isAreaScoped(lsType: number): boolean {
  return lsType !== LsType.asExternal && lsType !== LsType.opaqueAs;
}

function keyOf(header: LsaHeader, areaId: Ipv4): string {
  return `${isAreaScoped(header.lsType) ? areaId : 'as'} ${header.lsType} ${header.linkStateId} ${header.advertisingRouter}`;
}

function nameOf({ lsType, linkStateId, advertisingRouter }: LsaHeader, areaId: Ipv4): LsaName {
  return isAreaScoped(lsType) ? { lsType, linkStateId, advertisingRouter, area: areaId } : { lsType, linkStateId, advertisingRouter };
}

