import type { IssueType } from '../issue.ts';

export type XmlRule = 'xml-syntax' | 'xml-doctype' | 'xml-encoding' | 'xml-namespace' | 'xml-depth' | 'xml-number';

export const CODES: Readonly<Record<XmlRule, IssueType>> = {
  'xml-syntax': 'structure',
  'xml-doctype': 'security',
  'xml-encoding': 'not-supported',
  'xml-namespace': 'structure',
  'xml-depth': 'too-costly',
  'xml-number': 'value',
};

/** Leaves the parser; `readXml` turns it into an issue. Its words hold no value of the document. */
export class XmlFault extends Error {
  readonly rule: XmlRule;
  constructor(text: string, rule: XmlRule = 'xml-syntax') {
    super(text);
    this.rule = rule;
  }
}
