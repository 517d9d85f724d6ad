package text

import "strings"

// The languages Language tells apart, as BCP 47 tags.
const (
	English  = "en"
	Japanese = "ja"
	Chinese  = "zh-TW"
)

// japaneseOnly are characters of Japanese print that Traditional Chinese writes
// differently (払 for 拂, 気 for 氣) or does not have (込, 枠).
const japaneseOnly = "払気売図円発対応続価単変広関鉄駅検険県実総経継黒戻込働畑枠峠辻扱仮伝児両乗処剣剤労励効勧単厳圧団囲圏塁塩増壊壱変姫学宝寛寿専将届属峡巣帯帰庁弐弾径従徳応恵恋悪悩惨戦戯択担拝拠拡挙挿捜摂撃斎断旧昼晩暁暦条来栄桜桟検楽様権横欠歓歯歳残殴毎気沢浄浅浜涙渉渋渓温湾満滝潜点為焼犠状独狭猟献瓶畳疎痩発県真眠砕砲礼祥禅禍秘稲穂窓窃竜粋粛糸経絵継続総緑縁縄縦繊繋聴脅脳臓舎舗芸荘茎蔵薫薬虚虫蛍蛮装覇観覚触訳証誉読謡譲豊賛践転軽辺込逓遅郷酔醸釈鉱銭鋳錬録鎖鎮関闘陥険随隠隣隷雑霊静頼顔顕駆騒験髪鶏麺黄黙齢"

// japaneseWords are words without kana that Taiwan does not use.
var japaneseWords = []string{
	"請求書", "不具合", "連絡先", "返金", "解約", "障害", "見積", "利用", "勘定", "手順", "領収", "担当", "契約", "支払", "切替",
	"更新不可", "接続", "至急", "返品", "残高", "引落", "振込", "口座", "名義", "月額", "料金", "無料", "有償", "保守", "稼働", "窓口", "販促",
}

// chineseOnly are characters common in Chinese that Japanese print does not use.
const chineseOnly = "你您妳我們們嗎呢吧沒哪這誰麼麽啥啦喔哦耶欸帳號請說讓還從過個對應該為與發關開費錢單據經壞變實際戶體檔案點擊顯權證資訊訂閱續約檢測試繳"

// Count is how many characters of each script s has.
func Count(s string) map[Script]int {
	n := map[Script]int{}
	for _, r := range s {
		n[ScriptOf(r)]++
	}
	return n
}

// Language guesses the language of s: English, Japanese or Chinese, or "" when
// s has no letters of any of them. Kana mean Japanese; Han without kana means
// Chinese unless characters or words of Japanese alone speak against it. A few
// Japanese or Chinese characters outweigh a long Latin product name, because
// nobody writes them by accident.
func Language(s string) string {
	s = Normalise(s)
	n := Count(s)
	kana := n[Hiragana] + n[Katakana]
	dense := kana + n[Han]
	switch {
	case dense == 0 && n[Latin] == 0:
		return ""
	case dense == 0 || n[Latin] > 20*dense:
		return English
	case kana > 0 && !strayKana(s, kana, n[Han]):
		return Japanese
	case japaneseEvidence(s):
		return Japanese
	}
	return Chinese
}

// strayKana is true for the single の that Taiwanese shop names like to use.
func strayKana(s string, kana, han int) bool {
	return kana == 1 && han >= 4 && strings.ContainsRune(s, 'の') && strings.ContainsAny(s, chineseOnly)
}

// japaneseEvidence weighs Han text without kana.
func japaneseEvidence(s string) bool {
	score := 0
	for _, r := range s {
		if r < 0x3000 {
			continue
		}
		if strings.ContainsRune(japaneseOnly, r) {
			score++
		}
		if strings.ContainsRune(chineseOnly, r) {
			score--
		}
	}
	for _, w := range japaneseWords {
		if strings.Contains(s, w) {
			score++
		}
	}
	return score > 0
}
