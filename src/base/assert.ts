/**
 * Assertions: our own bugs, never bad input.
 *
 * Bad bytes are a returned DecodeError, bad configuration a ConfigError, a packet that is well formed
 * but refused a Refusal. What is thrown here means that the emulator itself is wrong; the driver adds the
 * seed and the virtual time, stops, and the run can be repeated exactly.
 */
export class AssertionFailure extends Error {
  override readonly name = 'AssertionFailure';
}

export function assert(condition: boolean, what: string): asserts condition {
  if (!condition) throw new AssertionFailure(what);
}

/** For the default branch of a switch that must be total. */
export function unreachable(value: never): never {
  throw new AssertionFailure(`unreachable value ${JSON.stringify(value)}`);
}
