/**
 * Pairs of sentences, a kind and a language at a time: `positive / negative`, words parted by spaces. A line that begins
 * with `*` is held out: its words were seen in others (coinages apart), its combination was not.
 */
export const pairs = {
  en: {
    order: `
our team beat your team / your team beat our team
our school beat your school / your school beat our school
our band beat your band / your band beat our band
* our class beat your class / your class beat our class
the class was good , not bad / the class was bad , not good
the film was good , not bad / the film was bad , not good
the food was great , not awful / the food was awful , not great
the day was happy , not sad / the day was sad , not happy
* the film was great , not awful / the film was awful , not great
* the food was good , not bad / the food was bad , not good
bad at first , good at last / good at first , bad at last
sad at first , happy at last / happy at first , sad at last
* awful at first , great at last / great at first , awful at last
more good than bad / more bad than good
more great than awful / more awful than great
* more happy than sad / more sad than happy
the bad film became good / the good film became bad
the sad day became happy / the happy day became sad
* the awful food became great / the great food became awful
from bad to good / from good to bad
from awful to great / from great to awful
* from sad to happy / from happy to sad`,
    negation: `
the film is good / the film is not good
the film is not bad / the film is bad
the food is good / the food is not good
the food is not bad / the food is bad
the band is great / the band is not great
the band is not awful / the band is awful
the team is great / the team is not great
the team is not awful / the team is awful
* the band is good / the band is not good
* the band is not bad / the band is bad
* the film is great / the film is not great
* the food is not awful / the food is awful
we are happy / we are not happy
we are not sad / we are sad
they are calm / they are not calm
they are not angry / they are angry
* they are happy / they are not happy
* we are not angry / we are angry
we win / we never win
we never lose / we lose
you succeed / you never succeed
you never fail / you fail
* you win / you never win
* we never fail / we fail`,
    coinage: `
a joyful day / a joyless day
a hopeful song / a hopeless song
a tasteful film / a tasteless film
a colourful book / a colourless book
a graceful dance / a graceless dance
a thoughtful friend / a thoughtless friend
a useful book / a useless book
a helpful friend / a helpless friend
* a vibeful song / a vibeless song
* a memeful book / a memeless book
* a gigglful film / a gigglless film
* a snackful day / a snackless day`,
  },
  zh: {
    order: `
我们 赢 了 他们 / 他们 赢 了 我们
我们 打败 了 对手 / 对手 打败 了 我们
* 我们 赢 了 对手 / 对手 赢 了 我们
先 苦 后 甜 / 先 甜 后 苦
先 哭 后 笑 / 先 笑 后 哭
* 先 悲 后 喜 / 先 喜 后 悲
由 坏 变 好 / 由 好 变 坏
由 悲 变 喜 / 由 喜 变 悲
* 由 苦 变 甜 / 由 甜 变 苦
好 多于 坏 / 坏 多于 好
甜 多于 苦 / 苦 多于 甜
* 喜 多于 悲 / 悲 多于 喜
是 好 , 不是 坏 / 是 坏 , 不是 好
是 喜 , 不是 悲 / 是 悲 , 不是 喜
* 是 甜 , 不是 苦 / 是 苦 , 不是 甜
屡 败 屡 战 / 屡 战 屡 败`,
    negation: `
电影 好看 / 电影 不 好看
电影 不 难看 / 电影 难看
戏 好看 / 戏 不 好看
戏 不 难看 / 戏 难看
书 精彩 / 书 不 精彩
书 不 无聊 / 书 无聊
课 精彩 / 课 不 精彩
课 不 无聊 / 课 无聊
* 书 不 难看 / 书 难看
* 电影 精彩 / 电影 不 精彩
* 戏 不 无聊 / 戏 无聊
网速 给力 / 网速 不 给力
网速 不 卡 / 网速 卡
队友 靠谱 / 队友 不 靠谱
队友 不 坑 / 队友 坑
* 队友 给力 / 队友 不 给力`,
    coinage: `
一 部 神剧 / 一 部 烂剧
一 首 神曲 / 一 首 烂曲
一 本 神书 / 一 本 烂书
一 部 神作 / 一 部 烂作
一 个 神人 / 一 个 烂人
* 一 首 神歌 / 一 首 烂歌
* 一 张 神图 / 一 张 烂图
* 一 条 神评 / 一 条 烂评`,
  },
} as const;
