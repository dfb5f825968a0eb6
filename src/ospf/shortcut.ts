/**
 * Border routers of the type `shortcut`, which lead past the backbone (draft-ietf-ospf-shortcut-abr-02, as FRR 8.4.4 has it).
 *
 * Read inter-area.ts first. Summaries of an area that is no backbone count, as those of a transit area do [2328:16.3], if there is no backbone, or if
 * the area's shortcut is enabled and all of its routers say with bit S that they do the same; and they may add routes that the backbone has not.
 */
import { RouterFlag } from '../wire/ospf/router-lsa.js';
import { ROOT } from './area-graph.js';
import { UNREACHED } from './area-tree.js';
import type { Area } from './area.js';

/** Bit S of this router's LSA of the area. */
export function saysShortcut(area: Area): boolean {
  const { process, configuration } = area;
  if (process.areaBorderRouterType !== 'shortcut' || area.isBackbone) return false;
  return configuration?.shortcut === undefined ? process.backbone === undefined : configuration.shortcut === 'enable';
}

/** Whether all the other routers that the last calculation reached say bit S. */
export function isShortcutAgreed(area: Area): boolean {
  if (area.spfRuns === 0) return false;
  const { graph: { flags, isNetwork, size }, tree: { distance } } = area;
  for (let vertex = ROOT + 1; vertex < size; vertex++) {
    // What came into the graph after the last calculation has no distance yet.
    if (vertex >= distance.length || isNetwork[vertex] === 1 || distance[vertex] >= UNREACHED) continue;
    if ((flags[vertex] & RouterFlag.shortcut) === 0) return false;
  }
  return true;
}

/** Whether summaries of the area are looked at beside the backbone's. */
export function isShortcut(area: Area): boolean {
  const configured = area.configuration?.shortcut;
  if (area.process.areaBorderRouterType !== 'shortcut' || area.isBackbone || configured === 'disable') return false;
  return area.process.backbone === undefined || (configured === 'enable' && isShortcutAgreed(area));
}
