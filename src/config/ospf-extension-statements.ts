/**
 * What `router ospf` says about the extensions of RFC 2328: the stub router, opaque LSAs, router information.
 *
 * Filled in by `ospf-extension-conf`; a part of `OspfStatements`.
 */
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

  /** The members of the configuration that the statements come to; none where nothing was said. */
  build(): Partial<OspfConfiguration> {
    const { isOpaqueCapable, routerInformation } = this;
    return {
      ...this.buildStubRouter(),
      ...(isOpaqueCapable === undefined ? {} : { isOpaqueCapable }),
      ...(routerInformation === undefined ? {} : { routerInformation }),
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
