/**
 * The stub router: one that wants no transit traffic and says so with the largest metric. [6987]
 *
 * Read RFC 6987 first. Every link of the router-LSA that leads to another router or a transit network has metric MaxLinkMetric; stub
 * links keep theirs, so that the router's own networks stay reachable. The calculation knows nothing of it: a way through a stub
 * router is merely a bad one. What the RFC does not say, and FRR does: summaries into an area in which the router is a stub router
 * have a metric of 0xff0000 (BIRD's keep that of the route, which is MaxLinkMetric where it leads over a transit network); summaries of AS boundary routers and AS-external-LSAs keep theirs. [6987:4 summaries]
 *
 * It is set by hand, or for a while after the start. An area is a stub router's at start only if it was when its first router-LSA
 * was built. Before a shutdown: `beginStubRouterShutdown`.
 */
import { SECOND, type Micros } from '../base/micros.js';
import type { Timer } from '../engine/timer.js';
import type { Area } from './area.js';
import type { StubRouterConfiguration } from './configuration.js';
import type { OspfInterface } from './interface.js';
import { updateRouterLsa } from './origination.js';
import type { OspfProcess } from './process.js';

/** [6987:3] */
export const MAX_LINK_METRIC = 0xffff;
/** Of summaries that a stub router originates: FRR's choice. */
export const STUB_ROUTER_SUMMARY_METRIC = 0xff0000;

/** Of one area. */
export class StubRouter {
  /** Set by hand, or by a shutdown that is waiting. */
  isAdministrative: boolean;
  /** What the router-LSA says. */
  isActive = false;
  /** The time after the start is over, or there was none. */
  isStartupOver = false;
  readonly startupTimer: Timer;

  constructor(area: Area) {
    const { process } = area;
    this.isAdministrative = process.configuration.stubRouter?.isAdministrative === true;
    this.startupTimer = process.timer((now) => endStartup(area, now));
  }
}

/** Before a router-LSA is built. */
export function checkStubRouter(area: Area, now: Micros): void {
  const state = area.stubRouter;
  if (state.isAdministrative) {
    state.isActive = true; // [6987:1]
    return;
  }
  if (state.isStartupOver) return;
  const seconds = area.process.configuration.stubRouter?.onStartupSeconds;
  if (seconds === undefined) {
    state.isStartupOver = true;
    return;
  }
  state.isActive = true;
  state.startupTimer.armIfIdle(now + seconds * SECOND); // [6987:1 introduction]
}

function endStartup(area: Area, now: Micros): void {
  const state = area.stubRouter;
  state.isStartupOver = true;
  if (state.isAdministrative) return;
  state.isActive = false;
  updateRouterLsa(area, now);
}

/** Metric of an interface's links to routers and transit networks. [6987:3] */
export function transitMetric(owner: OspfInterface): number {
  return owner.area.stubRouter.isActive ? MAX_LINK_METRIC : owner.parameters.cost;
}

/** A stub router in all areas from now on, until it has gone. */
export function beginStubRouterShutdown(process: OspfProcess, now: Micros): void {
  for (const area of process.areas) {
    const state = area.stubRouter;
    state.isAdministrative = true; // [6987:1 removal]
    if (!state.isActive) updateRouterLsa(area, now);
  }
}

/** What `max-metric` statements that come or go change at once. `before`: what was said until now. */
export function reconfigureStubRouter(area: Area, before: StubRouterConfiguration | undefined, now: Micros): void {
  const state = area.stubRouter;
  const said = area.process.configuration.stubRouter;
  if (before?.onStartupSeconds !== undefined && said?.onStartupSeconds === undefined) {
    state.isStartupOver = true;
    state.startupTimer.cancel();
  }
  state.isAdministrative = said?.isAdministrative === true;
  const isWanted = state.isAdministrative || state.startupTimer.isArmed;
  if (isWanted === state.isActive) return;
  if (!isWanted) state.isActive = false;
  updateRouterLsa(area, now);
}
