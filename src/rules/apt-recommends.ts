import { neededBy } from '../packages/dependencies.ts'
import { claimsByLayer } from './claims.ts'
import type { Evidence } from './evidence.ts'
import { filesOwnedBy, nameList, ownersOf } from './package-owners.ts'
import type { Claim, Installed } from './rule.ts'

const APT: Installed = { installer: { name: 'apt' }, links: [], shorter: [], exact: false }

/** The files of packages that nobody asked for and that nothing needs: others recommend or suggest them. */
export function* onlyRecommended(evidence: Evidence): Generator<Claim> {
  // Without apt's record nobody knows what was asked for.
  if (evidence.live('var/lib/apt/extended_states') === undefined) return
  const { packages, ownerOf } = ownersOf(evidence)
  const all = packages.filter(({ ecosystem }) => ecosystem === 'dpkg')
  if (!all.some(({ relations }) => relations?.auto !== undefined)) return
  const roots = all.filter(({ relations }) => relations?.essential === true || relations?.auto !== true)
  const needed = neededBy(all, roots)
  const extra = new Set(all.filter((one) => !needed.has(one)))
  for (const claim of claimsByLayer(filesOwnedBy(evidence, extra), evidence)) {
    const owners = new Set(claim.files.map(({ node }) => ownerOf(node)).filter((one) => one !== undefined))
    yield { ...claim, detail: nameList([...owners]), installed: APT }
  }
}
