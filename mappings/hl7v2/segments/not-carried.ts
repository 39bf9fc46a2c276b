/** Fields that say nothing about the patient's care, with the reason; everything else travels or is mapped. */

const TRANSPORT = 'message transport';
const COUNTING = 'counts segments within the message';
const BILLING = 'billing';
const ENCODING = 'tells how other fields are encoded';
const ADMINISTRATION = 'record administration at the sender';

export const NOT_CARRIED_SEGMENTS: Readonly<Record<string, string>> = {
  MSH: TRANSPORT,
  SFT: TRANSPORT,
  UAC: TRANSPORT,
  DSC: TRANSPORT,
  MSA: TRANSPORT,
  ERR: TRANSPORT,
  GT1: BILLING,
  FT1: BILLING,
  DRG: BILLING,
  ACC: BILLING,
  IN1: BILLING,
  IN2: BILLING,
  IN3: BILLING,
};

const fields = (segment: string, numbers: readonly number[], reason: string): [string, string][] =>
  numbers.map((number) => [`${segment}-${number}`, reason]);

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

export const NOT_CARRIED_FIELDS: Readonly<Record<string, string>> = Object.fromEntries([
  ...['PID', 'PV1', 'NK1', 'OBR', 'OBX', 'NTE', 'SPM', 'AL1', 'DG1', 'PR1', 'TQ1', 'IN1', 'GT1', 'TXA'].flatMap(
    (name) => fields(name, [1], COUNTING),
  ),
  ...fields('PID', [18], BILLING),
  ...fields('PID', [33, 34], ADMINISTRATION),
  ...fields('PV1', [20, ...range(21, 35), 41, ...range(46, 49)], BILLING),
  ...fields('PV2', [20, 28, 30, 32], BILLING),
  ...fields('PV2', [16, 17, 19], ADMINISTRATION),
  ...fields('OBR', [23], BILLING),
  ...fields('OBX', [2], ENCODING),
]);
