import { embeddedQueue } from '../../../workers/queue/embedded.ts';
import { describeQueue } from './contract.ts';

describeQueue('the queue within one process', embeddedQueue);
