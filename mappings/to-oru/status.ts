/** FHIR statuses to HL7 tables 0085, 0123 and 0038: the sender's own code where it stands beside, else the nearest. */
import type { Element, Extension } from 'fhir/r4.js';
import { v2Table } from '../terminology/translate.ts';
import { Leaf } from '../draft.ts';
import type { Said } from '../hl7v2/write/sheet.ts';
import { each, type Spot } from '../hl7v2/write/spot.ts';

const RULE = 'write.status';

/** What a status is in a table. In `words`: the code says less, so the status itself travels in words too. */
interface StatusTable {
  readonly table: string;
  readonly codes: Readonly<Record<string, string>>;
  readonly words?: Readonly<Record<string, string>>;
}

export const RESULT: StatusTable = {
  table: '0085',
  codes: {
    registered: 'I',
    preliminary: 'P',
    final: 'F',
    amended: 'A',
    corrected: 'C',
    cancelled: 'X',
    'entered-in-error': 'W',
  },
};
export const REPORT: StatusTable = {
  table: '0123',
  codes: { registered: 'I', partial: 'A', preliminary: 'P', final: 'F', corrected: 'C', cancelled: 'X' },
  words: { amended: 'C', appended: 'C', 'entered-in-error': 'X' },
};
export const ORDER: StatusTable = {
  table: '0038',
  codes: { completed: 'CM', active: 'IP', revoked: 'CA', 'on-hold': 'HD', 'entered-in-error': 'ER' },
};

interface WithStatus {
  status?: string | undefined;
  _status?: Element | undefined;
}

/** `unknown` and what no table holds stay unread. */
export function statusCode(of: Spot<WithStatus>, { table, codes, words }: StatusTable): Said {
  const status = of.at('status');
  const text = status.value ?? '';
  const own = originalOf(of, table);
  if (own !== undefined) {
    if (text !== 'unknown') status.pass('the sender’s own code says it');
    return own;
  }
  if (words?.[text] !== undefined) return new Leaf(words[text], status, RULE);
  return status.saidAs(RULE, (said) => codes[said]);
}

function originalOf(of: Spot<WithStatus>, table: string): Said {
  for (const extension of each<Extension>(of.at('_status').at('extension'))) {
    for (const coding of each(extension.at('valueCodeableConcept').at('coding'))) {
      if (coding.value?.system === v2Table(table)) return coding.at('code').said(RULE);
    }
  }
  return undefined;
}
