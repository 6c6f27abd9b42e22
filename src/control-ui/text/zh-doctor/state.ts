/** Files of the state directory. */
export const state = {
  'Others may read or change private files': '其他人可以读取或更改私有文件',
  '{1} has mode {2}, it should have {3}': '{1} 的权限是 {2}，应为 {3}',
  'Tokens and keys in these files let anyone with an account here act as the owner.':
    '这些文件中的令牌和密钥使本机上任何有账户的人都能冒充所有者。',
  'This program creates directories with 0700 and files with 0600 whatever the umask. Wider modes come from an editor, a copy, a restore, or from the real program. doctor --fix narrows them and can widen them again.':
    '无论 umask 如何，本程序创建的目录为 0700、文件为 0600。更宽的权限来自编辑器、复制、恢复，或真正的程序。doctor --fix 会收紧权限，也可以再放宽。',
  'Files belong to another account': '有些文件属于另一个账户',
  'nothing there yet': '还没有任何内容',
  '{1}; it belongs to uid {2}, ask from that account': '{1}；它属于 uid {2}，请从该账户检查',
  'it lies behind a directory of uid {1}; ask from that account': '它位于 uid {1} 的目录之后；请从该账户检查',
  '{1} belongs to uid {2}; ask from that account': '{1} 属于 uid {2}；请用该账户查询',
  '{1} belongs to uid {2}, not to uid {3}': '{1} 属于 uid {2}，而不是 uid {3}',
  'The service cannot read or replace files of another account.': '服务无法读取或替换另一个账户的文件。',
  'Usually a command was run once with sudo. What root writes into the tree of another account goes to that account here, older releases and the real program leave it to root.':
    '通常是曾用 sudo 运行过某个命令。在这里，root 写入他人目录树的文件会归还给那个账户；旧版本和真正的程序会留给 root。',
  'The state directory is on a file system where locks may not hold':
    '状态目录所在的文件系统可能无法保证锁有效',
  '{1} is on {2}: two machines could both believe to own it.': '{1} 位于 {2}：两台机器可能都认为自己拥有它。',
  'Move the state to a local disk and set CLAWDBOT_STATE_DIR to it.':
    '把状态移到本地磁盘，并将 CLAWDBOT_STATE_DIR 指向它。',
  'Two gateways on one state lose pairings and settings.': '两个网关共用一份状态会丢失配对和设置。',
  'The right to serve is a lock of the kernel of this machine. Network and sync folders do not carry it to other machines, and copies of a live database are often damaged.':
    '提供服务的权利是本机内核的一把锁。网络文件夹和同步文件夹不会把它带到其他机器，而复制使用中的数据库常常会损坏。',
  'A write was interrupted': '有一次写入被中断',
  'Left behind by a writer that was killed: {1}': '写入者被强行终止后留下：{1}',
  'none: nobody reads these files': '无：没有谁会读这些文件',
  'They may hold secrets and take space; the files they were meant for are intact.':
    '其中可能含有密钥，并占用空间；它们本来对应的文件完好无损。',
  'Files are written aside and renamed. A kill between the two leaves the new text beside the old file.':
    '文件先写到一旁，再改名。在两者之间被终止，就会在旧文件旁边留下新文本。',
  'Disk space runs out': '磁盘空间即将用尽',
  '{1} free for {2}; logs in {3} take {4} of {5}.': '{2} 剩余 {1}；{3} 中的日志占用 {4}（上限 {5}）。',
  'Free space on this file system; lower logging.maxBytes if the logs are what is large.':
    '请在此文件系统上腾出空间；如果是日志太大，请调低 logging.maxBytes。',
  'Pairings and approvals cannot be stored on a full disk; the gateway serves on, but remembers nothing new.':
    '磁盘满了就无法保存配对和审批；网关继续服务，但记不住新的内容。',
  'Log files of this program stay within logging.maxBytes each. What else fills the disk: the journal, traces of the real program below /tmp, core files.':
    '本程序的每个日志文件都不会超过 logging.maxBytes。占满磁盘的还可能是：系统日志、真正程序在 /tmp 下的跟踪文件、core 文件。',
  'Logs lie where others read them': '日志放在其他人可以读取的地方',
  '{1} has mode {2}': '{1} 的权限是 {2}',
  'a log collector of another account can no longer read them': '其他账户的日志收集程序将无法再读取它们',
  'Logs show commands, device names and addresses.': '日志会显示命令、设备名和地址。',
  'Logs of this program are 0600 under the state directory. The real program writes to /tmp/clawdbot, one directory for all accounts of the machine.':
    '本程序的日志在状态目录下，权限 0600。真正的程序写入 /tmp/clawdbot，全机所有账户共用一个目录。',
} as const;
