/** What every ledger must do, whatever keeps it. A second engine runs the same sentences. */
import type { Ledger } from '../../../gateway/ledger/ledger.ts';
import { describeClaims } from './contract/claims.ts';
import { describeContents } from './contract/contents.ts';
import { describeDisclosed } from './contract/disclosed.ts';
import { describeKeeping } from './contract/keeping.ts';
import { describeLanes } from './contract/lanes.ts';
import { describeMessages } from './contract/messages.ts';
import { describePatients } from './contract/patients.ts';
import { describeSearch } from './contract/search.ts';
import { describeSettling } from './contract/settling.ts';
import { describeStatus } from './contract/status.ts';
import { describeTasks } from './contract/tasks.ts';
import { describeUnits } from './contract/units.ts';
import { describeUnmapped } from './contract/unmapped.ts';

/** `open` gives a new, empty ledger each time. */
export function describeLedger(name: string, open: () => Promise<Ledger>): void {
  describe(name, () => {
    let ledger: Ledger;
    beforeEach(async () => {
      ledger = await open();
    });
    afterEach(() => ledger.close());
    const parts = [
      describeUnits,
      describeMessages,
      describeSearch,
      describeContents,
      describeLanes,
      describeClaims,
      describeSettling,
      describeStatus,
      describePatients,
      describeTasks,
      describeUnmapped,
      describeDisclosed,
      describeKeeping,
    ];
    for (const part of parts) part(() => ledger);
  });
}
