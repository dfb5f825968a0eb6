/**
 * What `router ospf` says about the extensions of RFC 2328: the stub router, opaque LSAs, router information, graceful restart.
 *
 * Filled in by `ospf-extension-conf`; a part of `OspfStatements`.
 */
import type { Ipv4 } from '../base/address.js';
import type { OspfConfiguration } from '../ospf/configuration.js';

export class OspfExtensionStatements {
  /** `max-metric router-lsa ...` */
  isStubRouter = false;
  stubRouterOnStartupSeconds: number | undefined;
  stubRouterOnShutdownSeconds: number | undefined;

  /** `capability opaque`, `ospf opaque-lsa` */
  isOpaqueCapable: boolean | undefined;
  /** `router-info`: the first one counts. */
  routerInformation: OspfConfiguration['routerInformation'];

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
      ...this.buildHelper(),
    };
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
