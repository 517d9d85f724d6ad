package topic

import (
	"crypto/sha256"
	"encoding/binary"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"switchboard/internal/text"
)

var update = flag.Bool("update", false, "learn again and write model.bin")

// How the model is learned. Every number was chosen on folds of the training
// part (go test -run Folds -folds), never on the test part.
const (
	seed     = 20260101
	epochs   = 8
	rate     = 0.1
	decay    = 2e-5
	drop     = 0.4 // of the features of an example, each time anew: no word alone decides
	variants = 3   // disturbed copies of every sentence
)

// sources is everything the model depends on.
func sources(t testing.TB) [8]byte {
	h := sha256.New()
	for _, name := range []string{"corpus/train.en.tsv", "corpus/train.ja.tsv", "corpus/train.zh-TW.tsv",
		"lexicon/en.txt", "lexicon/ja.txt", "lexicon/zh-TW.txt", "features.go", "lexicon.go", "train_test.go", "../text/body.go"} {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(h, "%s %d\n%s", name, len(raw), raw)
	}
	return [8]byte(h.Sum(nil)[:8])
}

func TestModelIsCurrent(t *testing.T) {
	sum := sources(t)
	if *update {
		rows := trainingRows(t)
		if err := os.WriteFile("model.bin", learn(rows, sum), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if len(modelFile) != modelLen || modelFile[:8] != string(sum[:]) {
		t.Fatal("model.bin was learned from other texts: run go generate ./internal/topic")
	}
}

func trainingRows(t testing.TB) []Labelled {
	var rows []Labelled
	for _, lang := range []string{"en", "ja", "zh-TW"} {
		f, err := os.Open("corpus/train." + lang + ".tsv")
		if err != nil {
			t.Fatal(err)
		}
		part, err := ReadCorpus(f)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, part...)
	}
	return rows
}

// example is one vector with its class.
type example struct {
	fs    []feature
	class int
}

// learn is multinomial logistic regression by AdaGrad over disturbed copies of
// the rows. It is repeatable: one seed, one order, one goroutine.
func learn(rows []Labelled, sum [8]byte) []byte {
	random := rand.New(rand.NewPCG(seed, seed))
	examples := expand(rows, random)
	weights := make([]float32, buckets*classes)
	grads := make([]float32, buckets*classes)
	var bias, biasGrad [classes]float32
	for range epochs {
		random.Shuffle(len(examples), func(i, j int) { examples[i], examples[j] = examples[j], examples[i] })
		for _, e := range examples {
			step(weights, grads, &bias, &biasGrad, example{thin(e.fs, random), e.class})
		}
	}
	return encode(weights, bias, sum)
}

// thin leaves out some features, so that what is learned spreads over all that
// tell the same.
func thin(fs []feature, random *rand.Rand) []feature {
	out := make([]feature, 0, len(fs))
	for _, f := range fs {
		if random.Float32() >= drop {
			out = append(out, f)
		}
	}
	return out
}

func step(weights, grads []float32, bias, biasGrad *[classes]float32, e example) {
	var score [classes]float64
	for c := range score {
		score[c] = float64(bias[c])
	}
	for _, f := range e.fs {
		row := weights[int(f.bucket)*classes:][:classes]
		for c := range row {
			score[c] += float64(f.value * row[c])
		}
	}
	p := softmax(score)
	var delta [classes]float32
	for c := range delta {
		delta[c] = float32(p[c])
		if c == e.class {
			delta[c]--
		}
		biasGrad[c] += delta[c] * delta[c]
		bias[c] -= rate * 0.1 * delta[c] / float32(math.Sqrt(float64(biasGrad[c])+1e-3))
	}
	for _, f := range e.fs {
		at := int(f.bucket) * classes
		row, past := weights[at:at+classes], grads[at:at+classes]
		for c := range row {
			g := delta[c]*f.value + decay*row[c]
			past[c] += g * g
			row[c] -= rate * g / float32(math.Sqrt(float64(past[c])+1e-3))
		}
	}
}

func encode(weights []float32, bias [classes]float32, sum [8]byte) []byte {
	out := make([]byte, modelLen)
	copy(out, sum[:])
	for c := range classes {
		peak := float32(1e-6)
		for b := range buckets {
			peak = max(peak, float32(math.Abs(float64(weights[b*classes+c]))))
		}
		unit := peak / 127
		binary.LittleEndian.PutUint32(out[scalesAt+4*c:], math.Float32bits(unit))
		binary.LittleEndian.PutUint32(out[biasAt+4*c:], math.Float32bits(bias[c]))
		for b := range buckets {
			out[rowsAt+b*classes+c] = byte(int8(math.Round(float64(weights[b*classes+c] / unit))))
		}
	}
	return out
}

// expand makes the examples: every sentence as it is and disturbed copies, in
// the contexts in which it may be asked.
func expand(rows []Labelled, random *rand.Rand) []example {
	var out []example
	alike := companions(rows)
	for _, row := range rows {
		class := unclear
		if row.Topic != Unclear {
			class = slices.Index(codes, row.Topic)
		}
		contexts := contextsOf(row)
		copies := variants
		if class == unclear { // has no words of its own, so it is learned from more frames
			copies *= 2
		}
		for i := 0; i <= copies; i++ {
			s := row.Text
			if i > 0 {
				s = disturb(s, row.Lang, random)
			}
			if like := alike[kinship(row)]; i > 0 && class != unclear && random.IntN(3) == 0 {
				s += " " + rows[like[random.IntN(len(like))]].Text
			}
			c := contexts[random.IntN(len(contexts))]
			p := prepare(s, nil)
			out = append(out, example{features(p, lexicon().find(p), c), class})
		}
	}
	return out
}

// kinship joins the rows that one person could have written in one letter.
func kinship(row Labelled) string {
	return row.Lang + " " + row.Topic + " " + string(row.Context.Asker) + " " + row.Context.OfferKind
}

// companions are the rows of every kinship. Long texts are learned from
// sentences of the same topic put together.
func companions(rows []Labelled) map[string][]int {
	out := map[string][]int{}
	for i, row := range rows {
		out[kinship(row)] = append(out[kinship(row)], i)
	}
	return out
}

// contextsOf gives a row without a context those in which people ask it.
func contextsOf(row Labelled) []Context {
	if row.Context.Asker != "" {
		return []Context{row.Context}
	}
	all := []Context{
		{Asker: "customer", OfferKind: "saas"}, {Asker: "customer", OfferKind: "saas"}, {Asker: "customer", OfferKind: "saas"},
		{Asker: "customer", OfferKind: "virtual-machine"}, {Asker: "direct-partner", OfferKind: "saas"},
		{Asker: "reseller", OfferKind: "saas"}, {Asker: "publisher", OfferKind: "saas"},
	}
	switch row.Topic {
	case "saas-provisioning":
		return []Context{all[0], all[4], all[5], all[6]}
	case "platform-provisioning":
		return []Context{all[3], {Asker: "direct-partner", OfferKind: "azure-application"}, {Asker: "reseller", OfferKind: "virtual-machine"}, all[0]}
	case "platform-sla-credit":
		return []Context{all[3], all[3], all[4], all[5], all[6], all[0]}
	case "account-setup", "partner-terms", "subscription", "refund", "payment", "billing":
		return []Context{all[0], all[3], all[4], all[5]}
	case "transaction", "support-split", "marketplace-account", "offer-management":
		return []Context{all[0], all[4], all[5], all[6]}
	}
	return all
}

// frames are what people write around a question.
var frames = map[string][][2]string{
	"en": {{"Hi team, ", ""}, {"Hello, ", " Thanks!"}, {"Dear support, ", " Best regards"}, {"", " please advise"}, {"Good morning, ", " Thank you in advance."},
		{"quick question: ", ""}, {"", " Kind regards, Tom Baker"}, {"I have a question. ", ""}, {"", " Can you help?"}, {"Hi, ", ", any idea?"}, {"Regarding our product: ", ""}, {"", " asap"}, {"we have a problem: ", ""}},
	"ja": {{"お世話になっております。", ""}, {"お疲れさまです。", "よろしくお願いいたします。"}, {"すみません、", ""}, {"", "教えてください"}, {"", "ご確認をお願いいたします。"}, {"いつもお世話になっております。株式会社星空の田中です。", "お手数ですがよろしくお願いいたします。"},
		{"", "困っています"}, {"質問です。", ""}, {"", "のですが、どうすればよいでしょうか"}, {"", "助けてください"}, {"至急、", ""}, {"恐れ入りますが、", "いただけますでしょうか。"}, {"問い合わせです。", ""}},
	"zh-TW": {{"您好，", ""}, {"你好，", "，謝謝"}, {"請問", ""}, {"不好意思，", ""}, {"", "，麻煩協助"}, {"您好，我是玉河物流的小陳，", "，再麻煩您了，謝謝。"},
		{"", "，怎麼辦"}, {"想請問一下", ""}, {"", "，急"}, {"Hi，", "，感謝"}, {"", "，請儘快回覆"}, {"我想問", ""}, {"我們有個問題，", ""}},
}

// asides are what people tell besides: who, when and where, but never what.
var asides = map[string][]string{
	"en":    {"The owner wants me to write.", "A neighbour recommended you.", "Since last Tuesday,", "Around eleven", "Jenny used to look after this.", "We are a carpenter's shop.", "I looked everywhere.", "This is the second time.", "My boss is asking.", "We are a small school.", "The shop floor asks:", "Here in the Berlin office", "On Friday afternoon", "Over Easter", "I asked three people here.", "Our board meets tomorrow.", "Before the summer holidays", "I am new in this role.", "You helped us in March.", "We have a deadline.", "At half past four", "One of my team says:", "We've been with you for years.", "Somebody told me to ask you.", "As of this week", "Just so you know:", "Tell me straight:", "Concerning the branch in Lyon:", "The warehouse says", "I'm only the messenger, but", "Yesterday in the meeting it came up:", "We make bicycles.", "For the third month running", "As far as I can see,", "A bit embarrassing, but", "This morning", "Say", "Time flies.", "All in all", "The new manager wants to know:"},
	"ja":    {"社長の代わりに書いています。", "知人の紹介です。", "しばらく前から、", "十一時ごろ", "以前は井上が見ていました。", "町の工務店です。", "あちこち探しました。", "これで二度目です。", "上司に聞かれています。", "小さな学校です。", "現場からです。", "東京の事務所では", "金曜の午後に", "連休中に", "三人に聞いてみました。", "明日は役員会です。", "夏休みの前に", "この仕事は初めてです。", "三月にお世話になりました。", "締め切りがあります。", "四時半に", "部下が言うには、", "長年使っています。", "こちらに聞くように言われました。", "今週から", "念のため、", "率直に伺いますが、", "名古屋支店の件ですが、", "倉庫の者が言うには", "伝言ですが、", "昨日の会議で出た話ですが、", "自転車を作っています。", "三か月続けて", "見たところ、", "お恥ずかしいのですが、", "今朝、", "たとえば", "早いものです。", "全体として、", "新しい課長が知りたいそうです。"},
	"zh-TW": {"老闆娘要我寫信。", "朋友介紹的，", "從上週二開始，", "十一點左右", "以前是阿珍在管。", "我們是做木工的。", "我到處都找過了。", "這是第二次了。", "老闆在問。", "我們是小學校。", "現場在問，", "台北辦公室這邊", "禮拜五下午", "清明連假", "我問過三個人。", "明天要開董事會。", "暑假前", "我剛接這個工作。", "三月時你們幫過我們。", "有期限。", "四點半的時候", "我組員說", "我們用很多年了。", "人家叫我問你們。", "這禮拜開始", "跟你說一下，", "老實說，", "台中分店的事，", "倉庫說", "我只是傳話，", "昨天會議上講到，", "我們做腳踏車的。", "連續三個月", "我看起來", "有點不好意思，", "今天早上", "比如說", "時間過真快。", "整體來說", "新主管想知道，"},
}

var products = []string{"Contoso Backup", "Northwind CRM", "Fabrikam Analytics", "TailSpin Sync", "Bluebird VM", "AcmeDocs", "Orchid Mail", "コントソ バックアップ", "ノースウィンド", "青空ワークス", "雲杉備份", "晨星文件", "Lumen 365"}

// disturb makes a copy as another hand would have typed it: framed, with a
// product name, with a slip of the finger or with a word left out.
func disturb(s, lang string, random *rand.Rand) string {
	if random.IntN(3) == 0 {
		f := frames[lang][random.IntN(len(frames[lang]))]
		s = f[0] + s + f[1]
	}
	if random.IntN(2) == 0 {
		a := asides[lang]
		s = a[random.IntN(len(a))] + " " + s
	}
	if random.IntN(4) == 0 {
		name := products[random.IntN(len(products))]
		if random.IntN(2) == 0 {
			s = name + " " + s
		} else {
			s = s + " (" + name + ")"
		}
	}
	if random.IntN(3) == 0 {
		s = dropWord(s, random)
	}
	if random.IntN(3) == 0 {
		s = slip(s, random)
	}
	return s
}

func dropWord(s string, random *rand.Rand) string {
	words := strings.Fields(s)
	if len(words) < 4 {
		return s
	}
	i := random.IntN(len(words))
	return strings.Join(slices.Delete(words, i, i+1), " ")
}

// slip swaps, drops or doubles one Latin letter, as fingers do.
func slip(s string, random *rand.Rand) string {
	r := []rune(s)
	var at []int
	for i := 1; i+1 < len(r); i++ {
		if text.ScriptOf(r[i]) == text.Latin && text.ScriptOf(r[i-1]) == text.Latin && text.ScriptOf(r[i+1]) == text.Latin {
			at = append(at, i)
		}
	}
	if len(at) < 3 {
		return s
	}
	i := at[random.IntN(len(at))]
	switch random.IntN(3) {
	case 0:
		r[i], r[i+1] = r[i+1], r[i]
	case 1:
		r = slices.Delete(r, i, i+1)
	default:
		r = slices.Insert(r, i, r[i])
	}
	return string(r)
}
