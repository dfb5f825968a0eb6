/**
 * What `router ospf` says about the extensions of RFC 2328: the stub router, opaque LSAs, router information, graceful restart.
 *
 * Filled in by `ospf-extension-conf`; a part of `OspfStatements`.
 */
import type { Ipv4 } from '../../base/address.js';
import type { LabelBlock, OspfConfiguration, PrefixSegment, TrafficEngineeringConfiguration } from '../../ospf/configuration.js';

export class OspfExtensionStatements {
  /** `max-metric router-lsa ...` */
  isStubRouter = false;
  stubRouterOnStartupSeconds: number | undefined;
  stubRouterOnShutdownSeconds: number | undefined;

  /** `capability opaque`, `ospf opaque-lsa` */
  isOpaqueCapable: boolean | undefined;
  /** `router-info`: the first one counts. */
  routerInformation: OspfConfiguration['routerInformation'];

  /** `mpls-te ...` */
  isEngineering = false;
  engineeringRouterAddress: Ipv4 | undefined;
  interAs: TrafficEngineeringConfiguration['interAs'];
  isEngineeringExported = false;

  /** `segment-routing ...` */
  isSegmentRouting = false;
  globalBlock: LabelBlock = { first: 16000, last: 23999 };
  localBlock: LabelBlock = { first: 15000, last: 15999 };
  nodeMsd: number | undefined;
  /** By prefix. */
  readonly prefixSegments = new Map<string, PrefixSegment>();

  /** `graceful-restart` */
  gracePeriodSeconds: number | undefined;
  /** `graceful-restart helper ...` */
  isHelper = false;
  readonly helpedRouters = new Set<Ipv4>();
  isHelperStrict = true;
  supportedGraceSeconds: number | undefined;
  isHelperPlannedOnly = false;

  /** The members of the configuration that the statements come to; none where nothing was said. */
  build(): Partial<OspfConfiguration> {
    const { isOpaqueCapable, routerInformation } = this;
    return {
      ...this.buildStubRouter(),
      ...(isOpaqueCapable === undefined ? {} : { isOpaqueCapable }),
      ...(routerInformation === undefined ? {} : { routerInformation }),
      ...(this.gracePeriodSeconds === undefined ? {} : { gracefulRestart: { gracePeriodSeconds: this.gracePeriodSeconds } }),
      ...this.buildEngineering(),
      ...this.buildSegmentRouting(),
      ...this.buildHelper(),
    };
  }

  private buildEngineering(): Pick<OspfConfiguration, 'trafficEngineering'> {
    const { isEngineering, engineeringRouterAddress: routerAddress, interAs, isEngineeringExported: isExported } = this;
    if (!isEngineering && routerAddress === undefined) return {};
    return {
      trafficEngineering: { isEnabled: isEngineering, isExported, ...(routerAddress === undefined ? {} : { routerAddress }), ...(interAs === undefined ? {} : { interAs }) },
    };
  }

  private buildSegmentRouting(): Pick<OspfConfiguration, 'segmentRouting'> {
    if (!this.isSegmentRouting) return {};
    const { globalBlock, localBlock, nodeMsd } = this;
    return { segmentRouting: { globalBlock, localBlock, prefixes: [...this.prefixSegments.values()], ...(nodeMsd === undefined ? {} : { nodeMsd }) } };
  }

  private buildHelper(): Pick<OspfConfiguration, 'gracefulRestartHelper'> {
    const { isHelper, helpedRouters, isHelperStrict, supportedGraceSeconds, isHelperPlannedOnly } = this;
    if (!isHelper && helpedRouters.size === 0) return {};
    return {
      gracefulRestartHelper: {
        isEnabled: isHelper, routerIds: new Set([...helpedRouters].sort((a, b) => a - b)), isStrict: isHelperStrict, isPlannedOnly: isHelperPlannedOnly,
        ...(supportedGraceSeconds === undefined ? {} : { supportedGraceSeconds }),
      },
    };
  }

  private buildStubRouter(): Pick<OspfConfiguration, 'stubRouter'> {
    const { isStubRouter, stubRouterOnStartupSeconds, stubRouterOnShutdownSeconds } = this;
    if (!isStubRouter && stubRouterOnStartupSeconds === undefined && stubRouterOnShutdownSeconds === undefined) return {};
    return {
      stubRouter: {
        isAdministrative: isStubRouter,
        ...(stubRouterOnStartupSeconds === undefined ? {} : { onStartupSeconds: stubRouterOnStartupSeconds }),
        ...(stubRouterOnShutdownSeconds === undefined ? {} : { onShutdownSeconds: stubRouterOnShutdownSeconds }),
      },
    };
  }
}
