/**
 * The few calls of Linux that Node does not have: TAP devices, packet sockets and raw IP sockets, through koffi, which brings its own binary and needs no
 * compiler. Loaded only when something is attached.
 *
 * Numbers are those of x86-64 and arm64 alike (asm-generic).
 */
import { LiveFailure } from './live-failure.js';

interface NativeFunction { (...values: readonly unknown[]): number }

interface Koffi {
  load(path: string | null): { func(prototype: string): NativeFunction };
  errno(): number;
  readonly os: { readonly errno: Readonly<Record<string, number>> };
}

export interface Native {
  readonly ioctl: NativeFunction;
  readonly socket: NativeFunction;
  readonly bind: NativeFunction;
  readonly setsockopt: NativeFunction;
  readonly sendto: NativeFunction;
  readonly poll: NativeFunction;
  readonly read: NativeFunction;
  readonly recv: NativeFunction;
  readonly write: NativeFunction;
  readonly close: NativeFunction;
  readonly if_nametoindex: NativeFunction;
  readonly sched_setscheduler: NativeFunction;
  errno(): number;
}

const PROTOTYPES: Record<Exclude<keyof Native, 'errno'>, string> = {
  ioctl: 'int ioctl(int fd, unsigned long request, _Inout_ uint8_t *argument)',
  socket: 'int socket(int domain, int type, int protocol)',
  bind: 'int bind(int fd, const uint8_t *address, uint32_t length)',
  setsockopt: 'int setsockopt(int fd, int level, int name, const uint8_t *value, uint32_t length)',
  sendto: 'long sendto(int fd, const uint8_t *bytes, size_t length, int flags, const uint8_t *address, uint32_t addressLength)',
  poll: 'int poll(_Inout_ uint8_t *descriptors, unsigned long count, int timeout)',
  read: 'long read(int fd, _Out_ uint8_t *buffer, size_t length)',
  recv: 'long recv(int fd, _Out_ uint8_t *buffer, size_t length, int flags)',
  write: 'long write(int fd, const uint8_t *bytes, size_t length)',
  close: 'int close(int fd)',
  sched_setscheduler: 'int sched_setscheduler(int thread, int policy, const uint8_t *parameter)',
  if_nametoindex: 'unsigned int if_nametoindex(const char *name)',
};

export async function loadNative(): Promise<Native> {
  if (process.platform !== 'linux') throw new LiveFailure(`attach works on Linux, not on ${process.platform}`);
  let koffi: Koffi;
  try {
    // The name is not a literal: whoever compiles or bundles this need not have it.
    const name = 'koffi';
    koffi = ((await import(name)) as { readonly default: Koffi }).default;
  } catch (failure) {
    const reason = failure instanceof Error ? failure.message : String(failure);
    if (failure instanceof Error && 'code' in failure && failure.code === 'ERR_MODULE_NOT_FOUND') {
      throw new LiveFailure('the optional package koffi, which opens devices, is not installed: npm install koffi');
    }
    throw new LiveFailure(`the optional package koffi, which opens devices, cannot be loaded (${reason.replace(/\s+/g, ' ').trim()}): npm install koffi, on the system that is to run it`);
  }
  const library = koffi.load(null);
  const functions = Object.fromEntries(Object.entries(PROTOTYPES).map(([name, prototype]) => [name, library.func(prototype)])) as unknown as Omit<Native, 'errno'>;
  return { ...functions, errno: () => koffi.errno() };
}

export const RIGHTS_WANTED = 'run it as root, or with the capabilities CAP_NET_ADMIN and CAP_NET_RAW';

const ERRORS: Readonly<Record<number, string>> = { 1: `not permitted: ${RIGHTS_WANTED}`, 2: 'there is no such file', 13: `not permitted: ${RIGHTS_WANTED}`,
  16: 'the device is busy: somebody else has it open', 19: 'there is no such device', 22: 'it is not a device of this kind', 100: 'the network is down' };

export function errorText(errno: number): string {
  return ERRORS[errno] ?? `error ${errno}`;
}
