import type { Ledger } from '../../../../gateway/ledger/ledger.ts';
import { delivery, message, NOW, settle, take } from '../samples.ts';
import { dead } from './lanes.ts';

const NAME = 'Patient?identifier=http://fhir.nl/fhir/NamingSystem/bsn|999900006';

export function describeDisclosed(ledger: () => Ledger): void {
  const told = async (text: string, destination = 'ecd'): Promise<{ messageId: string; deliveryId: string }> => {
    const m = message();
    const body = { mediaType: 'application/fhir+json', bytes: Buffer.from(text) };
    const d = delivery(m.id, { destination, body, discloses: [NAME, 'Patient/1', NAME] });
    await ledger().write(async (tx) => {
      await tx.insertMessage(m);
      await tx.insertDelivery(d);
      await tx.refreshStatus(m.id);
    });
    return { messageId: m.id, deliveryId: d.id };
  };
  const read = async (destinations: readonly string[], name = NAME): Promise<string | null> => {
    const found = await ledger().disclosed(destinations, name);
    return found && Buffer.from(found.body.bytes).toString();
  };

  describe('what was disclosed', () => {
    test('is found by each of its names, as it was told last', async () => {
      await told('first');
      await told('second');
      expect(await read(['ecd'])).toBe('second');
      expect(await read(['ecd'], 'Patient/1')).toBe('second');
      expect(await read(['ecd'], 'Patient/2')).toBeNull();
      expect(await ledger().disclosed(['ecd'], NAME)).toMatchObject({ seq: 2, at: NOW });
    });

    test('is found by the destinations it went to alone', async () => {
      await told('for the hospital', 'hospital');
      expect(await read(['ecd'])).toBeNull();
      expect(await read([])).toBeNull();
      expect(await read(['ecd', 'hospital'])).toBe('for the hospital');
    });

    test('is not what was cancelled or never arrived', async () => {
      const { messageId } = await told('cancelled');
      await ledger().write((tx) => tx.cancelOpenDeliveries(messageId, NOW));
      expect(await read(['ecd'])).toBeNull();
      const { deliveryId } = await told('dead');
      await take(ledger(), { limit: 1 });
      await settle(ledger(), deliveryId, dead);
      expect(await read(['ecd'])).toBeNull();
    });
  });
}
