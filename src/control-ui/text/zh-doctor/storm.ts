/** Restart storms. */
export const storm = {
  'systemd gave up on the service': 'systemd 放弃了该服务',
  'gave up after {1} restarts': '在重启 {1} 次后放弃',
  'failed ({1})': '失败（{1}）',
  '; the last time: {1}': '；最近一次：{1}',
  'It stays down until somebody starts it; a plain start may be refused while the limit is latched.':
    '在有人启动之前它一直停着；达到限制后，普通的启动也可能被拒绝。',
  'A unit in the state failed is not tried again. After a start limit even `systemctl start` is refused until reset-failed; the start command of this program does both. Look for the cause first: it is in the status, the journal and the log.':
    '处于 failed 状态的单元不会再尝试。达到启动限制后，在 reset-failed 之前连 `systemctl start` 也会被拒绝；本程序的 start 命令会同时完成两者。请先查明原因：它在状态、系统日志和日志文件中。',
  'signal {1}': '信号 {1}',
  'The service is restarted over and over': '服务被反复重启',
  '{1} was restarted {2} times': '{1} 被重启了 {2} 次',
  '{1} was restarted {2} times in the last 10 minutes': '{1} 在最近 10 分钟内被重启了 {2} 次',
  'It costs processor time and log space, and never gets better by itself.':
    '它耗费处理器时间和日志空间，而且不会自行好转。',
  'Restart=always answers every failure with another start, also those that no restart can cure: an invalid config, a taken port, a held lock. Units of this program end such loops with exit statuses 69 and 78 and RestartPreventExitStatus=.':
    'Restart=always 对任何失败都再次启动，包括重启解决不了的：配置无效、端口被占、锁被占。本程序的单元用退出码 69 和 78 以及 RestartPreventExitStatus= 结束这种循环。',
  'The start limit of a unit cannot trip': '单元的启动次数限制永远不会触发',
  '{1} has {2} under [Service], where systemd ignores it': '{1} 把 {2} 写在 [Service] 下，systemd 会忽略',
  '{1}: its pauses are longer than its limit looks back, so a failing service is restarted for ever':
    '{1}：两次重启的间隔比限制所回看的时间还长，失败的服务会没完没了地重启',
  'a service that fails 8 times within 10 minutes stays down until somebody starts it':
    '10 分钟内失败 8 次的服务会停下来，直到有人启动',
  'A service that cannot start is started again every few seconds, for days.':
    '无法启动的服务每隔几秒就被再次启动，持续数天。',
  'N starts within T only happen when N pauses and N attempts fit into T. The defaults of systemd (5 in 10 s) can never trip with RestartSec=5. The keys belong under [Unit] (systemd.unit(5)); under [Service] they are reported in the journal and ignored.':
    '只有 N 次间隔加 N 次尝试都能放进 T 时，才会在 T 内出现 N 次启动。systemd 的默认值（10 秒内 5 次）配上 RestartSec=5 永远不会触发。这些键属于 [Unit]（systemd.unit(5)）；写在 [Service] 下只会在系统日志中提示并被忽略。',
  'The gateway runs outside its unit': '网关在其单元之外运行',
  'no service is installed': '没有安装服务',
  'pid {1} serves, but {2} is {3}: nobody restarts it when it ends.':
    '进程 {1} 正在提供服务，但 {2} 是 {3}：它退出后没有谁会重启它。',
  'the service starts and stands by; when it takes over, connections are closed once and the process that serves now ends':
    '服务启动并待命；接班时所有连接断开一次，当前提供服务的进程随之退出',
  '{1} starts and takes over': '{1} 启动并接班',
  '{1} starts and waits behind the process': '{1} 启动并在该进程之后待命',
  'none: the service stands by until the process ends': '无：服务待命，直到该进程退出',
  'After a crash, a logout or a reboot of this process there is no gateway.':
    '该进程崩溃，或者注销、重启之后，就没有网关了。',
  'Somebody started a gateway by hand while the service was stopped. Starting the service makes it stand by, and it takes over when the process ends; `gateway takeover` hands over now.':
    '有人在服务停止时手动启动了网关。启动服务会使其待命，等进程退出后接班；`gateway takeover` 会立即移交。',
  'The supervisor gave up on a service': 'supervisor 放弃了某个服务',
  'no supervisor runs': '没有 supervisor 在运行',
  'It stays down until it is cleared.': '在清除之前，它一直停着。',
  'A service that ends for a reason no restart can cure, or too often for one reason, is left alone. Remove the cause, then clear it.':
    '因重启解决不了的原因而结束、或因同一原因结束太多次的服务，会被搁置。请先消除原因，再清除。',
  'The service is killed before it has finished its work': '服务在完成工作之前就被强行终止',
  '{1} is killed {2} s after a stop, draining may take {3} s':
    '{1} 在停止后 {2} 秒被强行终止，而收尾可能需要 {3} 秒',
  'Every restart cuts off running commands and leaves children behind.':
    '每次重启都会打断正在执行的命令，并留下子进程。',
  'TimeoutStopSec= has to exceed supervisor.drainMs. Units of this program allow 15 s more than the longest drain.':
    'TimeoutStopSec= 必须大于 supervisor.drainMs。本程序的单元比最长的收尾多留 15 秒。',
} as const;
