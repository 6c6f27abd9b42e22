/** Units and their environment. */
export const unit = {
  'The interpreter of a unit is gone': '单元的解释器不见了',
  'The program of a unit is gone': '单元的程序不见了',
  '{1} starts {2}, which does not exist: the next start fails': '{1} 要启动 {2}，而它不存在：下次启动会失败',
  'ExecStart=(the command with paths that exist)': 'ExecStart=(the command with paths that exist)',
  'A running service goes on until its next start, which then fails (exit status 203 or 1).':
    '正在运行的服务会继续，直到下次启动失败（退出码 203 或 1）。',
  'Version managers remove old interpreters, package managers move packages. Installing again writes the present paths; a Node of the system outlives updates.':
    '版本管理器会删除旧的解释器，包管理器会移动软件包。重新安装会写入现在的路径；系统自带的 Node 不受更新影响。',
  'The unit is masked': '单元被屏蔽',
  '{1} is masked: it cannot be started': '{1} 被屏蔽：无法启动',
  'No start works until it is unmasked.': '在解除屏蔽之前，怎么启动都不行。',
  'Somebody forbade this unit with `systemctl mask`, which links it to /dev/null.':
    '有人用 `systemctl mask` 禁止了此单元，它被链接到 /dev/null。',
  'The service does not start at boot': '服务不会开机启动',
  '{1} is disabled': '{1} 未启用',
  'After a reboot or a logout nobody starts it.': '重启或注销之后，没有谁会启动它。',
  'A unit that is only started runs until the manager ends. Installing enables it.':
    '只是启动过的单元会运行到管理器结束为止。安装会启用它。',
  'The service stops at logout': '服务会随注销而停止',
  'no service of this account is installed': '此账户没有安装服务',
  'Lingering is off for {1}: {2} stops at logout and does not start at boot.':
    '{1} 没有开启 linger：{2} 会随注销而停止，也不会开机启动。',
  'programs of this account go on after logout; some systems want an administrator for it':
    '此账户的程序在注销后继续运行；有些系统需要管理员权限',
  'After a reboot there is no gateway or node until somebody logs in.':
    '重启之后，在有人登录之前没有网关，也没有节点。',
  'The manager of an account runs from the first login to the last logout. With lingering it runs from boot on (loginctl(1)). doctor --fix asks logind for it; some systems want an administrator.':
    '账户的管理器从首次登录运行到最后一次注销。开启 linger 后，它从开机起就运行（loginctl(1)）。doctor --fix 会向 logind 请求；有些系统需要管理员权限。',
  'systemd does not answer': 'systemd 没有应答',
  'Nothing can be said about services, and none can be started or stopped.':
    '无法说明服务的情况，也无法启动或停止任何服务。',
  'Questions to systemd are answered in milliseconds. One that hangs waits for D-Bus, for a process manager under load, or systemctl was replaced by something else. Every question is killed at its deadline.':
    'systemd 通常在几毫秒内回答。卡住的查询是在等待 D-Bus、负载过高的管理器，或者 systemctl 被别的东西替换。每个查询到期都会被终止。',
  'The manager of this account cannot be reached': '无法连接此账户的管理器',
  'Run the command as the account that owns the service, or with --system.':
    '请以拥有该服务的账户运行此命令，或加上 --system。',
  'The service of this account does not run, and cannot be started from here.':
    '此账户的服务没有运行，也无法从这里启动。',
  'The user manager has its sockets in /run/user/UID. Without a login and without lingering there is none. A missing XDG_RUNTIME_DIR alone is no problem: it is worked out from the uid.':
    '用户管理器的套接字在 /run/user/UID 中。没有登录、也没有 linger 时就没有管理器。仅仅缺少 XDG_RUNTIME_DIR 不是问题：可由 uid 推算。',
  'Edited unit files are not loaded': '修改过的单元文件没有加载',
  '{1} or one of its drop-ins is newer than what systemd has loaded':
    '{1} 或其附加文件比 systemd 已加载的更新',
  'What the files say is not what runs.': '文件里写的不是正在运行的。',
  'systemd reads unit files at daemon-reload. Until then start and stop work with the old text.':
    'systemd 在 daemon-reload 时读取单元文件。在那之前，启动和停止都按旧文本进行。',
  'The unit is not what this version would write': '单元与此版本会写入的不同',
  'Protections of newer versions are missing from it.': '其中缺少较新版本的保护措施。',
  'Installing again merges: what you changed by hand stays, what this program wrote is brought up to date. The difference is shown with --dry-run.':
    '重新安装会合并：您手动修改的保留，本程序写入的更新到最新。用 --dry-run 可以查看差异。',
  'The socket unit does not hold the port': 'socket 单元没有守住端口',
  'A restart of the service refuses connections for a moment.': '重启服务时会有片刻拒绝连接。',
  'The socket unit keeps the port open across restarts. It cannot bind while a process started by hand has the port.':
    'socket 单元在重启期间守住端口。手动启动的进程占着端口时，它无法绑定。',
  'A unit leaves its children running when it stops': '单元停止时会留下仍在运行的子进程',
  '{1} ({2}) has KillMode=process': '{1}（{2}）设置了 KillMode=process',
  'what the service has started ends with it from the next stop on':
    '从下次停止起，服务启动的一切会随它一起结束',
  'Commands and helpers survive a stop and hold ports, locks and files.':
    '命令和辅助程序在停止后仍然活着，占着端口、锁和文件。',
  'With KillMode=process only the main process is ended. The next start finds the port or the lock held by a child of the previous one. KillMode=mixed ends them all after the main process has had its time.':
    'KillMode=process 只结束主进程。下次启动会发现端口或锁被上一次的子进程占着。KillMode=mixed 先给主进程时间，然后结束所有进程。',
  'The interpreter of a unit goes with its version': '单元的解释器会随其版本一起消失',
  '{1} starts {2}, which disappears when that version is removed': '{1} 启动的是 {2}，删除该版本后就没有了',
  'Install a Node 24 for the whole system (/usr/bin/node or /usr/local/bin/node).':
    '请为整个系统安装 Node 24（/usr/bin/node 或 /usr/local/bin/node）。',
  'After the next upgrade of Node the service does not start (exit status 203).':
    '下次升级 Node 之后，服务无法启动（退出码 203）。',
  'Version managers keep each version of Node in a directory of its own and remove it with the version. A service needs a path that stays; installing again takes a system-wide Node when there is one that is new enough.':
    '版本管理器把每个 Node 版本放在各自的目录中，并随版本一起删除。服务需要固定不变的路径；系统中有足够新的 Node 时，重新安装会采用它。',
  'The shell and the service run different copies': 'shell 与服务运行的是不同的副本',
  'no service or no command on PATH': '没有服务，或 PATH 中没有该命令',
  'unknown version': '版本未知',
  'The shell runs {1} ({2}), the service {3} ({4}).': 'shell 运行的是 {1}（{2}），服务运行的是 {3}（{4}）。',
  'An update reaches only one of them.': '更新只会影响其中一个。',
  'Two packages are installed, in the system and in the account, say. Installing from the copy you want makes the service use that one.':
    '安装了两个软件包，例如一个在系统中、一个在账户中。从您想用的副本执行安装，服务就会使用它。',
  'A unit has a variable without a value': '单元中有一个没有值的变量',
  '{1} sets {2} to the word undefined or null': '{1} 把 {2} 设成了单词 undefined 或 null',
  'The program takes the word for a path, a token or a profile.': '程序会把这个单词当成路径、令牌或配置档。',
  'An installer copied a variable that was not set. Only an allowlist of variables goes into units of this program, and only real values.':
    '安装程序复制了一个没有设置的变量。本程序的单元只写入允许列表中的变量，而且只写真实的值。',
  'A token in the unit differs from the one in the config': '单元中的令牌与配置中的不同',
  '{1} sets a gateway token that is not the one of {2}': '{1} 设置的网关令牌与 {2} 中的不同',
  'Depending on which wins, either the service or every client presents the wrong token.':
    '视哪个优先而定，要么服务、要么所有客户端会出示错误的令牌。',
  'This gateway takes the token of the config before that of the environment, the real one the environment first. Keep it in one place: the config, 0600.':
    '此网关优先采用配置中的令牌，其次才是环境变量；真正的程序则相反。请只放在一处：配置文件，权限 0600。',
  'PATH of a unit has unsafe directories': '单元的 PATH 中有不安全的目录',
  'Others can put a program there that the service then runs.': '其他人可以在那里放置程序，而服务会运行它。',
  'PATH of a service should hold absolute directories that only their owner may write to.':
    '服务的 PATH 应当只含绝对路径，且只有所有者可以写入。',
  'A user unit waits for units its manager does not have': '用户单元在等待其管理器没有的单元',
  '{1}: After={2} has no effect': '{1}：After={2} 不起作用',
  'Take {1} out of After= and Wants=; a drop-in cannot.':
    '把 {1} 从 After= 和 Wants= 中去掉；附加文件做不到这一点。',
  'The program starts before the network is there and has to wait by itself.':
    '程序在网络就绪之前就启动，只能自己等待。',
  'network-online.target and tailscaled.service belong to the system manager. A user manager does not know them and ignores the ordering without a word.':
    'network-online.target 和 tailscaled.service 属于系统管理器。用户管理器不认识它们，会一声不响地忽略顺序。',
  'Take {1} out of {2}.': '把 {1} 从 {2} 中去掉。',
  'What was written into {1} by hand stays; systemctl edit --full shows it.':
    '手动写入 {1} 的内容会保留；systemctl edit --full 可以显示。',
  'Write there:\n{1}': '在其中写入：\n{1}',
} as const;
