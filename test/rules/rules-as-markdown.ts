import { RULES } from '../../src/rules/catalogue.ts'

/** The table of rules as the README shows it, between its `rules` comments. */
export function rulesAsMarkdown(): string {
  const rows = RULES.map(({ id, title, severity, safety, techniques }) => {
    return `| \`${id}\` | ${title} | ${severity} | ${safety} | ${techniques.join(', ')} |`
  })
  return ['| rule | what it finds | severity | fix | technique |', '|---|---|---|---|---|', ...rows].join('\n')
}
