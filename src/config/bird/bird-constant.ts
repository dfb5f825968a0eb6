/**
 * Terms of bird.conf that must have their value while the file is read: `define`, numbers in parentheses, sets.
 */
import { BirdEvaluationFailure, evaluateWithoutRoute } from './bird-evaluation.js';
import type { BirdReader } from './bird-reader.js';
import type { BirdExpression, BirdValue } from './bird-tree.js';
import type { SourcePlace } from '../config-error.js';

export function evaluateConstant(reader: BirdReader, expression: BirdExpression, place: SourcePlace): BirdValue {
  try {
    return evaluateWithoutRoute(expression);
  } catch (failure) {
    if (failure instanceof BirdEvaluationFailure) return reader.fail(`this has no value here: ${failure.message}`, place);
    throw failure;
  }
}
