/**
 * The test suites, in the order they run. `needs` are Debian packages (installed when root, else the suite is skipped
 * and counted with that reason); `serial` suites own machine-wide things (namespaces, systemd) and run one file at a time.
 * Suites with `onRequest` download whole peers and only run when named.
 */
export const suites = [
  { name: 'unit', files: ['src/**/*.test.ts', 'test/architecture.test.ts'] },
  { name: 'state', files: ['test/state/**/*.test.ts'] },
  {
    name: 'supervisor',
    files: ['test/supervisor/**/*.test.ts'],
    serial: true,
    needs: ['util-linux', 'iproute2'],
  },
  { name: 'model', files: ['test/model/**/*.test.ts'], needs: ['spin', 'gcc'] },
  {
    name: 'exec-corpus',
    files: ['test/exec-corpus/**/*.test.ts', 'test/fuzz/**/*.test.ts'],
    needs: ['dash', 'bash'],
  },
  {
    name: 'systemd',
    files: ['test/systemd/**/*.test.ts'],
    needs: ['systemd-container', 'dbus-user-session', 'libpam-systemd', 'curl', 'python3'],
  },
  { name: 'gateway', files: ['test/gateway/**/*.test.ts'], serial: true },
  { name: 'node', files: ['test/node/**/*.test.ts'] },
  { name: 'package', files: ['test/package/**/*.test.ts'] },
  { name: 'cli', files: ['test/cli/**/*.test.ts'], needs: ['zsh', 'fish'] },
  { name: 'approvals-flow', files: ['test/approvals-flow/**/*.test.ts'], serial: true },
  {
    name: 'control-ui',
    files: ['test/control-ui/**/*.test.ts'],
    serial: true,
    needs: ['chromium'],
  },
  {
    name: 'diagnostics',
    files: ['test/diagnostics/**/*.test.ts'],
    serial: true,
    needs: ['systemd-container', 'dbus-user-session', 'libpam-systemd', 'curl', 'openssl'],
  },
  { name: 'replay', files: ['test/replay/**/*.test.ts'] },
  { name: 'interop', files: ['test/interop/**/*.test.ts'], serial: true, onRequest: true },
];
