/** Which of the long forms is asked for. */
import { long } from './long.ts';
import { rates } from './rates.ts';

export const run = ([form = '', ...args]: string[], tell: (line: string) => void): Promise<number> =>
  form === 'rates' ? rates(args, tell) : long(args, tell);
