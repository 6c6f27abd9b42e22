import type { ComponentType } from 'preact';
import type { Scope } from '../../protocol/index.ts';
import { Overview } from '../panels/overview/overview.tsx';
import type { IconName } from '../parts/icon.tsx';
import type { PanelName } from './route.ts';

type PanelEntry = {
  icon: IconName;
  /** Without it the panel would be empty, so it is not offered. */
  needs: Scope;
  load: () => Promise<ComponentType>;
};

/** All the shell knows about panels. Each but the first is a file of its own that comes when it is first opened. */
export const PANELS: Readonly<Record<PanelName, PanelEntry>> = {
  overview: {
    icon: 'overview',
    needs: 'operator.read',
    load: async () => Overview,
  },
  nodes: {
    icon: 'nodes',
    needs: 'operator.read',
    load: async () => (await import('../panels/nodes/nodes.tsx')).Nodes,
  },
  approvals: {
    icon: 'approvals',
    needs: 'operator.approvals',
    load: async () => (await import('../panels/approvals/approvals.tsx')).Approvals,
  },
  doctor: {
    icon: 'doctor',
    needs: 'operator.read',
    load: async () => (await import('../panels/doctor/doctor.tsx')).Doctor,
  },
  logs: {
    icon: 'logs',
    needs: 'operator.read',
    load: async () => (await import('../panels/logs/logs.tsx')).Logs,
  },
  config: {
    icon: 'config',
    needs: 'operator.admin',
    load: async () => (await import('../panels/config/config.tsx')).Config,
  },
};
