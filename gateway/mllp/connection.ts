/** One MLLP connection: messages in, acknowledgements out in the order of the messages. */
import type { Socket } from 'node:net';
import { frameBytes } from '../../mappings/hl7v2/frame.ts';
import type { ByteBudget } from '../budget.ts';
import { isLoopback } from '../config.ts';
import type { Credentials } from '../intake/receive.ts';
import { answerV2, type AnswerV2 } from './answer.ts';
import type { MllpDeps } from './deps.ts';
import { Line } from './line.ts';
import { leave, untilDrained } from './socket.ts';
import { MessageStream, type Cut } from './stream.ts';

/** Messages of one connection under way at once: enough to fill a commit, few enough to bound memory. */
const AT_ONCE = 32;
export class Connection {
  readonly #socket: Socket;
  readonly #deps: MllpDeps;
  readonly #stream: MessageStream;
  readonly #credentials: Credentials;
  readonly #line: Line;
  /** Cut from the stream, not yet given to intake. */
  readonly #queue: Cut[] = [];
  /** Settles when everything begun so far has been answered. */
  #answered: Promise<void> = Promise.resolve();
  #inFlight = 0;
  /** Nothing more is read: the peer has ended, the gateway stops, or an answer could not be given. */
  #ending = false;

  constructor(socket: Socket, deps: MllpDeps, budget: ByteBudget) {
    this.#socket = socket;
    this.#deps = deps;
    this.#stream = new MessageStream(deps.maxBytes, budget);
    this.#line = new Line(deps.receive, {
      ms: deps.roomMs,
      over: () => this.#ending,
      changed: () => this.#pump(),
    });
    this.#credentials = { bearer: null, xSource: null, loopback: isLoopback(socket.remoteAddress ?? '') };
    socket.setTimeout(deps.idleMs);
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('timeout', () => this.#timedOut());
    // A peer that vanishes takes nothing with it: what it sent whole is stored, and it will ask again.
    socket.on('error', () => socket.destroy());
    socket.on('end', () => {
      if (this.#stream.pending()) this.#note('mllp.broken-off', 'ended-within-a-message');
      this.finish();
    });
    socket.on('close', () => {
      this.#ending = true;
      this.#dropQueue();
      this.#stream.forget();
    });
  }

  /** Takes nothing more, answers what is under way, ends. */
  finish(): void {
    this.#ending = true;
    void this.#untilAnswered().then(() => leave(this.#socket));
  }

  cut(reason: string): void {
    this.#note('mllp.cut', reason);
    this.#socket.destroy();
  }

  /** An answer given makes room to begin more from the queue: waits until nothing is left. */
  async #untilAnswered(): Promise<void> {
    while (this.#inFlight > 0) await this.#answered;
  }

  #take(chunk: Buffer): void {
    if (this.#ending) return;
    const { cuts, garbage, fault } = this.#stream.push(chunk);
    if (garbage) this.#note('mllp.garbage', 'bytes-outside-a-frame');
    if (fault !== null && fault !== 'not-mllp') return this.cut(fault);
    this.#queue.push(...cuts);
    if (fault === 'not-mllp') {
      this.#note('mllp.cut', fault);
      this.#pump();
      return this.finish();
    }
    this.#arm();
    this.#pump();
  }

  /** Starts the wait for the peer anew; any traffic does so too. */
  #arm(): void {
    this.#socket.setTimeout(this.#stream.owes() ? this.#deps.frameMs : this.#deps.idleMs);
  }

  #timedOut(): void {
    const waitsForUs = this.#inFlight > 0 && this.#socket.writableLength === 0;
    if (waitsForUs) this.#arm();
    else this.cut(this.#stream.pending() ? 'no-end-of-message' : 'idle');
  }

  #pump(): void {
    while (this.#inFlight < AT_ONCE && !this.#line.isWaiting) {
      const next = this.#queue.shift();
      if (next === undefined) break;
      this.#begin(next);
    }
    if (this.#ending || (this.#inFlight < AT_ONCE && !this.#line.isWaiting)) this.#socket.resume();
    else this.#socket.pause();
  }

  /** Hands one message to intake now; its answer waits for those before it. */
  #begin(cut: Cut): void {
    this.#inFlight += 1;
    const answer = this.#receive(cut);
    this.#answered = this.#answered.then(async () => {
      await this.#tell(await answer);
      this.#stream.release(cut);
      this.#inFlight -= 1;
      this.#pump();
    });
  }

  async #receive(cut: Cut): Promise<AnswerV2> {
    const { clock, log, tracing } = this.#deps;
    const bytes = cut.kind === 'frame' ? cut.bytes : cut.head;
    const span = tracing?.start('door', null, { door: 'mllp' });
    try {
      const received = await this.#line.enter({
        door: 'mllp',
        bytes,
        ...(cut.kind === 'too-large' ? { tooLarge: true } : {}),
        mediaType: 'application/hl7-v2',
        credentials: this.#credentials,
        traceparent: span?.traceparent ?? null,
      });
      return answerV2(bytes, received, clock.now());
    } catch (error) {
      log.failure('mllp.receive', error, { door: 'mllp' });
      return { kind: 'close' };
    } finally {
      span?.end();
    }
  }

  async #tell(answer: AnswerV2): Promise<void> {
    const socket = this.#socket;
    if (!socket.writable || answer.kind === 'silent') return;
    if (answer.kind === 'close') {
      // What came before has its answer; what came after gets none, and will be sent again.
      this.#note('mllp.closed', 'no-acknowledgement');
      this.#ending = true;
      this.#dropQueue();
      return leave(socket);
    }
    this.#together();
    // A peer that does not read its acknowledgements is not sent more of them, nor read from.
    if (!socket.write(frameBytes(answer.bytes))) await untilDrained(socket);
  }

  /** Answers of one commit leave in one packet. */
  #together(): void {
    if (this.#socket.writableCorked > 0) return;
    this.#socket.cork();
    setImmediate(() => this.#socket.uncork());
  }

  #dropQueue(): void {
    for (const cut of this.#queue.splice(0)) this.#stream.release(cut);
  }

  #note(event: string, reason: string): void {
    this.#deps.log.event(event, { door: 'mllp', reason, host: this.#socket.remoteAddress }, 'warn');
  }
}
