/**
 * Every way in which a value may differ from the cell it came from by more than its notation, written down by hand from
 * the standards and not taken from the mappings: a code that is looked up, a system that a name stands for. What is not
 * here is invented.
 */

/** A code of the message, and what it is called at one element of the output. */
export interface Table {
  readonly what: string;
  /** The rules of the mappings that may use it. */
  readonly rules: RegExp;
  /** The element it fills, as the path ends. */
  readonly at: RegExp;
  readonly says: (cell: string, value: unknown) => boolean;
}

const rows =
  (table: Readonly<Record<string, unknown>>) =>
  (cell: string, value: unknown): boolean =>
    Object.hasOwn(table, cell) && table[cell] === value;

/** `(cell) => what it must become`. */
const made =
  (make: (cell: string) => unknown) =>
  (cell: string, value: unknown): boolean =>
    make(cell) === value;

const CONTACT = /^(?:pid|nk1|in1|prd|lab)\./;
const UCUM_TIME: Readonly<Record<string, string>> = { S: 's', M: 'min', H: 'h', D: 'd', W: 'wk', L: 'mo' };

/** HL7 v2.5 §4.3.2 and table 0335, as frequency per period. */
const REPEATS: Readonly<Record<string, readonly [number, number, string]>> = {
  QD: [1, 1, 'd'],
  BID: [2, 1, 'd'],
  TID: [3, 1, 'd'],
  QID: [4, 1, 'd'],
  QOD: [1, 2, 'd'],
};
function repeatOf(cell: string): readonly [number, number, string] | undefined {
  const [, every, unit = ''] = /^Q(\d+)([SMHDWL])$/.exec(cell) ?? [];
  if (every !== undefined) return [1, Number(every), UCUM_TIME[unit] ?? ''];
  const [, times] = /^([1-9]) ?dd$/.exec(cell) ?? [];
  return times === undefined ? REPEATS[cell] : [Number(times), 1, 'd'];
}

export const TABLES: readonly Table[] = [
  {
    what: 'HL7 table 0001, sex',
    rules: /^(?:pid\.gender|nk1\.contact)$/,
    at: /\.gender$/,
    says: rows({ F: 'female', M: 'male', O: 'other', A: 'other', U: 'unknown' }),
  },
  {
    what: 'HL7 table 0001 in GeslachtCodelijst',
    rules: /^pid\.gender$/,
    at: /\._gender\..*\.code$/,
    says: rows({ O: 'UN', A: 'UN' }),
  },
  {
    what: 'HL7 table 0136, yes or no',
    rules: /^(?:pid\.(?:deceased|multipleBirth)|referral\.triage\.criterion)$/,
    at: /Boolean$/,
    says: rows({ Y: true, N: false }),
  },
  {
    what: 'HL7 table 0200, name type',
    rules: /.*/,
    at: /\.name(?:\[\d+\])?\.use$/,
    says: rows({ L: 'official', D: 'usual' }),
  },
  {
    what: 'HL7 table 0190, address type',
    rules: CONTACT,
    at: /\.address(?:\[\d+\])?\.use$/,
    says: rows({ H: 'home', B: 'work', BI: 'billing' }),
  },
  { what: 'HL7 table 0190, address type', rules: CONTACT, at: /\.address\[\d+\]\.type$/, says: rows({ M: 'postal' }) },
  {
    what: 'HL7 table 0190 in AdresSoort',
    rules: CONTACT,
    at: /\.address\[\d+\]\.extension.*\.code$/,
    says: rows({ H: 'HP', M: 'PST', B: 'WP' }),
  },
  {
    what: 'HL7 table 0201, use of a number',
    rules: CONTACT,
    at: /\.telecom\[\d+\]\.use$/,
    says: rows({ PRN: 'home', WPN: 'work', PRS: 'mobile' }),
  },
  {
    what: 'HL7 table 0202, equipment',
    rules: CONTACT,
    at: /\.telecom\[\d+\]\.system$/,
    says: rows({ PH: 'phone', CP: 'phone', FX: 'fax', BP: 'pager', TDD: 'other', Internet: 'email' }),
  },
  {
    what: 'a number is of a telephone, an address with @ of electronic mail (XTN, HL7 v2.5 §2.A.89)',
    rules: CONTACT,
    at: /\.telecom\[\d+\]\.system$/,
    says: (cell, value) => /\d{3}|@/.test(cell) && value === (cell.includes('@') ? 'email' : 'phone'),
  },
  {
    what: 'HL7 table 0202 in TelecomType',
    rules: CONTACT,
    at: /\.telecom\[\d+\]\._system.*\.code$/,
    says: rows({ PH: 'LL', CP: 'MC' }),
  },
  {
    what: 'a given name that is initials (EN-qualifier, as nl-core asks)',
    rules: /.*/,
    at: /\._given\[\d+\]\.extension\[0\]\.valueCode$/,
    // A few capitals may be either.
    says: (cell, value) =>
      value === 'IN' ? /^(?:\p{L}|[\p{L}. ]*\.|\p{Lu}{2,5})$/u.test(cell) : value === 'BR' && cell.length > 1,
  },
  {
    what: 'HL7 table 0004, patient class',
    rules: /^pv1\.class$/,
    at: /\.class\.code$/,
    says: rows({ I: 'IMP', E: 'EMER', O: 'AMB', P: 'PRENC' }),
  },
  {
    what: 'a stay by its patient class, or ended by PV1-45',
    rules: /^pv1\.status$/,
    at: /\.status$/,
    says: (cell, value) =>
      value ===
      (/^\d{8}/.test(cell) ? 'finished' : cell === 'P' ? 'planned' : cell === 'U' ? 'unknown' : 'in-progress'),
  },
  {
    what: 'a stay by its event',
    rules: /^adt\.status$/,
    at: /\.status$/,
    says: rows({
      A01: 'in-progress',
      A02: 'in-progress',
      A03: 'finished',
      A04: 'in-progress',
      A11: 'cancelled',
      A12: 'in-progress',
      A13: 'in-progress',
    }),
  },
  {
    what: 'A13 takes the end of a stay away, as a null in PV1-45 does',
    rules: /^adt\.reopened$/,
    at: /\.valueString$/,
    says: (cell, value) => cell === 'A13' && (value === 'PV1-45' || value === '""'),
  },
  {
    what: 'HL7 table 0052, diagnosis type',
    rules: /^dg1\.problem\.stay$/,
    at: /\.use\..*\.code$/,
    says: rows({ A: 'AD' }),
  },
  {
    what: 'HL7 table 0065, specimen action',
    rules: /^lab\.order\.intent$/,
    at: /\.intent$/,
    says: rows({ G: 'reflex-order' }),
  },
  {
    what: 'HL7 table 0085, no result',
    rules: /^lab\.result\.absent$/,
    at: /\.dataAbsentReason\..*\.code$/,
    says: rows({ X: 'not-performed', N: 'not-asked' }),
  },
  {
    what: 'a status HL7 table 0085 has not',
    rules: /^lab\.result\.status$/,
    at: /\.status$/,
    says: made((cell) => (/^[A-Z]$/.test(cell) ? 'unknown' : '')),
  },
  {
    what: 'HL7 table 0291, kind of file',
    rules: /^lab\.result\.attachment$/,
    at: /\.contentType$/,
    says: (cell, value) => value === 'application/' + cell.toLowerCase() || value === 'image/' + cell.toLowerCase(),
  },
  { what: 'HL7 table 0272, confidentiality', rules: /^mdm\.status$/, at: /\.confidentiality$/, says: rows({ U: 'N' }) },
  {
    what: 'HL7 table 0271, completion of a document',
    rules: /^mdm\.status$/,
    at: /\.(?:docStatus|status)$/,
    says: rows({ AU: 'final', LA: 'final', IP: 'preliminary', PA: 'preliminary' }),
  },
  {
    what: 'HL7 table 0273, availability of a document',
    rules: /^mdm\.status$/,
    at: /\.status$/,
    says: rows({ AV: 'current', CA: 'entered-in-error', OB: 'superseded' }),
  },
  {
    what: 'HL7 table 0335, repeat pattern',
    rules: /^medication\.timing\.pattern$/,
    at: /\.repeat\.(?:frequency|period|periodUnit)$/,
    says: (cell, value) => repeatOf(cell)?.includes(value as never) === true,
  },
  {
    what: 'a duration (HL7 v2.5 §4.3.3)',
    rules: /^medication\.(?:period|dosage\.per)$/,
    at: /\.(?:code|value)$/,
    says: (cell, value) => {
      const [, unit = '', count] = /^([SMHDWL])(\d+)$/.exec(cell) ?? [];
      return value === UCUM_TIME[unit] || value === Number(count);
    },
  },
  {
    what: 'HL7 table 0166, additive or base',
    rules: /^medication\.product$/,
    at: /\.isActive$/,
    says: rows({ A: true, B: false }),
  },
  {
    what: 'HL7 table 0167, substituted',
    rules: /^medication\.dispensed\.substitution$/,
    at: /\.wasSubstituted$/,
    says: rows({ N: false, G: true, T: true }),
  },
  {
    what: 'an order that is replaced',
    rules: /^medication\.order\.control\.replaced$/,
    at: /\.status$/,
    says: rows({ RP: 'stopped' }),
  },
  {
    what: 'a refill that is asked for',
    rules: /^medication\.refill\.status$/,
    at: /\.status$/,
    says: rows({ RF: 'active' }),
  },
  {
    what: 'an order that is asked to be cancelled',
    rules: /^order\.status\.asked$/,
    at: /\.note\[0\]\.text$/,
    says: rows({ CA: 'Verzoek om deze aanvraag te annuleren.' }),
  },
  {
    what: 'HL7 table 0280, priority',
    rules: /^referral\.request\.priority$/,
    at: /\.priority$/,
    says: rows({ S: 'stat', A: 'asap', R: 'routine' }),
  },
  {
    what: 'a step of a referral',
    rules: /^referral\.step$/,
    at: /\.status$/,
    says: rows({ A: 'accepted', R: 'rejected', I14: 'cancelled' }),
  },
  {
    what: 'HL7 table 0119 where a unit is all that is said',
    rules: /^lab\.result\.unit$/,
    at: /\.note\[\d+\]\.text$/,
    says: made((cell) => `Eenheid: ${cell}`),
  },
];
