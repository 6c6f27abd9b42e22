/** Whether the gateway serves, and what the doctor says of itself. */
export const gateway = {
  'No gateway serves this state directory': '没有网关为此状态目录提供服务',
  'somebody of the account that owns the state directory listens; ask from that account':
    '拥有状态目录的账户中有程序在监听；请用该账户查询',
  'the gateway is elsewhere': '网关在别处',
  'pid {1} is {2}': '进程 {1} 处于 {2}',
  'the gateway follows a change of its config': '网关正在跟随配置的更改',
  '{1} is on its way ({2})': '{1} 正在切换（{2}）',
  'Nobody answers as this gateway on port {1}, and no service is installed.':
    '端口 {1} 上没有以此网关身份应答者，也没有安装服务。',
  'Nobody answers as this gateway on port {1}: pid {2} owns the service and is stopped by a signal (state T).':
    '端口 {1} 上没有以此网关身份应答者：进程 {2} 拥有此服务，但已被信号停止（状态 T）。',
  'in an unknown state': '状态未知',
  'Nobody answers as this gateway on port {1}; {2} is {3}.':
    '端口 {1} 上没有以此网关身份应答者；{2} 的状态是 {3}。',
  'Nodes and clients cannot connect.': '节点和客户端无法连接。',
  'No listener on the configured port proves to be the gateway of this state directory, and nothing was found that keeps one from starting. Started by hand, it ended with its terminal; a service shows in gateway status why it is stopped.':
    '所配置端口上的监听者都不能证明自己是此状态目录的网关，也没有发现阻止它启动的原因。如果是手动启动的，它随终端一起结束了；如果是服务，gateway status 会说明它为何停止。',
  'The gateway is up but not ready': '网关已启动，但尚未就绪',
  'no gateway of ours answers': '没有我们的网关应答',
  'without a reason': '没有说明原因',
  '/readyz answers {1}: {2}': '/readyz 应答 {1}：{2}',
  'It accepts connections, but requests fail.': '它接受连接，但请求会失败。',
  'The gateway says itself what is missing, most often a database that does not answer: a full or read-only disk, a file that was replaced.':
    '网关自己会说明缺少什么，最常见的是数据库不响应：磁盘已满或只读，或者文件被替换。',
  'The running gateway is of another version than the installed one': '正在运行的网关与已安装的版本不同',
  'pid {1} runs {2}; installed is {3}.': '进程 {1} 运行的是 {2}；已安装的是 {3}。',
  'Code that is loaded later comes from the new files and may not fit the old process.':
    '之后才加载的代码来自新文件，可能与旧进程不匹配。',
  'The package was replaced under a running process. It works from memory until it needs a file for the first time. Restart it at a quiet moment; the service does it without refusing a connection.':
    '软件包在进程运行期间被替换。进程靠内存中的内容工作，直到首次需要某个文件。请在空闲时重启；由系统服务重启不会拒绝任何连接。',
  'follows from {1}': '由 {1} 引起',
  'things changed while they were looked at; ask again in a moment': '查看期间情况发生了变化；请稍后再问',
  'not checked: {1}': '未检查：{1}',
  'A check failed': '有一项检查失败',
  'The check {1} failed: {2}': '检查 {1} 失败：{2}',
  'Something does not answer': '有东西没有应答',
  'A fact could not be gathered': '有一项事实无法收集',
  '{1}: {2}; {3} checks were not made': '{1}：{2}；有 {3} 项检查没有进行',
  'What was not looked at may be broken.': '没有检查的地方可能有问题。',
} as const;
