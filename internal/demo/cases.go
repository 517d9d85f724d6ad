package demo

import "time"

// Case is a request of the demonstration and how far its life has come.
type Case struct {
	Age          time.Duration // how long before the start it was opened
	Company      string        // that asks
	Person       string
	Subscription string
	Publisher    string // who is offered the case where it is handed over
	Lang         string
	Topic        string
	Severity     string
	Fate         string
	Subject      string
	Text         string
	Reply        string // the desk's, in the language of the case
	Summary      string // for the publisher
}

// How far a case has come.
const (
	New      = "new"
	Waiting  = "waiting" // for the customer
	Offered  = "offered"
	Accepted = "accepted"
	Late     = "late" // nobody has answered
	Proposed = "proposed"
	Closed   = "closed"
	Joint    = "joint" // both have said that it is not theirs
)

// Fates are all of them.
func Fates() []string {
	return []string{New, Waiting, Offered, Accepted, Late, Proposed, Closed, Joint}
}

type subject struct{ topic, subject, text string }

// asker is somebody who asks about what their company has bought.
type asker struct{ company, person, subscription, publisher string }

type voice struct {
	lang, reply, summary string
	askers               []asker
	subjects             []subject
}

var voices = []voice{
	{"en", "Thank you. Which version do you use, and since when do you see this?", "Repeatable at the customer since the last update; version and times are known.",
		[]asker{{"northwind", "p-nora", "nw-backup", "contoso"}, {"woodgrove", "p-will", "wg-flow-2", "contoso"}, {"northwind", "p-nora", "nw-shield", "contoso"}, {"woodgrove", "p-will", "wg-backup", "contoso"}},
		[]subject{
			{"break-fix", "Sign-in keeps looping", "Since the update of last night, sign-in goes round in a circle for all of us."},
			{"break-fix", "Nightly copy stops at 40 %", "The copy of the file server stops at 40 % and no error is shown."},
			{"how-to", "Keep copies for ten years", "How do we set a rule that keeps the copies of the finance folder for ten years?"},
			{"break-fix", "Report shows an empty page", "The weekly report runs for ten minutes and then shows an empty page."},
			{"how-to", "Move to a new server", "We replace our file server next month. In which order do we move?"},
			{"break-fix", "Certificate has expired", "The connector says that its certificate has expired, and nobody can connect."},
			{"break-fix", "Restore takes nine hours", "A restore of one mailbox took nine hours yesterday. It was one hour in summer."},
			{"how-to", "Second administrator", "How do we give a second administrator the right to restore and nothing else?"},
			{"break-fix", "Two machines are missing", "Two of our machines do not appear in the list any more since Monday."},
			{"break-fix", "Alerts arrive twice", "Each alert arrives twice, once at the right time and once an hour later."},
		}},
	{"ja", "ご連絡ありがとうございます。お使いのバージョンと、いつから発生しているかを教えてください。", "前回の更新以降、お客様の環境で再現します。バージョンと発生日時は確認済みです。",
		[]asker{{"shirakaba", "p-sakura", "sk-backup", "contoso"}, {"aoba", "p-haruto", "aoba-guard", "litware"}},
		[]subject{
			{"break-fix", "更新後にサインインできません", "昨夜の更新のあと、サインイン画面が繰り返し表示されます。"},
			{"break-fix", "夜間の処理が途中で止まります", "夜間の処理が 40 % で止まり、エラーは表示されません。"},
			{"how-to", "保存期間を変更したい", "経理部のデータを十年間保存する設定方法を教えてください。"},
			{"break-fix", "レポートが空白になります", "週次レポートが十分ほど動いたあと、空白のページになります。"},
			{"how-to", "新しいサーバーへの移行", "来月サーバーを入れ替えます。移行の手順を教えてください。"},
			{"break-fix", "証明書の有効期限が切れました", "コネクターの証明書の有効期限が切れ、接続できません。"},
			{"break-fix", "復元に時間がかかります", "メールボックス一つの復元に九時間かかりました。夏は一時間でした。"},
			{"how-to", "管理者を追加したい", "復元だけができる管理者を追加する方法を教えてください。"},
			{"break-fix", "一覧に表示されない端末があります", "月曜日から二台の端末が一覧に表示されません。"},
			{"break-fix", "通知が二回届きます", "同じ通知が一時間後にもう一度届きます。"},
		}},
	{"zh-TW", "感謝您的來信。請告訴我們您使用的版本，以及從什麼時候開始發生。", "自上次更新後，可在客戶環境重現；版本與發生時間皆已確認。",
		[]asker{{"qinghe", "p-yating", "qh-backup", "contoso"}, {"qinghe", "p-yating", "qh-guard", "litware"}},
		[]subject{
			{"break-fix", "更新之後無法登入", "昨晚更新之後，登入畫面一直重複出現，全公司都無法使用。"},
			{"break-fix", "夜間作業停在 40 %", "夜間作業停在 40 %，而且沒有顯示任何錯誤。"},
			{"how-to", "想延長保存期限", "請問如何設定，讓財務資料夾的資料保存十年？"},
			{"break-fix", "報表顯示空白頁面", "每週報表執行十分鐘之後，只顯示空白頁面。"},
			{"how-to", "移轉到新的伺服器", "我們下個月要更換伺服器，請問移轉的順序為何？"},
			{"break-fix", "憑證已經過期", "連接器顯示憑證已經過期，沒有人能夠連線。"},
			{"break-fix", "還原時間過長", "昨天還原一個信箱花了九個小時，夏天時只要一個小時。"},
			{"how-to", "新增第二位系統管理員", "請問如何新增一位只能執行還原的系統管理員？"},
			{"break-fix", "清單中少了兩台電腦", "從星期一開始，有兩台電腦沒有出現在清單中。"},
			{"break-fix", "通知重複寄送", "每則通知都會在一小時後再收到一次。"},
		}},
}

// lives says when a case was opened, by what has become of it.
var lives = []struct {
	fate     string
	severity string
	age      time.Duration
}{
	{Late, "critical", 6 * 24 * time.Hour}, {New, "moderate", 20 * time.Minute}, {Waiting, "moderate", 30 * time.Hour},
	{Accepted, "critical", 26 * time.Hour}, {Closed, "moderate", 9 * 24 * time.Hour}, {Offered, "moderate", 5 * time.Hour},
	{Proposed, "moderate", 28 * time.Hour}, {Joint, "critical", 7 * time.Hour},
}

// Cases are the requests of the demonstration: ten subjects in each of three
// languages, twice, in every state.
func Cases() (out []Case) {
	for i := range 60 {
		v := voices[i%len(voices)]
		n := i / len(voices) // of this language
		s, a, life := v.subjects[n%len(v.subjects)], v.askers[(n+n/8)%len(v.askers)], lives[n%len(lives)]
		age := life.age + time.Duration(i)*7*time.Minute
		if life.fate == Late && a.publisher == "contoso" {
			age += 24 * time.Hour // what stands first can be handed to Contoso
		}
		out = append(out, Case{Age: age, Company: a.company, Person: a.person, Subscription: a.subscription,
			Publisher: a.publisher, Lang: v.lang, Topic: s.topic, Severity: life.severity, Fate: life.fate,
			Subject: s.subject, Text: s.text, Reply: v.reply, Summary: v.summary})
	}
	return out
}
