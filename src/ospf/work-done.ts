/**
 * How often each part of the calculation of routes has been done, whole or in part: for tests and measurements, and for nobody else. What is counted
 * and shown as a calculation is `spfRuns`, whichever way it went.
 */
export class WorkDone {
  /** Trees of all areas grown from their roots. */
  wholeTrees = 0;
  /** The trees kept. */
  revisions = 0;
  /** In which so many leaves were put where they belong. */
  replantedLeaves = 0;
  wholeInterArea = 0;
  revisedInterArea = 0;
  wholeExternals = 0;
  revisedExternals = 0;
}
