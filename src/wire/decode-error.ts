/**
 * A refusal of malformed bytes. Returned, never thrown: a packet cannot crash us.
 *
 * Three kinds of no are kept apart in this project. This one means "these bytes are not what they claim to
 * be"; a well-formed packet that the protocol refuses is a `refusal` trace event; our own bug is an
 * AssertionFailure.
 */
export type DecodeErrorCode =
  /** Fewer bytes than the field or structure needs. */
  | 'truncated'
  /** A length field that contradicts its surroundings. */
  | 'length'
  /** A field with a value that the standard does not allow. */
  | 'value'
  | 'version'
  | 'checksum'
  | 'authentication';

export class DecodeError {
  readonly code: DecodeErrorCode;
  /** Of the offending field, from the start of the buffer handed in. */
  readonly offset: number;
  /** `[2328:A.3.1]`-style. */
  readonly clause: string;
  readonly got: number | string;
  readonly want: number | string;

  constructor(code: DecodeErrorCode, offset: number, clause: string, got: number | string, want: number | string) {
    this.code = code;
    this.offset = offset;
    this.clause = clause;
    this.got = got;
    this.want = want;
  }
}
