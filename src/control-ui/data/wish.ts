import { signal } from '@preact/signals';

/** Something the palette wants of a panel that may not be on the page yet; the panel takes it when it is. */
export type Wish = { kind: 'add-node' } | { kind: 'run'; nodeId: string; name: string };

export const wish = signal<Wish | undefined>(undefined);
