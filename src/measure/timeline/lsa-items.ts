/**
 * What an LSA announces, as a list that two instances can be compared by. [2328:A.4]
 */
import { Hash64 } from '../../base/hash.js';
import { ByteWriter } from '../../wire/bytes.js';
import { encodeLsa, lsaLength, type Lsa, type LsaBody } from '../../wire/ospf/lsa.js';
import { LSA_HEADER_LENGTH, LsType } from '../../wire/ospf/lsa-header.js';
import { LinkType } from '../../wire/ospf/router-lsa.js';
import type { LsaItem } from './finding.js';

export interface LsaDifference {
  readonly gone: readonly LsaItem[];
  readonly came: readonly LsaItem[];
  readonly changed: readonly { readonly item: LsaItem; readonly metricBefore: number }[];
}

const LINK_KINDS: Readonly<Record<number, LsaItem['kind']>> = {
  [LinkType.pointToPoint]: 'router', [LinkType.transit]: 'transit', [LinkType.stub]: 'stub', [LinkType.virtual]: 'virtual',
};

export function itemsOf(lsa: Lsa): LsaItem[] {
  const { header, body } = lsa;
  switch (body.kind) {
    case 'router': {
      const items: LsaItem[] = body.router.links.map((link) => ({
        kind: LINK_KINDS[link.type] ?? 'router', id: link.linkId, detail: link.linkData, metric: link.metric,
      }));
      for (let bit = 1; bit < 256; bit <<= 1) if ((body.router.flags & bit) !== 0) items.push({ kind: 'flag', id: bit, detail: 0, metric: 0 });
      return items;
    }
    case 'network': return body.network.attachedRouters.map((router) => ({ kind: 'attached', id: router, detail: 0, metric: 0 }));
    case 'summary': return [{
      kind: header.lsType === LsType.summaryAsbr ? 'boundary-router' : 'network', id: header.linkStateId,
      detail: header.lsType === LsType.summaryAsbr ? 0 : body.summary.networkMask, metric: body.summary.metric,
    }];
    case 'external': return body.external.routes.map((route) => ({ kind: 'external', id: header.linkStateId, detail: body.external.networkMask, metric: route.metric }));
    default: return [{ kind: isGrace(body) ? 'grace' : 'opaque', id: header.linkStateId, detail: digestOf(lsa), metric: 0 }];
  }
}

/** Of a body that is only compared. */
function digestOf(lsa: Lsa): number {
  const w = new ByteWriter(new Uint8Array(lsaLength(lsa)));
  encodeLsa(lsa, w);
  const hash = new Hash64();
  hash.bytes(w.bytes.subarray(LSA_HEADER_LENGTH));
  return parseInt(hash.hex().slice(-8), 16);
}

function isGrace(body: LsaBody): boolean {
  return body.kind === 'opaque' && body.opaque.kind === 'grace';
}

const keyOf = (item: LsaItem): string => `${item.kind} ${item.id} ${item.detail}`;

/** Undefined: they say the same. An item may be there several times. */
export function differenceOf(before: readonly LsaItem[], after: readonly LsaItem[]): LsaDifference | undefined {
  const left = new Map<string, LsaItem[]>();
  for (const item of before) {
    const same = left.get(keyOf(item));
    if (same === undefined) left.set(keyOf(item), [item]);
    else same.push(item);
  }
  const came: LsaItem[] = [];
  const changed: { item: LsaItem; metricBefore: number }[] = [];
  for (const item of after) {
    const was = left.get(keyOf(item))?.shift();
    if (was === undefined) came.push(item);
    else if (was.metric !== item.metric) changed.push({ item, metricBefore: was.metric });
  }
  const gone = [...left.values()].flat();
  return gone.length + came.length + changed.length === 0 ? undefined : { gone, came, changed };
}
