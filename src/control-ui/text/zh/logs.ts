import type { logs as english } from '../en/logs.ts';

export const logs: Readonly<Record<keyof typeof english, string>> = {
  'logs.level': '最低级别',
  'logs.all': '所有级别',
  'logs.atLeast': '{level} 及以上',
  'logs.filter': '按文字筛选',
  'logs.pause': '暂停',
  'logs.resume': '继续',
  'logs.download': '下载',
  'logs.live': '实时',
  'logs.stuck': '没有新内容',
  'logs.paused': '已暂停',
  'logs.empty': '日志为空。',
  'logs.none': '没有符合的行。',
  'logs.whole': '整行',
  'logs.lines.one': '{count} 行',
  'logs.lines.many': '{count} 行',
};
