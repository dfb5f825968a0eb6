/** Both pass; each executes one tag. */
import { expect, test } from 'vitest';
import { judge } from '../src/judge.js';

test('the received one', () => expect(judge(-1)).toBe('received'));
test('that of the database', () => expect(judge(1)).toBe('database'));
