package bench

import (
	"fmt"
	"strings"

	"switchboard/internal/i18n"
)

// sentences that people write to a desk, by language: {n} is a number, {code} an
// error code, {product} what they have bought.
var sentences = map[i18n.Lang][]string{
	i18n.English: {
		"Since the update of last night {product} stops with error {code}.",
		"We have restarted the service twice, and the result is the same.",
		"The backup of {n} mailboxes failed and nobody was told.",
		"About {n} of our people cannot sign in any more.",
		"The invoice shows {n} licences although we ordered fewer.",
		"Could you tell us whether a workaround exists until Friday?",
		"The log of the connector says that the certificate has expired.",
		"It happens on every machine in the Hamburg office and nowhere else.",
		"Before we go on we need to know which version is supported.",
		"The report runs for {n} minutes and then shows an empty page.",
		"Please look at the attached trace; the request times out after {n} seconds.",
		"We changed nothing in the firewall and the proxy lets everything through.",
	},
	i18n.Japanese: {
		"昨夜の更新のあと、{product} がエラー {code} で停止します。",
		"サービスを二度再起動しましたが、結果は変わりませんでした。",
		"{n} 個のメールボックスのバックアップが失敗し、通知も届いていません。",
		"約 {n} 名の利用者がサインインできなくなっています。",
		"請求書には {n} ライセンスと記載されていますが、注文した数より多いです。",
		"金曜日までに使える回避策があるか、教えていただけますでしょうか。",
		"コネクターのログには証明書の有効期限が切れていると記録されています。",
		"大阪支店のすべての端末で発生し、ほかの拠点では発生していません。",
		"作業を進める前に、対応しているバージョンを確認させてください。",
		"レポートは {n} 分ほど動いたあと、空白のページを表示します。",
		"添付の記録をご確認ください。要求は {n} 秒で時間切れになります。",
		"ファイアウォールの設定は変更しておらず、プロキシもすべて通しています。",
	},
	i18n.TraditionalChinese: {
		"昨晚更新之後，{product} 出現錯誤 {code} 並且停止運作。",
		"我們已經重新啟動服務兩次，結果仍然相同。",
		"{n} 個信箱的備份失敗，而且沒有人收到通知。",
		"大約有 {n} 位同事無法登入系統。",
		"發票上列出 {n} 個授權，比我們訂購的數量還多。",
		"請問在星期五之前是否有暫時的解決方法？",
		"連接器的記錄顯示憑證已經過期。",
		"台中辦公室的每一台電腦都會發生，其他地點則沒有問題。",
		"在繼續處理之前，我們需要知道支援哪一個版本。",
		"報表執行 {n} 分鐘之後只顯示空白頁面。",
		"請查看附上的追蹤記錄，要求在 {n} 秒後逾時。",
		"我們沒有更動防火牆設定，代理伺服器也全部放行。",
	},
}

// perCode is how many cases share an error code: those that a rare word finds.
const perCode = 30

// codeOf is the error code of a case.
func codeOf(i int) string { return fmt.Sprintf("E%07d", i/perCode*7) }

// words of people about case i: so many sentences, the first of which has the
// code when it opens the case.
func (w *World) words(lang i18n.Lang, i, step, count int) string {
	purpose := fmt.Sprintf("words-%d", step)
	known := sentences[lang]
	first := pick(len(known), i, purpose)
	if step == 0 {
		first = 0
	}
	out := make([]string, 0, count)
	for n := range count {
		out = append(out, known[(first+n*5)%len(known)])
	}
	product := productWords[pick(len(productWords), i, "about")][string(lang)]
	return strings.NewReplacer("{n}", fmt.Sprint(2+pick(98, i, purpose+"-n")), "{code}", codeOf(i), "{product}", product).Replace(strings.Join(out, " "))
}

func sentenceLang(i int) i18n.Lang { return i18n.Langs()[i%3] }
