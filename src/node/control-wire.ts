/**
 * What goes over the connections of control orders: ports, SSH's identification strings, records. Read control-client.ts first.
 */
export const SSH_PORT = 22;
/** [1700] exec */
export const REXEC_PORT = 512;

/** Of the time of SLES 7. [4253:4.2] */
export const SSH_SERVER = 'SSH-1.99-OpenSSH_2.9p2\r\n';
export const SSH_CLIENT = 'SSH-2.0-OpenSSH_2.9p2\r\n';
/** What a key exchange with a group of 1024 bits and an RSA key takes in one direction. */
export const EXCHANGE_BYTES = 700;
const MOST_RECORD = 4096;

export function textBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A length of four bytes, and that many. */
export function sshRecord(payload: Uint8Array): Uint8Array {
  const record = new Uint8Array(4 + payload.length);
  record[2] = payload.length >>> 8;
  record[3] = payload.length & 255;
  record.set(payload, 4);
  return record;
}

/** Takes a stream apart: lines first, records behind them. */
export class RecordReader {
  private bytes = new Uint8Array(0);

  add(data: Uint8Array): void {
    const longer = new Uint8Array(Math.min(this.bytes.length + data.length, 4 * MOST_RECORD));
    longer.set(this.bytes);
    longer.set(data.subarray(0, longer.length - this.bytes.length), this.bytes.length);
    this.bytes = longer;
  }

  /** Undefined: it has no end yet. */
  line(): string | undefined {
    const end = this.bytes.indexOf(10);
    if (end < 0) return undefined;
    const text = new TextDecoder().decode(this.bytes.subarray(0, end));
    this.bytes = this.bytes.slice(end + 1);
    return text.trimEnd();
  }

  record(): Uint8Array | undefined {
    const { bytes } = this;
    if (bytes.length < 4) return undefined;
    const length = (bytes[2] << 8) | bytes[3];
    if (bytes.length < 4 + length) return undefined;
    const payload = bytes.slice(4, 4 + length);
    this.bytes = bytes.slice(4 + length);
    return payload;
  }
}
