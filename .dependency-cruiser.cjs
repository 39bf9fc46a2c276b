// The direction of ARCHITECTURE: profiles <- mappings <- gateway <- workers, and I/O only at the rim.
const only = (name, module, allowed) => ({
  name,
  severity: 'error',
  comment: `${module} only under ${allowed}`,
  from: { path: '^(gateway|mappings|profiles|workers)/', pathNot: allowed },
  to: { path: `^node_modules/(${module})/` },
});
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'profiles-knows-nobody',
      severity: 'error',
      from: { path: '^profiles/' },
      to: { path: '^(mappings|gateway|workers)/' },
    },
    {
      name: 'mappings-knows-profiles-only',
      severity: 'error',
      from: { path: '^mappings/' },
      to: { path: '^(gateway|workers)/' },
    },
    {
      name: 'gateway-does-not-call-workers',
      severity: 'error',
      from: { path: '^gateway/', pathNot: '^gateway/(main\\.ts|cli/)' },
      to: { path: '^workers/' },
    },
    {
      name: 'pure-heart',
      severity: 'error',
      comment: 'No Node core module in mappings/ and profiles/, except hashing for uuid v5 and profiles/load.',
      from: { path: '^(profiles|mappings)/', pathNot: '^profiles/(load/|r4/generate)' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    only('express-at-the-rim', 'express', '^gateway/(http|console|sandbox)/'),
    only('queue-in-one-place', 'bullmq|ioredis', '^workers/queue/'),
    only('sql-in-the-ledger', 'libsql|pg|kysely', '^gateway/ledger/'),
    {
      name: 'tests-are-not-shipped',
      severity: 'error',
      from: { path: '^(gateway|mappings|profiles|workers)/' },
      to: { path: '^test/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
