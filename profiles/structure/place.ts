import type { Issue, IssueType } from '../issue.ts';

/** Beyond these a resource is not read further: the rest of the faults would tell nobody more. */
const MOST_ISSUES = 500;
const DEEPEST = 150;

/** Where a walk through a resource stands, and what it found. The expression is only written when it is needed. */
export class Place {
  readonly issues: Issue[] = [];
  private readonly steps: (string | number)[] = [];
  private readonly root: string;
  private stopped = false;

  constructor(root: string) {
    this.root = root;
  }

  enter(step: string | number): void {
    this.steps.push(step);
  }

  leave(): void {
    this.steps.pop();
  }

  /** Turns the walk back where a resource is nested too deeply; nothing after this is reported. */
  turnBack(): boolean {
    if (this.steps.length > DEEPEST && !this.full) {
      const text = 'is nested too deeply to be read';
      this.issues.push({ severity: 'error', code: 'too-costly', expression: this.root, text, rule: 'too-deep' });
      this.stopped = true;
    }
    return this.full;
  }

  get full(): boolean {
    return this.stopped || this.issues.length >= MOST_ISSUES;
  }

  /** `Bundle.entry[2].resource.birthDate` */
  expression(child?: string): string {
    let text = this.root;
    for (const step of this.steps) text += typeof step === 'number' ? `[${step}]` : `.${step}`;
    return child === undefined ? text : `${text}.${child}`;
  }

  error(code: IssueType, rule: string, text: string, child?: string): void {
    this.report('error', code, rule, text, child);
  }

  report(severity: Issue['severity'], code: IssueType, rule: string, text: string, child?: string): void {
    if (this.full) return;
    const isLast = this.issues.length === MOST_ISSUES - 1;
    this.issues.push(
      isLast
        ? {
            severity,
            code: 'too-costly',
            expression: this.root,
            text: 'has more faults than are listed',
            rule: 'too-many',
          }
        : { severity, code, expression: this.expression(child), text, rule },
    );
  }
}
