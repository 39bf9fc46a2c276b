/** The command line. Results on standard output, words on standard error; each command loads only what it needs. */
import { Command, CommanderError, Option } from 'commander';
import { VERSION } from '../version.ts';
import { atGateway } from './at-gateway.ts';
import { defineTerminology } from './define-terminology.ts';
import type { MapOptions } from './map.ts';
import { EXIT, say, surviveClosedPipes, type Exit } from './print.ts';
import type { ReplayOptions } from './replay.ts';
import type { TestOptions } from './test.ts';
import type { MessagesOptions } from './track.ts';
import type { ValidateOptions } from './validate.ts';

/** Runs one command line (without `node` and the bin) and returns its exit code. */
export async function run(args: readonly string[]): Promise<number> {
  surviveClosedPipes();
  let exit: Exit = EXIT.ok;
  const program = build((code) => {
    exit = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exit;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
}

type Done = (exit: Exit) => void;
type Define = (name: string, description: string) => Command;

function build(done: Done): Command {
  const program = new Command('wijkkliniek-gateway')
    .description(
      'Brings patients’ data from the hospital to the wijkkliniek: HL7 v2, FHIR and JSON in, Dutch FHIR R4 out.',
    )
    .version(VERSION)
    .exitOverride()
    .showHelpAfterError('(--help shows how)')
    .configureOutput({ writeErr: (text) => say(text.trimEnd()) })
    .addHelpText(
      'after',
      '\nExit: 0 well, 1 refused or different, 2 wrong usage or an unreadable file, 3 unreachable.',
    );
  const command: Define = (name, description) =>
    program.command(name).description(description).allowExcessArguments(false).copyInheritedSettings(program);
  running(command, done);
  offline(command, done);
  partners(command, done);
  tracking(command, done);
  defineTerminology(command('terminology', 'codes without a translation, and giving them one'), URL_OPTION, done);
  command('completion', 'prints the shell completion: source <(wijkkliniek-gateway completion bash)')
    .argument('<shell>', 'bash or zsh')
    .action(async (shell: string) => {
      const { completionCommand } = await import('./completion.ts');
      done(completionCommand(shell, program));
    });
  return program;
}

function running(command: Define, done: Done): void {
  command('serve', 'runs the gateway')
    .option('--config <file>', 'region file (default CONFIG, else the sandbox)')
    .action(async (options: { config?: string }) => {
      const { serveCommand } = await import('./serve.ts');
      done(await serveCommand(options));
    });
  command('work', 'delivers what serve accepted; for several processes on one PostgreSQL')
    .option('--config <file>', 'region file (default CONFIG)')
    .action(async (options: { config?: string }) => {
      const { workCommand } = await import('./work.ts');
      done(await workCommand(options));
    });
  command('doctor', 'checks configuration, keys, database, Redis, destinations, certificates and clock')
    .option('--config <file>', 'region file (default CONFIG, else the sandbox)')
    .action(async (options: { config?: string }) => {
      const { doctorCommand } = await import('./doctor.ts');
      done(await doctorCommand(options));
    });
  command('backup', 'copies the SQLite ledger while the gateway goes on')
    .argument('<file>', 'the copy, which must not be there yet')
    .action(async (file: string) => {
      const { backupCommand } = await import('./backup.ts');
      done(await backupCommand(file));
    });
}

function offline(command: Define, done: Done): void {
  const forRegion: Define = (name, description) =>
    command(name, description)
      .option('--region <file>', 'for this coalition; without it, rules that need one are left out')
      .option('--source <id>', 'as if this source of the region had sent it');
  const FILES = 'HL7 v2 (also framed, or a batch), FHIR JSON or XML, transfer JSON; - is standard input';
  forRegion('map', 'prints the FHIR R4 Bundle each message becomes')
    .argument('<file...>', FILES)
    .option('--explain', 'where every value came from, instead of the Bundle')
    .addOption(
      new Option('--as <standard>', 'hl7v2: the message for a partner that takes no FHIR, as the region has it')
        .choices(['fhir', 'hl7v2'])
        .default('fhir'),
    )
    .addOption(
      new Option('--format <format>', 'table: what the message says beside what it becomes; with its values')
        .choices(['json', 'table'])
        .default('json'),
    )
    .action(async (files: string[], options: MapOptions) => {
      const { mapCommand } = await import('./map.ts');
      done(await mapCommand(files, options));
    });
  forRegion('validate', 'proves files against R4, their profiles and our rules')
    .argument('<file...>', `${FILES}. What is no FHIR is mapped first`)
    .option('--package <dir-or-tgz>', 'FHIR package to find profiles in (repeatable)', collect, [])
    .option('--profile <url>', 'a profile the resource must meet, beside those it claims')
    .action(async (files: string[], options: ValidateOptions) => {
      const { validateCommand } = await import('./validate.ts');
      done(await validateCommand(files, options));
    });
  forRegion('test', 'runs a folder of samples: x.hl7, x.json or x.xml with x.expected.json beside it')
    .argument('<dir>', 'folder of samples, folders within it too')
    .option('--update', 'write what is made as what is expected')
    .option('--watch', 'again after every change, until Ctrl-C')
    .action(async (folder: string, options: TestOptions & { watch?: boolean }) => {
      const { testCommand, testOnChange } = await import('./test.ts');
      done(await (options.watch === true ? testOnChange : testCommand)(folder, options));
    });
}

const collect = (value: string, values: readonly string[]): string[] => [...values, value];

const URL_OPTION = ['--url <url>', 'where the gateway answers (default GATEWAY_URL, else the local gateway)'] as const;

function partners(command: Define, done: Done): void {
  command('send', 'sends files as a partner would and prints the answer')
    .argument('<file...>', 'files, in this order; - is standard input')
    .option('--to <url>', 'http://host:port, a door’s URL, or mllp://host:port (default GATEWAY_URL)')
    .option('--source <id>', 'who to be in the sandbox (X-Source)')
    .option('--key-env <name>', 'environment variable that holds the source’s key (default GATEWAY_KEY)')
    .action(async (files: string[], options: { to?: string; source?: string; keyEnv?: string }) => {
      const at = atGateway(options.to, ['http:', 'https:', 'mllp:']);
      if (at === null) return done(EXIT.usage);
      const key = options.keyEnv === undefined ? at.senderKey : at.secret(options.keyEnv);
      if (options.keyEnv !== undefined && key === undefined) {
        say(`the environment variable ${options.keyEnv} is not set`);
        return done(EXIT.usage);
      }
      const { sendCommand } = await import('./send.ts');
      done(await sendCommand(files, { to: at.url, key, source: options.source }));
    });
  command('demo', 'plays a patient’s journey against a running gateway on the sandbox')
    .option(...URL_OPTION)
    .action(async (options: { url?: string }) => {
      const at = atGateway(options.url);
      if (at === null) return done(EXIT.usage);
      const { demoCommand } = await import('./demo.ts');
      done(await demoCommand(at.api));
    });
}

interface Tracked {
  readonly url?: string;
  readonly json?: boolean;
}

function tracking(command: Define, done: Done): void {
  const tracked: Define = (name, description) =>
    command(name, description)
      .option(...URL_OPTION)
      .option('--json', 'the API’s own answer');
  const messages = tracked('messages', 'lists messages, newest first');
  for (const [flag, words] of FILTERS) messages.option(flag, words);
  messages.action(async (options: MessagesOptions & Tracked) => {
    const at = atGateway(options.url);
    if (at === null) return done(EXIT.usage);
    const { messagesCommand } = await import('./track.ts');
    done(await messagesCommand(at.api, options));
  });
  tracked('show', 'what became of one message')
    .argument('<id>')
    .action(async (id: string, options: Tracked) => {
      const at = atGateway(options.url);
      if (at === null) return done(EXIT.usage);
      const { showCommand } = await import('./track.ts');
      done(await showCommand(at.api, id, options));
    });
  tracked('destinations', 'who can be reached, and what waits there').action(async (options: Tracked) => {
    const at = atGateway(options.url);
    if (at === null) return done(EXIT.usage);
    const { destinationsCommand } = await import('./destinations.ts');
    done(await destinationsCommand(at.api, options));
  });
  for (const which of ['pause', 'resume'] as const) {
    const words =
      which === 'pause' ? 'sends nothing to a destination until it is resumed' : 'sends to it again, in order';
    tracked(which, words)
      .argument('<destination>')
      .action(async (id: string, options: Tracked) => {
        const at = atGateway(options.url);
        if (at === null) return done(EXIT.usage);
        const { turnCommand } = await import('./destinations.ts');
        done(await turnCommand(at.api, which, id, options));
      });
  }
  const replay = tracked('replay', 'delivers messages again: by id, or all that a filter finds, the oldest first')
    .argument('[id...]')
    .option('--destination <id>', 'with a delivery there, of the status asked for; sent to it alone')
    .option('--mapping <which>', 'current (default), or original: the stored output')
    .option('--force', 'also when a newer message changed the same thing')
    .option('--dry-run', 'sends nothing: shows what the current mapping makes otherwise');
  for (const [flag, words] of FILTERS) {
    replay.option(flag, flag.startsWith('--limit') ? 'at most so many in all (default: all that are found)' : words);
  }
  replay.action(async (ids: string[], options: Tracked & ReplayOptions) => {
    const at = atGateway(options.url);
    if (at === null) return done(EXIT.usage);
    const { replayCommand } = await import('./replay.ts');
    done(await replayCommand(at.api, ids, options));
  });
}

/** The query parameters of GET /messages, and the one that only a body may carry. */
const FILTERS: readonly (readonly [string, string])[] = [
  ['--status <status>', 'refused, held, expired, parked, unrouted, pending, dead or delivered'],
  ['--flow <flow>', 'transfer-request, lab-result, …'],
  ['--source <id>', 'who sent it'],
  ['--type <type>', 'ORU^R01, Bundle/transaction, transfer, …'],
  ['--control-id <id>', 'MSH-10, Bundle.identifier, MessageHeader.id or requestId'],
  ['--since <instant>', '2026-11-20T14:05:00+01:00'],
  ['--until <instant>', 'the same'],
  ['--limit <n>', 'how many (1 to 200, default 50)'],
  ['--cursor <cursor>', 'go on where a page ended'],
  ['--bsn <bsn>', 'of this patient; - reads it from standard input, so that it stands in no history'],
];
