/** Leaves the recursion of the reader; `readJson` turns it into an issue. Its words hold no value of the document. */
export class Unreadable extends Error {
  readonly rule: 'json-syntax' | 'json-duplicate-key' | 'json-depth' | 'json-number';
  /** Offset in the text, UTF-16 code units from 0. */
  readonly at: number;
  constructor(at: number, text: string, rule: Unreadable['rule'] = 'json-syntax') {
    super(text);
    this.at = at;
    this.rule = rule;
  }
}
