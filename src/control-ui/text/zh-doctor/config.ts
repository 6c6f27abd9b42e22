/** The config file. */
export const config = {
  'There is no config': '没有配置文件',
  'the gateway serves with its defaults': '网关正以默认设置提供服务',
  'this machine is a node host': '本机是节点',
  'another product is the gateway of this account': '此账户的网关是另一个产品',
  'There is no {1}, so a gateway does not start here.': '{1} 不存在，因此网关不会在此启动。',
  'A gateway without a config refuses to start, so that none starts by accident.':
    '没有配置的网关拒绝启动，以免误启动。',
  'Nothing was set up under this state directory. If something was, the doctor looks at another place than the service: compare CLAWDBOT_STATE_DIR, CLAWDBOT_CONFIG_PATH, HOME and --profile with those of the unit.':
    '此状态目录下没有任何设置。如果曾经设置过，那么诊断看的位置与服务不同：请把 CLAWDBOT_STATE_DIR、CLAWDBOT_CONFIG_PATH、HOME 和 --profile 与单元中的值对照。',
  'The config cannot be read': '无法读取配置',
  '{1}; ask the account that owns it': '{1}；请用拥有它的账户查询',
  'Nothing starts with a config that cannot be read.': '配置读不出来，什么都启动不了。',
  'Something else stands where the config file should be (a directory, a dangling link), or the disk refuses. Put a file back; backups are beside it as clawdbot.json.bak.':
    '配置文件的位置上是别的东西（目录、失效的链接），或者磁盘拒绝读取。请放回一个文件；备份就在旁边，名为 clawdbot.json.bak。',
  'The config is damaged': '配置已损坏',
  '{1} is not JSON5: {2}': '{1} 不是有效的 JSON5：{2}',
  'Correct the place named.': '改正所指出的位置。',
  'Correct the place named, or copy {1}.bak back after looking at the difference.':
    '改正所指出的位置，或在查看差异之后把 {1}.bak 复制回来。',
  'The next start ends with exit status 78; a running gateway keeps its old settings.':
    '下次启动会以退出码 78 结束；正在运行的网关沿用旧设置。',
  'A write was cut off, or an edit left a comma or bracket wrong. This program writes aside, syncs and renames, so a half-written file comes from an editor or another program. Nothing is repaired by guessing: the last good text is in clawdbot.json.bak.':
    '写入被中断，或者编辑时写错了逗号、括号。本程序先写到一旁、同步、再改名，所以写了一半的文件来自编辑器或其他程序。诊断不会靠猜测修复任何东西：最后一份完好的文本在 clawdbot.json.bak。',
  'A setting has a value it cannot have': '某项设置的值不被允许',
  'The gateway does not start with it (exit status 78).': '网关因此无法启动（退出码 78）。',
  'Port, bind and the kind of authentication are never guessed: a wrong value there stops the start. Every other wrong value falls back to its default and is reported as config/fallback.':
    '端口、监听地址和认证方式从不猜测：值写错就不启动。其他写错的值会退回默认值，并以 config/fallback 报告。',
  'A setting is ignored because of its value': '某项设置因其值无效而被忽略',
  'The default is in force instead of what was written.': '生效的是默认值，而不是所写的值。',
  'One bad optional key does not stop the service: it counts as absent until it is corrected.':
    '一个写错的可选键不会阻止服务：在改正之前视为没有设置。',
  'Settings that cannot work together': '有些设置不能同时使用',
  'The gateway refuses to start with it (exit status 78).': '网关因此拒绝启动（退出码 78）。',
  'Each setting is fine alone. The message names the keys and what works. Exposure without authentication, a bind address without a host, token authentication without a token end here.':
    '每项设置单独看都没问题。消息会指出相关的键以及可行的写法。对外开放却没有认证、指定监听地址却没有主机、令牌认证却没有令牌，都会到这里。',
  'The config has keys that nobody reads': '配置中有无人读取的键',
  'no known key is near': '没有相近的已知键',
  'did you mean {1}?': '是不是想写 {1}？',
  'A misspelt key means that its setting is not in force.': '键名拼错意味着相应的设置没有生效。',
  'Unknown keys are kept and ignored, they never stop a start. Sections of a real Clawdbot or OpenClaw that this program has no use for are known and not reported.':
    '未知的键会保留并忽略，绝不会阻止启动。真正的 Clawdbot 或 OpenClaw 中本程序用不到的部分是已知的，不会报告。',
  'The config lost most of its content': '配置丢失了大部分内容',
  '{1} has {2} bytes, its last backup {3} has {4}.': '{1} 有 {2} 字节，其最近的备份 {3} 有 {4} 字节。',
  'If it was not meant: cp {1} {2}': '如果并非有意：cp {1} {2}',
  'A repair or a form that knew only part of the settings may have written over the rest.':
    '某个只认识部分设置的修复程序或表单可能覆盖了其余内容。',
  'Writers of this program refuse to drop most of a file. Other programs and older releases do not. The backup is compared by size only, nothing is put back by itself.':
    '本程序的写入者拒绝丢弃文件的大部分内容，其他程序和旧版本则不会。与备份只按大小比较，不会自动恢复任何内容。',
  ' (line {1})': '（第 {1} 行）',
} as const;
