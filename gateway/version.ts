/** The version of the product, as package.json says it; apart, so that asking for it starts nothing. */
import packageFile from '../package.json' with { type: 'json' };

export const VERSION = packageFile.version;
