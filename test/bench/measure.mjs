// What every measurement uses: medians of alternating rounds, and CPU instead of time, so that what else runs on the
// machine does not count.

export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** CPU of this process so far, in microseconds. */
const ownCpuUs = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** Microseconds of CPU per call, over `rounds` alternating rounds of `each` calls; the median of each job. */
export function alternate(jobs, rounds, each) {
  const times = jobs.map(() => []);
  for (let round = 0; round < rounds; round++) {
    jobs.forEach((job, index) => {
      const start = ownCpuUs();
      for (let call = 0; call < each; call++) job();
      times[index].push((ownCpuUs() - start) / each);
    });
  }
  return times.map(median);
}

/** A line of the table: microseconds and how often the floor. */
export const row = (what, us, floorUs) => `| ${what} | ${us.toFixed(0)} µs | ${(us / floorUs).toFixed(1)} × |`;
