/** A reference as Docker shows it: without the registry and the repository that it assumes where none is written. */
export function familiarName(reference: string): string {
  return reference.replace(/^(?:index\.)?docker\.io\/(?:library\/)?/, '')
}
