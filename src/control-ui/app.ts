import { createContext } from 'preact';
import { useContext, useEffect } from 'preact/hooks';
import type { Report } from './data/doctor-wire.ts';
import type { Resource } from './data/resource.ts';
import type { Approval, Node, PairedDevice, PairRequest } from './data/wire.ts';
import type { Link } from './link/link.ts';

/** What every panel may use: the connection, and the lists that the shell itself follows. */
export type App = {
  link: Link;
  nodes: Resource<Node[]>;
  pairing: Resource<{ pending: PairRequest[]; paired: PairedDevice[] }>;
  approvals: Resource<Approval[]>;
  /** Undefined inside: this gateway has no doctor, or may not be asked for it. */
  doctor: Resource<Report | null>;
};

export const AppContext = createContext<App | undefined>(undefined);

/** The app around this component. */
export function useApp(): App {
  const app = useContext(AppContext);
  if (app === undefined) throw new Error('cannot draw a panel: it is outside of the app');
  return app;
}

/** Follows a resource while the component is on the page. */
export function useResource(resource: Resource<unknown>): void {
  useEffect(() => resource.use(), [resource]);
}
