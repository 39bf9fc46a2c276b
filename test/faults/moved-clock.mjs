// Imported first into a process whose wall clock is to be moved: every Date of it is as many milliseconds off as the
// file says that CLOCK_FILE names, looked at ten times a second.
import { readFileSync } from 'node:fs';

const RealDate = Date;
let offset = 0;
const look = () => {
  try {
    offset = Number(readFileSync(process.env.CLOCK_FILE, 'utf8')) || 0;
  } catch {
    // Not there yet, or on a disk that is full: the clock stays as it is.
  }
};
look();
setInterval(look, 100).unref();

globalThis.Date = class Date extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + offset);
    else super(...given);
  }

  static now() {
    return RealDate.now() + offset;
  }
};
