/** The command line. Results on standard output, words on standard error; exit codes as CONTRACT §1. */
import { Command, CommanderError } from 'commander';
import { readConfig } from '../config.ts';
import { VERSION } from '../main.ts';
import type { Api } from './api.ts';
import { demoCommand } from './demo.ts';
import { doctorCommand } from './doctor.ts';
import { mapCommand, type MapOptions } from './map.ts';
import { EXIT, say, type Exit } from './print.ts';
import { sendCommand } from './send.ts';
import { serveCommand } from './serve.ts';
import { testCommand, type TestOptions } from './test.ts';
import { messagesCommand, replayCommand, showCommand, type MessagesOptions } from './track.ts';
import { validateCommand, type ValidateOptions } from './validate.ts';

/** Runs one command line (without `node` and the bin) and returns its exit code. */
export async function run(args: readonly string[]): Promise<number> {
  let exit: Exit = EXIT.ok;
  const done = (code: Exit): void => {
    exit = code;
  };
  const program = build(done);
  try {
    await program.parseAsync(args, { from: 'user' });
    return exit;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
}

const collect = (value: string, values: readonly string[]): string[] => [...values, value];

function build(done: (exit: Exit) => void): Command {
  const program = new Command('wijkkliniek-gateway')
    .description(
      'Brings patients’ data from the hospital to the wijkkliniek: HL7 v2, FHIR and JSON in, Dutch FHIR R4 out.',
    )
    .version(VERSION)
    .exitOverride()
    .showHelpAfterError('(--help shows how)')
    .configureOutput({ writeErr: (text) => say(text.trimEnd()) });
  const command = (name: string, description: string): Command =>
    program.command(name).description(description).exitOverride().allowExcessArguments(false);
  const tracked = (name: string, description: string): Command =>
    command(name, description)
      .option('--url <url>', 'where the gateway answers (default GATEWAY_URL, else the local gateway)')
      .option('--json', 'the API’s own answer');

  command('serve', 'runs the gateway')
    .option('--config <file>', 'region file (default CONFIG, else the sandbox)')
    .action(async (options: { config?: string }) => done(await serveCommand(options)));
  command('map', 'prints the FHIR R4 Bundle each message becomes')
    .argument('<file...>', 'HL7 v2, FHIR JSON or transfer JSON; - is standard input')
    .option('--region <file>', 'map for this coalition')
    .option('--source <id>', 'as if this source had sent it')
    .option('--explain', 'where every value came from, instead of the Bundle')
    .action(async (files: string[], options: MapOptions) => done(await mapCommand(files, options)));
  command('validate', 'proves files against R4, their profiles and our rules')
    .argument('<file...>', 'files; - is standard input')
    .option('--package <dir-or-tgz>', 'FHIR package to resolve profiles from (repeatable)', collect, [])
    .option('--profile <url>', 'a profile every resource must meet')
    .option('--region <file>', 'with the rules of this coalition')
    .option('--source <id>', 'as if this source had sent it')
    .action(async (files: string[], options: ValidateOptions) => done(await validateCommand(files, options)));
  command('test', 'runs a folder of samples: x.hl7 or x.json with x.expected.json beside it')
    .argument('<dir>', 'folder of samples')
    .option('--update', 'write what is made as what is expected')
    .option('--region <file>', 'map for this coalition')
    .option('--source <id>', 'as if this source had sent it')
    .action(async (folder: string, options: TestOptions) => done(await testCommand(folder, options)));
  command('send', 'sends files as a partner would and prints the answer')
    .argument('<file...>', 'files; - is standard input')
    .option('--to <url>', 'http://host:port, a door’s URL, or mllp://host:port (default GATEWAY_URL)')
    .option('--source <id>', 'who to be in the sandbox (X-Source)')
    .action(async (files: string[], options: { to?: string; source?: string }) => {
      const api = local(options.to);
      const source = options.source === undefined ? {} : { source: options.source };
      done(await sendCommand(files, { to: api.url, key: api.key, ...source }));
    });
  command('demo', 'plays a patient’s journey against a running gateway on the sandbox')
    .option('--url <url>', 'where the gateway answers (default GATEWAY_URL, else the local gateway)')
    .action(async (options: { url?: string }) => done(await demoCommand(local(options.url))));
  const messages = tracked('messages', 'lists messages, newest first');
  for (const filter of ['status', 'flow', 'source', 'type', 'control-id', 'since', 'until', 'limit', 'cursor', 'bsn']) {
    messages.option(`--${filter} <value>`);
  }
  messages.action(async (options: MessagesOptions & { url?: string }) =>
    done(await messagesCommand(local(options.url), options)),
  );
  tracked('show', 'what became of one message')
    .argument('<id>')
    .action(async (id: string, options: { url?: string; json?: boolean }) =>
      done(await showCommand(local(options.url), id, options)),
    );
  tracked('replay', 'sends messages again')
    .argument('<id...>')
    .option('--mapping <which>', 'current (default) or original')
    .option('--force', 'also when a newer message changed the same thing')
    .action(async (ids: string[], options: { url?: string; json?: boolean; mapping?: string; force?: boolean }) =>
      done(await replayCommand(local(options.url), ids, options)),
    );
  command('doctor', 'checks configuration, database, keys, destinations, certificates and clock')
    .option('--config <file>', 'region file (default CONFIG, else the sandbox)')
    .action(async (options: { config?: string }) => done(await doctorCommand(options)));
  return program;
}

/** Where the gateway answers: as told, else GATEWAY_URL, else this machine. */
function local(url: string | undefined): Api {
  const read = readConfig();
  if (read.ok) return { url: url ?? read.config.gatewayUrl, key: read.config.gatewayKey };
  return { url: url ?? 'http://127.0.0.1:8080', key: undefined };
}
