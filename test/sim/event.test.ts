/** The queue, and timers. Frames under way: whatever the latencies, they arrive in the order of (time, order of sending), as from one queue. */
import { describe, expect, test } from 'vitest';
import { Heap, type HeapItem } from '../../src/base/heap.js';
import { NEVER } from '../../src/base/micros.js';
import { Prng } from '../../src/base/prng.js';
import { Timer, TimerTable } from '../../src/engine/timer.js';
import { FrameEvent, FrameLane } from '../../src/sim/event.js';

describe('lanes', () => {
  test.each(Array.from({ length: 20 }, (_, i) => i + 1))('a queue of lanes is a queue of frames: seed %i', (seed) => {
    const prng = new Prng(seed, 'laws', 'lanes');
    const latencies = [1, 5, 5000].slice(0, prng.integer(1, 3));
    const lanes = new Map(latencies.map((latency) => [latency, new FrameLane()]));
    const queue = new Heap<FrameLane>();
    const arrived: number[] = [];
    const sent: FrameEvent[] = [];
    let now = 0;
    const take = (): void => {
      const lane = queue.peek() as FrameLane;
      const frame = lane.shift();
      if (lane.isEmpty) queue.remove(lane);
      else queue.moved(lane);
      now = Math.max(now, frame.time);
      arrived.push(frame.order);
    };
    for (let order = 0; order < 2000; order++) {
      now += prng.integer(0, 3);
      while (queue.size > 0 && (queue.peek() as FrameLane).time <= now) take();
      const latency = latencies[prng.integer(0, latencies.length - 1)];
      const frame = new FrameEvent(0);
      frame.time = now + latency;
      frame.order = order;
      sent.push(frame);
      const lane = lanes.get(latency) as FrameLane;
      lane.push(frame);
      if (lane.heapIndex < 0) queue.push(lane);
    }
    while (queue.size > 0) take();
    expect(arrived).toEqual(sent.sort((a, b) => a.time - b.time || a.order - b.order).map(({ order }) => order));
  });
});

describe('the queue', () => {
  test.each(Array.from({ length: 20 }, (_, i) => i + 1))('is a sorted list, whatever comes, moves and goes: seed %i', (seed) => {
    const prng = new Prng(seed, 'laws', 'heap');
    const items = Array.from({ length: 100 }, () => ({ time: 0, order: 0, heapIndex: -1 }));
    const heap = new Heap<HeapItem>();
    let sorted: HeapItem[] = [];
    for (let order = 0; order < 3000; order++) {
      const item = items[prng.integer(0, items.length - 1)];
      if (item.heapIndex < 0 || prng.integer(0, 2) > 0) {
        item.time = prng.integer(0, 9) === 0 ? NEVER : prng.integer(0, 50);
        item.order = order;
        if (item.heapIndex < 0) {
          heap.push(item);
          sorted.push(item);
        } else heap.moved(item);
      } else {
        heap.remove(item);
        sorted = sorted.filter((each) => each !== item);
        expect(item.heapIndex).toBe(-1);
      }
      sorted.sort((a, b) => (a.time === b.time ? a.order - b.order : a.time < b.time ? -1 : 1));
      expect(heap.size).toBe(sorted.length);
      expect(heap.peek()).toBe(sorted[0]);
    }
    for (const expected of sorted) expect(heap.pop()).toBe(expected);
    expect(heap.pop()).toBeUndefined();
  });
});

describe('a timer table', () => {
  test.each(Array.from({ length: 20 }, (_, i) => i + 1))('knows its next deadline, and fires in the order of (deadline, arming): seed %i', (seed) => {
    const prng = new Prng(seed, 'laws', 'timers');
    const table = new TimerTable();
    const armed = new Map<number, { deadline: number; arming: number }>();
    const fired: number[] = [];
    const timers = Array.from({ length: 12 }, (_, i) => new Timer(table, () => fired.push(i)));
    let now = 0;
    for (let arming = 0; arming < 1000; arming++) {
      const i = prng.integer(0, timers.length - 1);
      if (prng.integer(1, 4) === 1) {
        timers[i].cancel();
        armed.delete(i);
      } else {
        const deadline = now + prng.integer(0, 20);
        timers[i].arm(deadline);
        armed.set(i, { deadline, arming });
      }
      expect(table.nextDeadline()).toBe(Math.min(Infinity, ...[...armed.values()].map((each) => each.deadline)));
      if (prng.integer(1, 5) > 1) continue;
      now += prng.integer(0, 15);
      const due = [...armed].filter(([, { deadline }]) => deadline <= now).sort(([, a], [, b]) => a.deadline - b.deadline || a.arming - b.arming).map(([index]) => index);
      fired.length = 0;
      table.fireDue(now);
      expect(fired).toEqual(due);
      for (const index of due) armed.delete(index);
    }
  });

  /** Timers that go round, some of whose rounds have work, beside others that give them work; the driver sleeps now and then. What was done, when, in which order, and who was woken. */
  function story(seed: number, isResting: boolean, between: ((now: number) => void) | undefined): { done: string[]; wakes: number } {
    const prng = new Prng(seed, 'laws', 'resting');
    const table = new TimerTable();
    const done: string[] = [];
    const hasWork = [false, false, false];
    let sleepsUntil = 0;
    const rounds = [10, 10, 7].map((period, i) => {
      const timer: Timer = new Timer(table, (now) => {
        timer.arm(now + period);
        if (hasWork[i]) done.push(`${now} round ${i}`);
        hasWork[i] = false;
        if (isResting) timer.rest();
      });
      return timer;
    });
    const others = Array.from({ length: 3 }, (_, i) => {
      const timer: Timer = new Timer(table, (now) => {
        done.push(`${now} other ${i}`);
        timer.arm(now + prng.integer(1, 40));
        const which = prng.integer(0, 2);
        rounds[which].attend();
        hasWork[which] = true;
        if (prng.integer(0, 9) === 0) sleepsUntil = now + prng.integer(1, 30);
        if (prng.integer(0, 9) === 0) rounds[prng.integer(0, 2)].cancel();
        if (prng.integer(0, 9) === 0) rounds[prng.integer(0, 2)].arm(now + prng.integer(0, 20));
      });
      return timer;
    });
    [...rounds, ...others].forEach((timer, i) => timer.arm(i % 4));
    let now = 0;
    let wakes = 0;
    for (let due = table.nextDeadline(); wakes < 3000 && due < 20_000; due = table.nextDeadline(), wakes++) {
      const since = sleepsUntil > now ? now : Math.max(now, due);
      now = Math.max(since, sleepsUntil);
      table.passRounds(since);
      table.fireDue(now, between);
    }
    return { done, wakes };
  }

  test.each(Array.from({ length: 20 }, (_, i) => i + 1))('one that rests does what it would have done, in the same order, and wakes nobody for nothing: seed %i', (seed) => {
    for (const between of [undefined, () => undefined]) {
      const [awake, resting] = [story(seed, false, between), story(seed, true, between)];
      const length = Math.min(awake.done.length, resting.done.length);
      expect(length).toBeGreaterThan(300);
      expect(resting.done.slice(0, length)).toEqual(awake.done.slice(0, length));
      expect(resting.wakes / resting.done.length).toBeLessThan(0.8 * (awake.wakes / awake.done.length));
    }
  });
});
