/**
 * Loaded before a program that is measured (`node --import`): says on file descriptor 3, when the program ends, what the whole process
 * has used: memory that was resident at most, and time on the processors.
 */
import { writeSync } from 'node:fs';

process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  try {
    writeSync(3, JSON.stringify({ peakMegabytes: maxRSS / 1024, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6 }));
  } catch { /* nobody listens */ }
});
