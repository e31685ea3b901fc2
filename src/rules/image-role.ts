/** What an image is for: to run an application, or to build one. */
export const ROLES = ['runtime', 'build'] as const
export type RoleName = (typeof ROLES)[number]
