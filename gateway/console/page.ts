/** The plain page at `/`: what runs, and where to go. Nothing on it is about a patient or counts one. */
import { addressOf, urlOption } from '../address.ts';
import type { RegionFile } from '../regions/region.ts';
import { STYLE } from './style.ts';
import { WORDS, type Language } from './words.ts';

export interface Shown {
  readonly language: Language;
  readonly region: RegionFile;
  readonly version: string;
  readonly ready: boolean;
  /** Where it answers, as a program on its machine calls it: `http://127.0.0.1:8080`. */
  readonly http: string;
  readonly mllp: { readonly host: string; readonly port: number } | null;
  readonly hasSandbox: boolean;
}

/** A whole HTML document, every value escaped. */
export function page(shown: Shown): string {
  const { language, region, version, ready } = shown;
  const words = WORDS[language];
  const other = language === 'nl' ? 'en' : 'nl';
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(words.title)} · ${escape(region.name)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header><h1>${escape(words.title)}</h1><a href="/?lang=${other}" hreflang="${other}" lang="${other}">${words.other}</a></header>
<p class="lead">${escape(words.lead)}</p>
<p class="state${ready ? '' : ' away'}" role="status"><span class="dot"></span>${escape(ready ? words.ready : words.notReady)}</p>
<p>${escape(words.runsFor)} <strong>${escape(region.name)}</strong> <span class="soft">(<code>${escape(region.id)}</code>, ${escape(version)})</span></p>
<ul>${wijkklinieken(region, words)}</ul>
<section>
<h2>${escape(words.doors)}</h2>
<table>
<thead><tr><th>${escape(words.door)}</th><th>${escape(words.takes)}</th></tr></thead>
<tbody>
${doors(shown)}
</tbody>
</table>
</section>
<section>
<h2>${escape(words.watch)}</h2>
<ul>
${link('/messages', words.messages, words.messagesSay)}
${link('/destinations', words.destinations, words.destinationsSay)}
${link('/enrolments', words.enrolments, words.enrolmentsSay)}
${link('/reconciliation', words.reconciliation, words.reconciliationSays)}
${link('/metrics', words.metrics, words.metricsSay)}
</ul>
<p class="soft">${escape(words.keys)}</p>
</section>
<section>
<h2>${escape(words.build)}</h2>
<ul>
${link('/openapi.json', '/openapi.json', words.openapi)}
${link('/fhir/metadata', '/fhir/metadata', words.metadata)}
${shown.hasSandbox ? link('/sandbox/hospital/messages', '/sandbox/hospital/messages', words.received) : ''}
</ul>
${shown.hasSandbox ? command(words.demo, `npm run gateway -- demo${urlOption(shown.http)}`) : ''}
${command(words.explain, 'npm run gateway -- map FILE --explain')}
</section>
</main>
</body>
</html>
`;
}

function wijkklinieken({ wijkkliniek, parties }: RegionFile, words: (typeof WORDS)[Language]): string {
  return [wijkkliniek]
    .flat()
    .map(({ id, party, beds }) => {
      const organisation = parties.find((one) => one.id === party)?.name ?? party;
      const size = beds === null ? words.bedsUnknown : `${beds} ${words.beds}`;
      return `<li><code>${escape(id)}</code> · ${escape(organisation)} · ${escape(size)}</li>`;
    })
    .join('\n');
}

function doors({ language, mllp }: Shown): string {
  const words = WORDS[language];
  const rows: [string, string][] = [
    ['POST /fhir', words.fhirTakes],
    ['POST /fhir/$process-message', words.messageTakes],
    ['GET, PUT /fhir/Task', words.taskTakes],
    ['POST /fhir/$validate', words.validateTakes],
    ['POST /hl7v2', words.hl7Takes],
    ['POST /transfers', words.transfersTakes],
  ];
  if (mllp !== null) rows.push([`mllp://${addressOf(mllp.host, mllp.port)}`, words.mllpTakes]);
  return rows
    .map(([door, takes]) => `<tr><td><code>${escape(door)}</code></td><td>${escape(takes)}</td></tr>`)
    .join('\n');
}

const link = (href: string, label: string, says: string): string =>
  `<li><a href="${escape(href)}">${escape(label)}</a> <span class="soft">${escape(says)}</span></li>`;

const command = (says: string, text: string): string => `<p>${escape(says)}</p><pre><code>${escape(text)}</code></pre>`;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escape = (text: string): string => text.replace(/[&<>"']/g, (one) => ENTITIES[one] ?? one);
