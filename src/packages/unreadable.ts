/** A database that cannot be read; its message begins after "it cannot be read: ". */
export class Unreadable extends Error {}
