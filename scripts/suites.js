/**
 * The test suites, in the order their files are started: long ones first, so that none is left over at the end (`files` are
 * patterns; those of one start in the order of their names). `needs`
 * are Debian packages (installed when root, else the suite is skipped and counted with that reason).
 * Files of different suites run side by side: what they use is their own (temp directory, port 0, namespaces).
 * Suites with `onRequest` download whole peers and only run when named; `serial` ones run one file at a time.
 */
export const suites = [
  {
    name: 'systemd',
    files: ['test/systemd/**/*.test.ts'],
    needs: ['systemd-container', 'dbus-user-session', 'libpam-systemd', 'curl', 'python3'],
  },
  {
    name: 'supervisor',
    files: ['test/supervisor/**/*.test.ts'],
    needs: ['util-linux', 'iproute2', 'faketime'],
  },
  {
    name: 'diagnostics',
    files: ['test/diagnostics/**/*.test.ts'],
    needs: ['systemd-container', 'dbus-user-session', 'libpam-systemd', 'curl', 'openssl'],
  },
  {
    name: 'control-ui',
    files: ['test/control-ui/**/*.test.ts'],
    needs: ['chromium', 'systemd-container', 'dbus-user-session', 'libpam-systemd'],
  },
  { name: 'replay', files: ['test/replay/**/*.test.ts'] },
  { name: 'gateway', files: ['test/gateway/**/*.test.ts'] },
  { name: 'node', files: ['test/node/**/*.test.ts'] },
  {
    name: 'exec-corpus',
    files: ['test/exec-corpus/**/*.test.ts', 'test/fuzz/**/*.test.ts'],
    needs: ['dash', 'bash'],
  },
  { name: 'model', files: ['test/model/**/*.test.ts'], needs: ['spin', 'gcc'] },
  { name: 'approvals-flow', files: ['test/approvals-flow/**/*.test.ts'] },
  { name: 'cli', files: ['test/cli/**/*.test.ts'], needs: ['zsh', 'fish'] },
  { name: 'package', files: ['test/package/**/*.test.ts'] },
  { name: 'state', files: ['test/state/**/*.test.ts'] },
  { name: 'unit', files: ['src/**/*.test.ts', 'test/architecture.test.ts'] },
  {
    name: 'interop',
    files: [
      'test/interop/{matrix,real-cli-own-gateway,doctor,peers-conform}.test.ts',
      'test/interop/**/*.test.ts',
    ],
    onRequest: true,
  },
  {
    name: 'tailnet',
    files: ['test/tailnet/**/*.test.ts'],
    onRequest: true,
    serial: true,
    needs: [
      ...['systemd-container', 'dbus-user-session', 'libpam-systemd', 'iproute2'],
      ...['sudo', 'curl', 'openssl', 'ca-certificates', 'faketime', 'chromium'],
    ],
  },
];
