import { describeLedger } from './contract.ts';
import { openTemporary } from './sqlite/open-temporary.ts';

describeLedger('the ledger on SQLite', () => openTemporary());
