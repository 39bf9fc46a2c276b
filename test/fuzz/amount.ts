/** How much, and from which seed: `npm run fuzz -- 200000 --seed 1`; a few seconds' worth unless told. */
export const SEED = Number(process.env['FUZZ_SEED'] ?? 20261122);
export const INPUTS = Number(process.env['FUZZ_INPUTS'] ?? 3_000);

/** Milliseconds that many inputs may take. */
export const patience = (inputs: number): number => 30_000 + inputs * 20;
