import type { config as english } from '../en/config.ts';

export const config: Readonly<Record<keyof typeof english, string>> = {
  'config.title': '配置文件',
  'config.note': '密钥已遮盖。注释和未知的键会保留。',
  'config.edit': '编辑（会显示密钥）',
  'config.valid': '有效',
  'config.invalid': '无效',
  'config.noFile': '没有文件，使用内置默认值。',
  'config.text': '配置文本',
  'config.review': '查看更改',
};
