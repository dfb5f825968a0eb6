/**
 * The link state retransmission list of a neighbour: what has been flooded to it and not been acknowledged. [2328:10] [2328:13.3(1d)]
 *
 * In flooding every LSA goes onto a list for each neighbour and off it again. What waits is in the database anyway, so a list is a bit in the
 * instances there: each list that is not empty has a bit of its own in `LsaInstance.waiting`, and nothing is searched, moved or allocated. What
 * is not in the database (two rare cases, `keepApart`), and lists for which no bit is left, stand in a table.
 */
import type { OspfInterface } from './interface.js';
import { LsaTable, type LsaInstance, type LsaKey, type PlaceHint } from './lsdb.js';

/** Bits that a process has for its lists: what a small integer holds. */
const BITS = 30;
/** More than so many are looked for in the database. */
const FEW = 64;

export class RetransmissionList {
  private readonly owner: OspfInterface;
  /** 0: it has none. */
  private bit = 0;
  private marked = 0;
  /** What has been marked, and perhaps unmarked since; undefined: so much that the database is asked. */
  private recent: LsaInstance[] | undefined = undefined;
  private isRecentComplete = true;
  private apart: LsaTable<LsaInstance> | undefined;

  constructor(owner: OspfInterface) {
    this.owner = owner;
  }

  get size(): number {
    return this.marked + (this.apart?.size ?? 0);
  }

  has(lsa: LsaInstance): boolean {
    return (lsa.waiting & this.bit) !== 0 || (this.apart !== undefined && this.apart.findKey(lsa.header) === lsa);
  }

  /** The instance that waits, by identity. `hint`: of the database. */
  findKey(key: LsaKey, hint?: PlaceHint): LsaInstance | undefined {
    const { process, area } = this.owner;
    return this.find(key, this.marked > 0 ? process.lookUp(area, key.lsType, key.linkStateId, key.advertisingRouter, hint) : undefined);
  }

  /** The same where it is known what the database has. */
  find(key: LsaKey, current: LsaInstance | undefined): LsaInstance | undefined {
    return current !== undefined && (current.waiting & this.bit) !== 0 ? current : this.apart?.findKey(key);
  }

  /** In the place of an older instance; `current`: that in the database, which this one is, or is about to replace. */
  put(lsa: LsaInstance, current: LsaInstance | undefined): void {
    if (this.has(lsa)) return;
    if (current !== undefined) this.unmark(current);
    const old = this.apart?.delete(lsa.header);
    if (old !== undefined) old.retransmissions--;
    lsa.retransmissions++;
    if (this.takeBit()) {
      lsa.waiting |= this.bit;
      this.marked++;
      this.remember(lsa);
    } else {
      (this.apart ??= new LsaTable<LsaInstance>()).put(lsa);
    }
  }

  /** False: it is not there. */
  remove(lsa: LsaInstance): boolean {
    if (this.unmark(lsa)) return true;
    if (this.apart === undefined || this.apart.findKey(lsa.header) !== lsa) return false;
    this.apart.delete(lsa.header);
    lsa.retransmissions--;
    return true;
  }

  clear(): void {
    if (this.marked > 0) {
      const { area, process } = this.owner;
      for (const lsdb of [area.lsdb, process.externalLsdb]) for (const lsa of lsdb.all()) this.unmark(lsa);
    }
    for (const lsa of this.apart?.all() ?? []) lsa.retransmissions--;
    this.apart = undefined;
    this.marked = 0; // the database may have been emptied before
    this.giveBit();
  }

  /** It has been flooded, and the database does not take it. */
  keepApart(lsa: LsaInstance): void {
    if (!this.unmark(lsa)) return;
    (this.apart ??= new LsaTable<LsaInstance>()).put(lsa);
    lsa.retransmissions++;
  }

  /** By type, link state id and advertising router. A copy. */
  all(): LsaInstance[] {
    if (this.size === 0) return [];
    const table = new LsaTable<LsaInstance>();
    const { area, process } = this.owner;
    const isMarked = (lsa: LsaInstance): boolean => (lsa.waiting & this.bit) !== 0;
    const isInDatabase = (lsa: LsaInstance): boolean => process.lookUp(area, lsa.header.lsType, lsa.header.linkStateId, lsa.header.advertisingRouter) === lsa;
    if (this.isRecentComplete) for (const lsa of this.recent ?? []) { if (isMarked(lsa) && isInDatabase(lsa)) table.put(lsa); }
    else for (const lsdb of [area.lsdb, process.externalLsdb]) for (const lsType of lsdb.types()) for (const lsa of lsdb.ofType(lsType).filter(isMarked)) table.put(lsa);
    for (const lsa of this.apart?.all() ?? []) table.put(lsa);
    return table.all();
  }

  private unmark(lsa: LsaInstance): boolean {
    if ((lsa.waiting & this.bit) === 0) return false;
    lsa.waiting &= ~this.bit;
    lsa.retransmissions--;
    if (--this.marked === 0) this.giveBit();
    return true;
  }

  private takeBit(): boolean {
    if (this.bit !== 0) return true;
    const { process } = this.owner;
    for (let at = 0; at < BITS; at++) {
      const bit = 1 << at;
      if ((process.retransmissionBits & bit) !== 0) continue;
      process.retransmissionBits |= bit;
      this.bit = bit;
      return true;
    }
    return false;
  }

  /** Of few LSAs, as in a quiet network, it is known which they are, and nobody walks through the database for them. */
  private remember(lsa: LsaInstance): void {
    if (!this.isRecentComplete) return;
    if (this.recent !== undefined && this.recent.length >= FEW) this.recent = this.recent.filter((each) => (each.waiting & this.bit) !== 0);
    (this.recent ??= []).push(lsa);
    if (this.recent.length <= FEW) return;
    this.recent = undefined;
    this.isRecentComplete = false;
  }

  private giveBit(): void {
    this.owner.process.retransmissionBits &= ~this.bit;
    this.bit = 0;
    this.recent = undefined;
    this.isRecentComplete = true;
  }
}
