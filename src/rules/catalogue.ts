import { BASE_IMAGE_RULES } from './base-image.ts'
import { BUILD_TOOL_RULES } from './build-tools.ts'
import { CONTEXT_RULES } from './context.ts'
import { IMAGE_FIT_RULES } from './image-fit.ts'
import { JUNK_RULES } from './junk.ts'
import { LANGUAGE_CACHE_RULES } from './language-caches.ts'
import { LAYER_SHAPE_RULES } from './layer-shape.ts'
import { LAYER_RULES } from './layers.ts'
import { OS_PACKAGE_RULES } from './os-packages.ts'
import { PACKAGE_EXTRA_RULES } from './package-extras.ts'
import type { Rule } from './rule.ts'
import { SECRET_RULES } from './secrets.ts'

/** Every rule; a body that several claim is attributed to the first of them, so what says most stands first. */
export const RULES: readonly Rule[] = [
  ...SECRET_RULES,
  ...LAYER_RULES,
  ...OS_PACKAGE_RULES,
  ...LANGUAGE_CACHE_RULES,
  ...CONTEXT_RULES,
  ...JUNK_RULES,
  ...PACKAGE_EXTRA_RULES,
  ...BUILD_TOOL_RULES,
  ...IMAGE_FIT_RULES,
  ...BASE_IMAGE_RULES,
  ...LAYER_SHAPE_RULES,
]
