#!/usr/bin/env node
// The package's bin: plain Node, so that it runs right after `npm ci`. Builds dist/ when it is missing or stale.
import { buildIfNeeded } from './build.mjs';

buildIfNeeded();
const { run } = await import('../dist/gateway/cli/run.js');
process.exitCode = await run(process.argv.slice(2));
