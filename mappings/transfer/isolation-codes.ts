/** SNOMED CT codes of nl-core-Alert (zib Alert, AlertNaamCodelijst) that ask for isolation; HIV and others do not. */
export const ISOLATION_CODES: readonly string[] = [
  '66598005', // drager van infectie
  '715881003', // drager van carbapenemresistente Enterobacteriaceae
  '97961000146102', // drager van carbapenemgevoelige multiresistente Enterobacteriaceae
  '97981000146105', // drager van multiresistente Stenotrophomonas maltophilia
  '97971000146108', // drager van multiresistente Acinetobacter
  '98001000146104', // drager van multiresistente Pseudomonas aeruginosa
  '431109006', // drager van vancomycineresistente enterokok
  '97991000146107', // drager van multiresistente Streptococcus pneumoniae
  '432415000', // drager van meticillineresistente Staphylococcus aureus
];
