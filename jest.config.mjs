// Tests run the TypeScript sources through swc; black-box tests start the built gateway, which the global setup builds.
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  reporters: ['default', '<rootDir>/test/setup/closing-line.mjs'],
  globalSetup: '<rootDir>/test/setup/build.mjs',
  testTimeout: 30_000,
  maxWorkers: 2,
};
