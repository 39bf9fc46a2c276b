import { readConfig } from '../../gateway/config.ts';

const NUMBERS = ['PORT', 'MLLP_PORT', 'LEASE_SECONDS', 'WORK_PORT', 'MAPPING_THREADS', 'MAX_MESSAGE_BYTES'];
const figures = (env: NodeJS.ProcessEnv): object => {
  const read = readConfig(env);
  if (!read.ok) throw new Error(read.faults.join('; '));
  const { port, mllpPort, workPort, leaseMs, mappingThreads, maxMessageBytes } = read.config;
  return { port, mllpPort, workPort, leaseMs, mappingThreads, maxMessageBytes };
};

describe('a number of the environment', () => {
  it.each(NUMBERS)('%s counts as absent when it is empty', (name) => {
    expect(figures({ [name]: '' })).toEqual(figures({}));
  });

  it('is taken when it is 0, and refused when it is none', () => {
    expect(figures({ PORT: '0', MAPPING_THREADS: '0' })).toMatchObject({ port: 0, mappingThreads: 0 });
    const read = readConfig(Object.fromEntries(NUMBERS.map((name) => [name, 'many'])));
    expect(read.ok ? [] : read.faults.map((fault) => fault.split(':')[0])).toEqual(NUMBERS);
  });
});
