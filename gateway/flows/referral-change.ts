/** What a proved REF^I13, REF^I14 or RRI^I12 changes in the transfer it names. */
import { conditionalUrl } from '../../mappings/identity.ts';
import type { Message } from '../../mappings/hl7v2/message.ts';
import type { MappingContext } from '../../mappings/mapping.ts';
import { referralChange } from '../../mappings/referral-v2/answer.ts';
import { referralStepOf } from '../../mappings/referral-v2/step.ts';
import { WK_CODES } from '../../profiles/canonical.ts';
import type { TransferChange } from '../transfer/change.ts';

const AT = 'RF1-6';

export function stepChange(message: Message, context: MappingContext): TransferChange {
  const step = referralStepOf(message, context);
  if (step === undefined) throw new Error('a referral step was proved that names none');
  const { code, text } = step.reason ?? {};
  const reason =
    step.reason === undefined
      ? null
      : {
          ...(code === undefined ? {} : { coding: [{ system: WK_CODES, code }] }),
          ...(text === undefined ? {} : { text }),
        };
  return { kind: 'step', of: step.of, at: AT, status: step.status, reason };
}

export function contentChange(message: Message, context: MappingContext): TransferChange {
  const change = referralChange(message, context.source);
  const of = change === undefined || 'issues' in change ? [] : [conditionalUrl('ServiceRequest', change.request)];
  return { kind: 'content', of, at: AT, taskId: context.taskId ?? '' };
}
