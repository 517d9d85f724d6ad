package text

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// What asks for the same, and what looks alike and does not: the threshold stands
// between them, in each of the three languages.
func TestWhatAsksForTheSame(t *testing.T) {
	same := [][2]string{
		{"Tenant ID", "What is your tenant ID?"},
		{"Tenant ID", "Please tell us the tenant id of the customer's tenant"},
		{"Since when", "Since when?"},
		{"Which region?", "Region"},
		{"Which regions are concerned?", "Which region is concerned?"},
		{"Steps to repeat it", "Which steps repeat it?"},
		{"Ｔｅｎａｎｔ　ＩＤ", "tenant id"},
		{"Does it happen in version 3?", "does it happen in Version 3"},
		{"テナント ID", "テナント ID を教えてください。"},
		{"再現手順", "再現の手順を教えていただけますか？"},
		{"ｴﾗｰ番号は何ですか", "エラー番号"},
		{"お使いのバージョンは何ですか", "バージョンを教えてください"},
		{"租用戶識別碼", "請問您的租用戶識別碼是多少？"},
		{"重現步驟", "請提供重現的步驟"},
		{"受影響的使用者人數", "請問受影響的使用者人數"},
		{"錯誤代碼", "錯誤代碼是什麼？"},
	}
	other := [][2]string{
		{"", ""}, {"?", "!"}, {"What?", "Which?"},
		{"Tenant ID", "Subscription ID"},
		{"Tenant ID", "Which user of the tenant has typed the wrong ID, and on which machine?"},
		{"When did it happen?", "Where did it happen?"},
		{"Does it happen in version 3?", "Does it happen in version 4?"},
		{"Does it work?", "Does it not work?"},
		{"Which version?", "Which version of the agent on the file server?"},
		{"Who saw it first?", "When was it seen first?"},
		{"テナント ID", "サブスクリプション ID"},
		{"いつ発生しましたか", "どこで発生しましたか"},
		{"再現しますか", "再現しませんか"},
		{"バージョン 3 で発生しますか", "バージョン 4 で発生しますか"},
		{"エラー番号", "エラーが表示された画面"},
		{"租用戶識別碼", "訂用帳戶識別碼"},
		{"什麼時候發生的", "在哪裡發生的"},
		{"問題可以重現嗎", "問題無法重現嗎"},
		{"錯誤代碼", "錯誤發生的時間"},
		{"Tenant ID", "租用戶識別碼"},
	}
	for _, pair := range same {
		if a, b := SenseOf(pair[0]), SenseOf(pair[1]); !a.Same(b) || !b.Same(a) {
			t.Errorf("%q and %q ask for the same: %.2f %+v %+v", pair[0], pair[1], a.likeness(b), a, b)
		}
	}
	for _, pair := range other {
		if a, b := SenseOf(pair[0]), SenseOf(pair[1]); a.Same(b) || b.Same(a) {
			t.Errorf("%q and %q ask for two things: %.2f %+v %+v", pair[0], pair[1], a.likeness(b), a, b)
		}
	}
}

// Whatever is typed: it is the same as itself, in whichever case and width, and
// the order of two does not matter.
func TestSenseIsFair(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.String().Draw(t, "a"), rapid.String().Draw(t, "b")
		if x := SenseOf(a); len(Analyse(a)) > 0 && !x.Same(SenseOf("  "+a+" ")) {
			t.Errorf("%q is not the same as itself", a)
		}
		if SenseOf(a).Same(SenseOf(b)) != SenseOf(b).Same(SenseOf(a)) {
			t.Errorf("%q and %q depend on their order", a, b)
		}
	})
	long := strings.Repeat("長い言葉 word ", 10_000)
	if !SenseOf(long).Same(SenseOf(long)) {
		t.Error("a long text is not the same as itself")
	}
}
