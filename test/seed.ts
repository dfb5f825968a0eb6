/**
 * The same random cases in every run: a law that fails, fails for everybody. FAILOVER_SEED=N looks at others.
 */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env['FAILOVER_SEED'] ?? 2328) });
