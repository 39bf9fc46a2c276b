/** `terminology unmapped` and `terminology add`: what waits for a translation, and giving it one. */
import type { Command } from 'commander';
import { atGateway } from './at-gateway.ts';
import { EXIT, type Exit } from './print.ts';
import type { AddOptions, UnmappedOptions } from './terminology.ts';

export function defineTerminology(
  terminology: Command,
  urlOption: readonly [string, string],
  done: (exit: Exit) => void,
) {
  const command = (name: string, description: string): Command =>
    terminology.command(name).description(description).allowExcessArguments(false).copyInheritedSettings(terminology);
  command('unmapped', 'codes that came without a translation, the newest found first')
    .option(...urlOption)
    .option('--json', 'the API’s own answer')
    .option('--source <id>', 'of this source')
    .option('--limit <n>', 'how many (1 to 200, default 50)')
    .option('--cursor <cursor>', 'go on where a page ended')
    .action(async (options: UnmappedOptions & { url?: string }) => {
      const at = atGateway(options.url);
      if (at === null) return done(EXIT.usage);
      const { unmappedCommand } = await import('./terminology.ts');
      done(await unmappedCommand(at.api, options));
    });
  command(
    'add',
    'adds a row to a ConceptMap file; it counts from the next start of a gateway whose region names the file',
  )
    .requiredOption('--map <file>', 'ConceptMap; made when it is not there')
    .requiredOption('--source-code <system|code>', "the sender's own: 'L|266', or '|code' for a unit without a system")
    .requiredOption('--target <system|code>', "what it is called elsewhere: 'http://loinc.org|2823-3'")
    .option('--display <words>', 'words for the target')
    .action(async (options: AddOptions) => {
      const { addCommand } = await import('./terminology.ts');
      done(await addCommand(options));
    });
}
