import type { OptionTable } from './option-table.ts';

/** A table with what else has to hold for the command line to start nothing. */
export type GuardedTable = OptionTable & {
  /** Called with the values of options and the operands, undefined for one only known later; false refuses. */
  accept?: (read: {
    values: ReadonlyMap<string, string | undefined>;
    operands: readonly (string | undefined)[];
  }) => boolean;
};

const words = (text: string) => text.trim().split(/\s+/);

/**
 * Closed option tables of programs that start others in some of their forms, by name. Sources: the manual pages of
 * Debian 12. What is left out there for a reason is named beside the table.
 */
export const OPTION_TABLES = new Map<string, GuardedTable>([
  // Without --compress-program.
  [
    'sort',
    {
      flags: 'bcCdfghiMmnrRsuVz',
      valued: 'koStT',
      long: words(`ignore-leading-blanks dictionary-order ignore-case general-numeric-sort human-numeric-sort
        ignore-nonprinting month-sort numeric-sort random-sort reverse stable unique version-sort zero-terminated check
        merge debug`),
      longValued: words(
        'key field-separator output buffer-size temporary-directory parallel sort batch-size',
      ),
    },
  ],
  // Without -I, -F, -T (options may stand in the list), --checkpoint-action, --to-command, --use-compress-program,
  // --rsh-command; an archive name with a colon is a remote one and starts a remote shell.
  [
    'tar',
    {
      bundled: true,
      flags: 'cxtrudAvzjJpPmkhSwOaWUlRBsi',
      valued: 'fCbNX',
      long: words(`create extract get list append update diff compare verbose gzip gunzip bzip2 xz zstd lzma
        auto-compress no-auto-compress preserve-permissions same-permissions no-same-owner same-owner
        no-same-permissions numeric-owner dereference sparse to-stdout keep-old-files overwrite absolute-names
        wildcards no-wildcards anchored no-anchored ignore-case totals utc full-time exclude-vcs exclude-caches
        one-file-system touch null no-recursion recursion verify remove-files skip-old-files unlink-first
        block-number no-xattrs xattrs acls no-acls no-selinux`),
      longValued: words(
        'file directory exclude strip-components mode owner group mtime sort format newer transform xform exclude-from suffix',
      ),
      longOptional: words('backup totals'),
      accept: ({ values, operands }) =>
        !/:/.test(`${values.get('-f') ?? ''}${values.get('--file') ?? ''}`) &&
        !/e[a-zA-Z0-9]*(;|$)/.test(
          (values.get('--transform') ?? values.get('--xform') ?? '').split('/').at(-1) ?? '',
        ) &&
        operands.every((operand) => operand === undefined || !operand.startsWith('-')),
    },
  ],
  // Without --pre, --hostname-bin, -z/--search-zip.
  [
    'rg',
    {
      flags: 'nNilLwvcosSFPUxHIhpuq0a',
      valued: 'ABCegGtTmMjdErf',
      long: words(`line-number no-line-number ignore-case case-sensitive smart-case files-with-matches files-without-match
        word-regexp invert-match count count-matches only-matching fixed-strings pcre2 multiline line-regexp
        with-filename no-filename heading no-heading hidden no-ignore no-ignore-vcs files json vimgrep column trim
        stats quiet text follow no-messages no-config unrestricted multiline-dotall null passthru version help debug`),
      longValued: words(
        'after-context before-context context regexp glob iglob type type-not max-count max-columns threads max-depth sort sortr color colors encoding replace file engine path-separator max-filesize',
      ),
    },
  ],
  // Local copies only: an operand with a colon is remote and starts ssh. Without -e/--rsh, --rsync-path, -M.
  [
    'rsync',
    {
      flags: 'avnrlptgoDzhiuPcHAXxSWdkLq0',
      long: words(`archive verbose dry-run recursive links perms times group owner devices specials compress
        human-readable itemize-changes update partial progress checksum delete delete-after delete-during delete-excluded
        ignore-existing existing size-only stats numeric-ids hard-links one-file-system whole-file list-only mkpath quiet`),
      longValued: words('exclude include max-size min-size bwlimit chmod'),
      longOptional: words('info'),
      accept: ({ operands }) => operands.every((operand) => operand?.includes(':') === false),
    },
  ],
  // Without -z, -Z, -w with rotation (-G, -C run -z), -F.
  [
    'tcpdump',
    {
      flags: 'nlvqetxXASDpUKNLO#',
      valued: 'icrsyT',
      long: words('list-interfaces no-promiscuous-mode number immediate-mode version help'),
      longValued: words('interface'),
    },
  ],
  // A leading + is a command, -k a key file, -t/-T tags, -o a log.
  [
    'less',
    {
      flags: 'aABcCdeEfFgGiIJmMnNqQrRsSuUVwWX~',
      valued: 'bhjxyz',
      long: words(
        'chop-long-lines quit-if-one-screen RAW-CONTROL-CHARS no-init LINE-NUMBERS ignore-case version help',
      ),
      accept: ({ operands }) => operands.every((operand) => operand?.startsWith('+') === false),
    },
  ],
  [
    'more',
    {
      flags: 'dflpcsueV',
      numbers: true,
      accept: ({ operands }) => operands.every((operand) => operand?.startsWith('+') === false),
    },
  ],
  // Without -P, -H, -t, -T, -C, -Z, -K/-k, -l.
  ['man', { flags: 'fkwWaiI', valued: 'sSmML', long: words('whatis apropos where path all') }],
  // Without -e/--execute, --use-askpass, --config, -i.
  [
    'wget',
    {
      flags: 'qvcNSbdrnlpkEHLx46',
      valued: 'OPtTwUo',
      long: words(`quiet verbose no-verbose continue timestamping server-response spider recursive no-parent mirror
        no-clobber https-only no-check-certificate show-progress page-requisites convert-links version help`),
      longValued: words(
        'output-document directory-prefix tries timeout wait user-agent output-file level limit-rate method header max-redirect',
      ),
    },
  ],
  // Without -K/--config, which can hold any option, and --unix-socket: behind one may be a daemon that starts programs.
  [
    'curl',
    {
      flags: 'sSfLIigkvqOJNRl#46aGjnp0123',
      valued: 'oHXdFTuAebmCDwryYzx',
      numbers: false,
      long: words(`silent show-error fail location head include globoff insecure verbose remote-name remote-header-name
        no-buffer compressed http1.1 http2 ipv4 ipv6 progress-bar fail-with-body create-dirs location-trusted
        retry-connrefused retry-all-errors tcp-nodelay version help get ssl-reqd tlsv1.2 tlsv1.3 no-progress-meter`),
      longValued:
        words(`output header request data data-raw data-binary data-urlencode form upload-file user user-agent
        referer cookie max-time connect-timeout retry retry-delay retry-max-time write-out range proxy url cacert cert
        key resolve interface limit-rate max-redirs json noproxy output-dir`),
    },
  ],
  // Without -T/-TT (a test command).
  [
    'zip',
    {
      flags: 'rqvj9012345678uDmyXlo',
      valued: 'xbi',
      long: words('recurse-paths quiet verbose junk-paths encrypt update symlinks'),
    },
  ],
  // Without --strip-program and -s, which start one.
  [
    'install',
    {
      flags: 'bcCdDpTv',
      valued: 'gmotS',
      long: words('directory compare verbose preserve-timestamps no-target-directory'),
      longValued: words('group mode owner target-directory suffix'),
      longOptional: words('backup'),
    },
  ],
  // Without --filter.
  [
    'split',
    {
      flags: 'deuxz',
      valued: 'abClnt',
      long: words('numeric-suffixes hex-suffixes elide-empty-files verbose unbuffered'),
      longValued: words('suffix-length bytes line-bytes lines number separator additional-suffix'),
    },
  ],
  // Without an interactive pager there is none: standard output is never a terminal.
  [
    'journalctl',
    {
      flags: 'feraxkbqm',
      valued: 'nupotSUgM',
      long: words(
        'follow no-pager reverse all catalog dmesg quiet utc list-boots disk-usage no-hostname merge user system pager-end no-full full',
      ),
      longValued: words(
        'unit user-unit lines priority output since until identifier grep cursor after-cursor facility output-fields',
      ),
      longOptional: words('boot'),
    },
  ],
  // Without `ip netns exec` and `-batch`: objects are checked.
  [
    'ip',
    {
      flags: '46rsdhoj',
      long: words('json brief oneline details statistics resolve'),
      accept: ({ operands }) =>
        /^(a|ad|addr|address|l|link|r|ro|route|neigh|neighbour|rule|maddr)$/.test(operands[0] ?? '') &&
        /^(|s|sh|show|ls|list|get)$/.test(operands[1] ?? ''),
    },
  ],
  ['gpg', { long: words('list-keys list-secret-keys fingerprint version with-colons armor'), flags: 'kKa' }],
  // Without -C (compiles a magic file) and -z/-Z (starts decompressors).
  [
    'file',
    {
      flags: 'bhikLNprsv0Ed',
      valued: 'FePm',
      long: words(
        'brief mime mime-type mime-encoding dereference no-dereference keep-going raw version extension',
      ),
      longValued: words('separator'),
    },
  ],
  // Without -f (a file of dates) there is nothing it would read; -s sets the clock and is root's business.
  [
    'date',
    {
      flags: 'uRI',
      valued: 'drs',
      long: words('utc universal rfc-email debug resolution'),
      longValued: words('date reference rfc-3339 set'),
      longOptional: words('iso-8601'),
    },
  ],
  [
    'docker',
    readOnlyCommands(
      'ps images version info inspect logs stats port top diff history search events',
      'context:ls network:ls network:inspect volume:ls volume:inspect image:ls container:ls system:df compose:ps',
    ),
  ],
  [
    'podman',
    readOnlyCommands(
      'ps images version info inspect logs stats port top diff history',
      'network:ls volume:ls image:ls container:ls',
    ),
  ],
  [
    'kubectl',
    readOnlyCommands(
      'get describe logs version cluster-info api-resources api-versions explain top',
      'config:current-context config:get-contexts',
    ),
  ],
  [
    'systemctl',
    readOnlyCommands(
      'status show cat is-active is-enabled is-failed list-units list-unit-files list-timers list-sockets list-dependencies get-default is-system-running',
      '',
    ),
  ],
]);

/** Subcommands that only show something, with the options such subcommands share. */
function readOnlyCommands(single: string, pairs: string): GuardedTable {
  const commands = new Set(words(single));
  const both = new Set(words(pairs));
  return {
    flags: 'aqlfswAt',
    valued: 'nup',
    long: words(
      'all quiet latest no-trunc size follow timestamps no-pager full no-legend plain user system failed show-labels all-namespaces watch no-stream short client value',
    ),
    longValued: words(
      'filter format tail since until namespace output selector type state property lines unit',
    ),
    accept: ({ operands }) =>
      commands.has(operands[0] ?? '') || both.has(`${operands[0] ?? ''}:${operands[1] ?? ''}`),
  };
}
