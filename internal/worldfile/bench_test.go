package worldfile

import (
	"bytes"
	"fmt"
	"testing"
)

// subscriptions writes rows as large as those of a real world.
func subscriptions(rows int, line string, chunk int, head string) []byte {
	var b bytes.Buffer
	for i := range rows {
		if i%chunk == 0 {
			b.WriteString(head)
		}
		fmt.Fprintf(&b, line, i, i%5000, i%300, i%40, i%900, i%40, i)
	}
	return b.Bytes()
}

func benchmarkRead(b *testing.B, data []byte, rows int) {
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		if err := Read(bytes.NewReader(data), "w", func(Row) error { n++; return nil }); err != nil || n != rows {
			b.Fatal(n, err)
		}
	}
	b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkReadJSONLines(b *testing.B) {
	const line = `{"subscriptions":[{"id":"s-%d","customer":"customer-%d","offer":"offer-%d","plan":"pro","term":"monthly","model":"indirect","seller":"provider-%d","reseller":"reseller-%d","purchaser":"provider-%d","status":"active","from":"2026-01-10","hide_provider":true,"external":{"subscriptionId":"c0ffee00-0000-4000-8000-%012d"}}]}` + "\n"
	benchmarkRead(b, append([]byte(`{"switchboard":1}`+"\n"), subscriptions(20000, line, 1<<30, "")...), 20000)
}

func BenchmarkReadYAML(b *testing.B) {
	const line = "- {id: s-%d, customer: customer-%d, offer: offer-%d, plan: pro, term: monthly, model: indirect, seller: provider-%d, reseller: reseller-%d, purchaser: provider-%d, status: active, from: 2026-01-10, hide_provider: true, external: {subscriptionId: c0ffee00-0000-4000-8000-%012d}}\n"
	benchmarkRead(b, subscriptions(20000, line, 1000, "---\nswitchboard: 1\nsubscriptions:\n"), 20000)
}
