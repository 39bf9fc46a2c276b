/** Five patients, one for each contracted proeftuin: what brings her, who treats her, what is asked and answered. */

export interface Story {
  readonly region: string;
  readonly given: string;
  readonly birthDate: string;
  readonly tier: 'wijkkliniek-light' | 'wijkkliniek-complex';
  /** SNOMED CT. */
  readonly reason: { readonly code: string; readonly text: string };
  readonly regie: { readonly name: string; readonly profession: string };
  readonly mede: { readonly name: string; readonly profession: string };
  readonly medication: {
    /** RXE-2: code, text, coding system. */
    readonly product: string;
    readonly dose: string;
    readonly unit: string;
    /** TQ1-3 */
    readonly repeat: string;
    /** RXR-1 */
    readonly route: string;
    readonly said: string;
  };
  readonly question: string;
  readonly answer: string;
}

const IV = 'IV^Intravenous^HL70162';
const PO = 'PO^Oral^HL70162';

export const STORIES: readonly Story[] = [
  {
    region: 'Amsterdam: pneumonia',
    given: 'Johanna',
    birthDate: '1941-03-07',
    tier: 'wijkkliniek-complex',
    reason: { code: '233604007', text: 'Pneumonie' },
    regie: { name: 'V. Specialist', profession: 'verpleegkundig-specialist' },
    mede: { name: 'G. Geriater', profession: 'klinisch-geriater' },
    medication: {
      product: 'J01CR02^amoxicilline/clavulaanzuur^ATC',
      dose: '1200',
      unit: 'mg',
      repeat: 'Q8H',
      route: IV,
      said: '3 maal daags 1200 mg intraveneus',
    },
    question: 'Mag de antibiotica na drie dagen oraal?',
    answer: 'Ja, bij dalend CRP en koortsvrij.',
  },
  {
    region: 'Purmerend: delirium',
    given: 'Cornelia',
    birthDate: '1938-11-21',
    tier: 'wijkkliniek-complex',
    reason: { code: '2776000', text: 'Delier' },
    regie: { name: 'S. Ouderengeneeskunde', profession: 'specialist-ouderengeneeskunde' },
    mede: { name: 'G. Geriater', profession: 'klinisch-geriater' },
    medication: {
      product: 'N05AD01^haloperidol^ATC',
      dose: '0.5',
      unit: 'mg',
      repeat: 'BID',
      route: PO,
      said: '2 maal daags 0,5 mg',
    },
    question: 'Haloperidol afbouwen bij DOS onder 3?',
    answer: 'Ja, halveren en na twee dagen stoppen.',
  },
  {
    region: 'Nijmegen: urinary infection',
    given: 'Wilhelmina',
    birthDate: '1944-06-02',
    tier: 'wijkkliniek-light',
    reason: { code: '68566005', text: 'Urineweginfectie' },
    regie: { name: 'S. Ouderengeneeskunde', profession: 'specialist-ouderengeneeskunde' },
    mede: { name: 'I. Internist', profession: 'internist' },
    medication: {
      product: 'J01DC02^cefuroxim^ATC',
      dose: '750',
      unit: 'mg',
      repeat: 'Q8H',
      route: IV,
      said: '3 maal daags 750 mg intraveneus',
    },
    question: 'Kweek toont resistentie: overstappen?',
    answer: 'Ja, volgens het protocol urineweginfectie.',
  },
  {
    region: 'Boxmeer: hip pain after a fall',
    given: 'Antonia',
    birthDate: '1936-01-15',
    tier: 'wijkkliniek-light',
    reason: { code: '49218002', text: 'Heuppijn' },
    regie: { name: 'S. Ouderengeneeskunde', profession: 'specialist-ouderengeneeskunde' },
    mede: { name: 'G. Geriater', profession: 'klinisch-geriater' },
    medication: {
      product: 'N02BE01^paracetamol^ATC',
      dose: '1000',
      unit: 'mg',
      repeat: 'QID',
      route: PO,
      said: '4 maal daags 1000 mg',
    },
    question: 'Valangst: wanneer mag zij volledig belasten?',
    answer: 'Direct, op geleide van de pijn.',
  },
  {
    region: 'Zaandam: heart failure',
    given: 'Geertruida',
    birthDate: '1939-09-30',
    tier: 'wijkkliniek-light',
    reason: { code: '84114007', text: 'Hartfalen' },
    regie: { name: 'S. Ouderengeneeskunde', profession: 'specialist-ouderengeneeskunde' },
    mede: { name: 'C. Cardioloog', profession: 'cardioloog' },
    medication: {
      product: 'C03CA01^furosemide^ATC',
      dose: '40',
      unit: 'mg',
      repeat: 'BID',
      route: IV,
      said: '2 maal daags 40 mg intraveneus',
    },
    question: 'Kalium 3,1 onder furosemide: suppletie?',
    answer: 'Ja, kaliumchloride en morgen controle.',
  },
];
