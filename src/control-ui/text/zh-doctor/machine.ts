/** Memory, and Windows around the machine. */
export const machine = {
  'Memory runs out': '内存不足',
  'The kernel killed processes of {1} for want of memory: {2}.':
    '内核因内存不足终止了 {1} 的进程，共 {2} 个。',
  '{1} uses {2} of the {3} it may have (MemoryMax=).': '{1} 已用 {2}，上限为 {3}（MemoryMax=）。',
  'The machine has {1} of {2} left; in the last minute everything waited for memory {3} % of the time.':
    '本机剩余内存 {1}，共 {2}；最近一分钟内有 {3} % 的时间一切都在等待内存。',
  'The count ends with the service: clawdbot gateway restart.':
    '计数随服务重启而清零：clawdbot gateway restart。',
  'Raise MemoryMax= of {1} (systemctl edit {2}), or run less in it.':
    '调高 {1} 的 MemoryMax=（systemctl edit {2}），或减少其中运行的程序。',
  'End what takes the memory, or add swap: ps -eo pid,rss,args --sort=-rss':
    '结束占用内存的程序，或增加交换空间：ps -eo pid,rss,args --sort=-rss',
  'The kernel ends a command, or the gateway itself, in the middle of its work.':
    '内核会在工作中途终止某个命令，甚至网关本身。',
  'A limit (MemoryMax= of the unit or of a slice above it) or the machine itself is too small for what runs. Units of this program have OOMPolicy=continue and raise oom_score_adj of commands, so that a command is killed and not the gateway. Killed processes are counted by the kernel (memory.events) from the start of the service on; pages of files that can be given back do not count as used.':
    '上限（单元或其上级 slice 的 MemoryMax=）或机器本身的内存不够用。本程序的单元设有 OOMPolicy=continue，并调高命令的 oom_score_adj，因此被终止的是命令而不是网关。内核从服务启动起统计被终止的进程（memory.events）；可以释放的文件缓存页不计入已用内存。',
  'Windows ends or stops what runs here': 'Windows 会结束或暂停这里运行的程序',
  'this is no Windows Subsystem for Linux': '这不是适用于 Linux 的 Windows 子系统',
  'The gateway stops with the last window of Windows, or nothing keeps it.':
    '网关会随 Windows 的最后一个窗口停止，或根本没有东西维持它运行。',
  'Three things are peculiar to WSL: without systemd=true in /etc/wsl.conf there are no services; Windows ends the machine some seconds after its last window, and with it the user manager; after Windows was suspended the clock is late. Restarts of the manager are no crashes of the gateway.':
    'WSL 有三个特点：/etc/wsl.conf 中没有 systemd=true 就没有服务；最后一个窗口关闭几秒后，Windows 会结束这台机器及其用户管理器；Windows 休眠之后时钟会变慢。管理器的重启不算网关崩溃。',
};
