/** `import 'failover-emulator/matcher/vitest'`: the matcher and its type, for vitest. See golden-matcher.ts. */
import { expect } from 'vitest';
import { goldenMatchers } from './golden-matcher.js';

declare module 'vitest' {
  interface Matchers<T> {
    /** The path of a capture; the golden file stands next to it unless it is given. */
    toMatchGolden(goldenPath?: string): T;
  }
}

expect.extend(goldenMatchers);
