import { neededBy, onlyNeededBy } from '../packages/dependencies.ts'
import type { OwnedPackage } from '../packages/owners.ts'
import { normalName } from '../packages/pip.ts'
import { claimsByLayer } from './claims.ts'
import type { Evidence } from './evidence.ts'
import { filesOwnedBy, nameList, ownersOf } from './package-owners.ts'
import { type NamingFile, pythonInstaller } from './python-installer.ts'
import {
  PYTHON_PROJECTS,
  REQUIREMENTS_DIRECTORY,
  REQUIREMENTS_PARTS,
  readProject,
  readRequirements,
} from './python-requirements.ts'
import { roleOf, runs } from './role.ts'
import type { Claim } from './rule.ts'
import { sightingsOf } from './sightings.ts'

/** What needs them when the container runs. */
const TOOLS = runs('pytest|py\\.test|tox|nox|mypy|ruff|black|coverage|flake8|pylint|sphinx-\\w+|pre-commit')

/** The files of distributions that a project names for development only, and of those that only these need. */
export function* installedForDevelopment(evidence: Evidence): Generator<Claim> {
  const { isRuntime, start } = roleOf(evidence)
  if (!isRuntime || TOOLS.test(start)) return
  const named = namedByProjects(evidence)
  const needed = new Set(named.flatMap((one) => one.needed))
  const dev = new Set(named.flatMap((one) => one.dev).filter((name) => !needed.has(name)))
  if (dev.size === 0) return
  const { packages, ownerOf } = ownersOf(evidence)
  const installed = packages.filter(({ ecosystem }) => ecosystem === 'pip')
  const chosen = installed.filter(({ name }) => dev.has(normalName(name)))
  const only = onlyNeededBy(installed, chosen, ({ name }) => needed.has(normalName(name)))
  const elsewhere = neededBy(
    installed,
    installed.filter((one) => !only.has(one)),
  )
  const extra = new Set<OwnedPackage>([...only].filter((one) => !elsewhere.has(one)))
  const installer = pythonInstaller(named.filter((one) => one.dev.length > 0))
  const told = { installer, links: [], shorter: [], exact: false }
  for (const claim of claimsByLayer(filesOwnedBy(evidence, extra), evidence)) {
    const owners = new Set(claim.files.map(({ node }) => ownerOf(node)).filter((one) => one !== undefined))
    yield { ...claim, detail: nameList([...owners]), installed: told }
  }
}

/** What the files of projects name; packages that are installed bring such files of their own, which say nothing here. */
function namedByProjects(evidence: Evidence): NamingFile[] {
  return sightingsOf(evidence).python.flatMap(({ parent, name, node }) => {
    if (node.kind !== 'file' || INSTALLED.test(parent)) return []
    if (PARTS.has(name) && !REQUIREMENTS_DIRECTORY.test(`${parent}/`)) return []
    const head = evidence.excerpt(node)?.head
    if (head?.length !== node.size) return []
    const text = head.toString('utf8')
    return [{ name, ...(PROJECTS.has(name) ? readProject(text) : readRequirements(name, text)) }]
  })
}

const PROJECTS: ReadonlySet<string> = new Set(PYTHON_PROJECTS)
const PARTS: ReadonlySet<string> = new Set(REQUIREMENTS_PARTS)
const INSTALLED = /(?:^|\/)(?:site-packages|dist-packages|node_modules|share|proc|sys)(?:\/|$)/
