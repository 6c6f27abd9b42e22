import type { shell as english } from '../en/shell.ts';

export const shell: Readonly<Record<keyof typeof english, string>> = {
  'page.title': 'Clawdbot · {place}',
  'page.skip': '跳到内容',

  'nav.label': '页面',
  'nav.overview': '概览',
  'nav.nodes': '节点',
  'nav.approvals': '执行审批',
  'nav.doctor': '诊断',
  'nav.logs': '日志',
  'nav.config': '配置',
  'nav.version': '版本 {version}',
  'nav.problems.one': '{count} 个问题',
  'nav.problems.many': '{count} 个问题',
  'nav.waiting.one': '{count} 项等待决定',
  'nav.waiting.many': '{count} 项等待决定',

  'action.cancel': '取消',
  'action.close': '关闭',
  'action.command': '命令',
  'action.copied': '已复制',
  'action.copy': '复制',
  'action.discard': '放弃更改',
  'action.refresh': '重新加载',
  'action.reloadPage': '重新加载页面',
  'action.save': '保存',
  'action.signOut': '退出登录',
  'action.tryNow': '立即重试',

  'age.ago': '{duration}前',
  'age.now': '刚刚',
  'age.s': '{n} 秒',
  'age.min': '{n} 分钟',
  'age.h': '{n} 小时',
  'age.d': '{n} 天',
  'age.never': '尚未加载',
  'age.stale': '已过时',

  'access.full': '完全访问',
  'access.approvals': '仅审批',
  'access.read': '只读',

  'theme.system': '跟随系统',
  'theme.light': '浅色',
  'theme.dark': '深色',
  'theme.switch': '配色：{theme}。切换',

  'link.connected': '已连接到 {host}',
  'link.lost': '未连接',

  'lost.title': '连接已中断 {duration}。',
  'lost.old': '当前显示的是之前的内容，可能已经改变。',
  'lost.why': '原因：{why}。',
  'lost.retryIn': '{duration}后重试。',
  'lost.trying': '正在重试…',

  'reason.timeout': '网关没有及时答复，但请求仍可能已经执行。',
  'reason.unreadable': '本页无法读取网关的答复。',
  'reason.closed': '在收到答复前连接中断，但请求仍可能已经执行。',

  'gate.connecting': '正在连接 {host}…',
  'gate.entering': '正在 {host} 上提供服务，正在登录…',
  'gate.noAnswer': '{host} 没有应答',
  'gate.noAnswerHelp': '页面会继续尝试。在网关所在的机器上运行以下命令可以查明原因：',

  'signIn.title': '登录网关',
  'signIn.about': '密钥只会发送到 {host}，且不会被保存；此标签页在关闭前只保留自己的密钥。',
  'signIn.ended': '此标签页已退出登录：其访问权限被撤销或更换。重新登录即可从原处继续。',
  'signIn.wrongToken': '这不是此网关的令牌。',
  'signIn.wrongPassword': '这不是此网关的密码。',
  'signIn.tooMany':
    '从此处登录失败的次数过多。请等待几分钟，或在网关所在的机器上运行 clawdbot devices unlock。',
  'signIn.token': '网关令牌',
  'signIn.password': '网关密码',
  'signIn.access': '此标签页的权限',
  'signIn.submit': '登录',
  'signIn.where': '手边没有令牌？在网关所在的机器上运行以下命令，会打印一个可直接登录的链接：',

  'unpaired.state': '等待批准',
  'unpaired.title': '网关还不认识这个浏览器',
  'unpaired.about': '需要有权批准设备的人接受一次：可在另一个页面上，或在网关所在机器的终端中运行：',
  'unpaired.expires': '批准后本页会自动打开。请求在 5 分钟后失效，之后会自动重新发出。',

  'insecure.state': '无法在此登录',
  'insecure.title': '浏览器不保护这个地址',
  'insecure.about': '浏览器只在 localhost 和 HTTPS 上允许签名（{why}）。请从您自己的机器打开隧道：',
  'insecure.then':
    '然后打开 {address}，或使用 tailnet 的 HTTPS 名称。浏览器还需要支持 Ed25519（Chrome 137、Firefox 129、Safari 17）。',

  'palette.open': '前往…',
  'palette.title': '前往或操作',
  'palette.placeholder': '输入页面或操作名称',
  'palette.goTo': '前往{panel}',
  'palette.theme': '配色：{theme}',
  'palette.nothing': '没有匹配项。',

  'panel.loading': '正在加载',
  'panel.cannotLoad': '无法加载：{why}',
  'panel.cannotOpen': '无法打开此页：{why}',

  'tone.good': '一切正常',
  'tone.warn': '值得一看',
  'tone.bad': '出了问题',
  'tone.idle': '正在检查…',
  'tone.wait': '等您决定',

  'diff.changes': '将要更改的内容',

  'conflict.about': '其间有人保存了另一个版本。下面是从对方版本（−）到您的版本（+）的差异。',
  'conflict.diff': '对方版本与您的版本对比',
  'conflict.mine': '用我的版本覆盖',
  'conflict.theirs': '采用对方版本',
  'tone.info': '提示',
  'amount.mb': '{n} MB',
  'amount.gb': '{n} GB',
  'amount.tb': '{n} TB',
  'amount.percent': '{n}%',
  'conflict.both': '两个版本的全文',
  'conflict.theirVersion': '对方版本',
  'conflict.myVersion': '您的版本',
  'reason.notConnected': '未连接，没有发送任何内容。',
  'gate.refused': '{host} 不允许此页面接入',
  'gate.refusedHelp':
    '网关已应答，以上是它给出的原因。页面会继续尝试；在网关所在的机器上运行以下命令可了解更多：',
  'signIn.tailnet':
    '在此 tailnet 名称上，网关也可以凭您的 Tailscale 身份识别您：请在其机器上运行 `clawdbot config set gateway.auth.allowTailscale true`。',
};
