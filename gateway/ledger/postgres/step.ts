/** One change of the schema. */
export interface Step {
  readonly sql: string;
  /** True when programs that do not know this step cannot work beside it. */
  readonly breaks: boolean;
}
