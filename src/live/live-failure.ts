/** What stands in the way of attaching to a real network, in one line that says what to do about it. */
export class LiveFailure extends Error {
  override readonly name = 'LiveFailure';
}
