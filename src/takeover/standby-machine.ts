/**
 * The hand-over of resources between two nodes that are both well (`ask_resources`), as a table: who asks ("me"), who answers ("other"), and when
 * each is done with it. The answer to auto_failback, hb_standby and hb_takeover.
 *
 *   the one who gives:  not --me, own--> me --other, peer--> (releases) --done, own--> done --done, peer--> not
 *   the one who takes:  not --me, peer--> other --done, peer--> done (acquires) --done, own--> not
 */
export type StandbyState = 'not' | 'me' | 'other' | 'done';

export type StandbyEvent = 'me-own' | 'me-peer' | 'other-own' | 'other-peer' | 'done-own' | 'done-peer';

/** What is done; the state that follows is said with it. */
export type StandbyAction = 'ignore' | 'ask' | 'offer' | 'release' | 'released' | 'acquire' | 'expected' | 'acquired' | 'handed-over';

export interface StandbyCell {
  readonly action: StandbyAction;
  readonly next: StandbyState;
}

const ignoredIn = (next: StandbyState): StandbyCell => ({ action: 'ignore', next });

export const STANDBY_MACHINE = {
  not: {
    'me-own': { action: 'ask', next: 'me' },
    'me-peer': { action: 'offer', next: 'other' },
    'other-own': ignoredIn('not'),
    'other-peer': ignoredIn('not'),
    'done-own': ignoredIn('not'),
    'done-peer': ignoredIn('not'),
  },
  me: {
    'me-own': ignoredIn('me'),
    'me-peer': ignoredIn('me'),
    'other-own': ignoredIn('me'),
    'other-peer': { action: 'release', next: 'me' },
    'done-own': { action: 'released', next: 'done' },
    'done-peer': ignoredIn('me'),
  },
  other: {
    'me-own': ignoredIn('other'),
    'me-peer': ignoredIn('other'),
    'other-own': { action: 'expected', next: 'other' },
    'other-peer': ignoredIn('other'),
    'done-own': ignoredIn('other'),
    'done-peer': { action: 'acquire', next: 'done' },
  },
  done: {
    'me-own': ignoredIn('done'),
    'me-peer': ignoredIn('done'),
    'other-own': ignoredIn('done'),
    'other-peer': ignoredIn('done'),
    'done-own': { action: 'acquired', next: 'not' },
    'done-peer': { action: 'handed-over', next: 'not' },
  },
} as const satisfies Record<StandbyState, Record<StandbyEvent, StandbyCell>>;

/** Undefined: no such word. */
export function standbyEvent(info: string, isOwn: boolean): StandbyEvent | undefined {
  if (info !== 'me' && info !== 'other' && info !== 'done') return undefined;
  return `${info}-${isOwn ? 'own' : 'peer'}`;
}
