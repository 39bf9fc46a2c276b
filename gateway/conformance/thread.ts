/** The thread that checks: it holds the packages, which weigh more than all the rest of the gateway, and takes its time. */
import { parentPort, workerData } from 'node:worker_threads';
import { answer, type Question } from './answer.ts';
import { createChecker, readPackages, type Checker } from './check.ts';

/** Rejects when a package cannot be loaded: the thread ends by it, and whoever asked is told. */
async function open(paths: readonly string[]): Promise<Checker> {
  const read = await readPackages(paths);
  if (!read.ok) throw new Error(`${read.faults.length} of ${paths.length} packages cannot be loaded`);
  return createChecker(read.packages);
}

const checker = open((workerData as { readonly packages: readonly string[] }).packages);
parentPort?.on('message', (question: Question) => {
  void checker.then((opened) => parentPort?.postMessage(answer(opened, question)));
});
