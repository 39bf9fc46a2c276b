// The message everything is measured with: an ORU^R01 of 12 OBX, as a Dutch laboratory sends it.
const TESTS = [
  ['2823-3', 'Kalium', 'mmol/l', '3.5 - 5.0', '4.1'],
  ['2951-2', 'Natrium', 'mmol/l', '135 - 145', '139'],
  ['2160-0', 'Creatinine', 'umol/l', '49 - 90', '88'],
  ['3094-0', 'Ureum', 'mmol/l', '2.5 - 7.5', '8.20'],
  ['1988-5', 'CRP', 'mg/l', '0 - 5', '112'],
  ['718-7', 'Hemoglobine', 'g/dl', '7.5 - 10.0', '7.4'],
  ['6690-2', 'Leukocyten', '10*9/l', '4.0 - 10.0', '13.2'],
  ['777-3', 'Trombocyten', '10*9/l', '150 - 400', '276'],
  ['1742-6', 'ALAT', 'U/l', '0 - 34', '31'],
  ['1920-8', 'ASAT', 'U/l', '0 - 31', '28'],
  ['2345-7', 'Glucose', 'mmol/l', '4.0 - 7.8', '6.90'],
  ['33914-3', 'eGFR', 'ml/min/1.73m2', '60 - 120', '58'],
];

export function oru(bsn, controlId) {
  return [
    `MSH|^~\\&|GLIMS|LAB|WK|WK|20261120101500+0100||ORU^R01^ORU_R01|${controlId}|P|2.5|||||NLD|UNICODE UTF-8`,
    `PID|1||P${bsn.slice(3)}^^^^PI~${bsn}^^^NLMINBIZA^NNNLD||de Vries&de&Vries^Anna^^^^^L||19410307|F|||Teststraat 1&Teststraat&1^^Amsterdam^^1000AA^NL^H`,
    'PV1|1|E|SEH^^1^AUMC||||01004567^van Houten^B.R.^^^^^^VEKTIS',
    `ORC|RE|P${controlId}|F${controlId}||||||20261120093000+0100|||01004567^van Houten^B.R.^^^^^^VEKTIS`,
    `OBR|1|P${controlId}|F${controlId}|24323-8^Metabool panel^LN|||20261120093000+0100|||||||||01004567^van Houten^B.R.^^^^^^VEKTIS||||||20261120101000+0100||LAB|F`,
    ...TESTS.map(
      ([code, name, unit, range, value], index) =>
        `OBX|${index + 1}|NM|${code}^${name}^LN||${value}|${unit}|${range}|N|||F|||20261120093000+0100`,
    ),
    '',
  ].join('\r');
}

/** A change of a patient's address and insurance, as a hospital's administration sends many times a day. */
export function adt(bsn, controlId) {
  return [
    `MSH|^~\\&|HiX|AMC|WK|WK|20261120140500+0100||ADT^A08^ADT_A01|${controlId}|P|2.5|||AL|NE|NLD|UNICODE UTF-8`,
    'EVN|A08|20261120140500+0100',
    `PID|1||P${bsn.slice(3)}^^^AMC^PI~${bsn}^^^NLMINBIZA^NNNLD||de Vries&de&Vries^Anna^M^^^^L||19410307|F|||Nieuwe Gracht 3&Nieuwe Gracht&3^^Amsterdam^^1011XZ^NL^H||^PRN^PH^^^^^^^^^020-5550100|||M||||||||||||||N`,
    'NK1|1|de Vries^Pieter^^^^^L|SON^zoon^HL70063||^PRN^CP^^^^^^^^^06-55501234',
    `PV1|1|I|GER^4^2^AMC||||01009999^Smit^J.^^^dr.^^^VEKTIS||||||||||||V${bsn.slice(3)}^^^AMC^VN|||||||||||||||||||||||||20261118131000+0100`,
    'IN1|1|BASIS|3311^^^VEKTIS|Zilveren Kruis||||||||20260101|||||||||||||||||||||||123456789',
    '',
  ].join('\r');
}

export function testBsns(count) {
  const found = [];
  for (let number = 999_000_000; found.length < count; number++) {
    const digits = String(number);
    let sum = 0;
    for (let at = 0; at < 9; at++) sum += Number(digits[at]) * (at === 8 ? -1 : 9 - at);
    if (sum % 11 === 0) found.push(digits);
  }
  return found;
}
