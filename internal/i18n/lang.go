// Package i18n turns keys into sentences in English, Japanese and Traditional
// Chinese, and writes dates, numbers and lists as readers of each expect them
// (design: experience 4.4 and 8).
//
// The sentences live in catalog/<language>/<room>.json. Any file put there is
// read: to add texts, add or extend a file in all three folders. A file is one
// JSON object of keys and sentences:
//
//	{
//	  "_meta": {"reviewed": false},
//	  "inbox.empty": "Nothing needs you.",
//	  "hours.closed": "Closed.[[ Opens {t} {city} time.]]",
//	  "inbox.waiting": {"one": "{n} case waits.", "other": "{n} cases wait."}
//	}
//
// {name} is a placeholder; [[...]] is left out when one of its placeholders has
// no value; {{ and }} write braces. An object holds CLDR plural forms and is
// chosen by the number in {n}, or in the placeholder that "count" names. Keys
// are unique across the files of a language, and equal in all languages.
package i18n

import (
	"slices"
	"strconv"
	"strings"
)

// Lang is a language of the catalogs.
type Lang string

// The languages that every text exists in.
const (
	English            Lang = "en"
	Japanese           Lang = "ja"
	TraditionalChinese Lang = "zh-TW"
)

// Langs gives all languages, the default first.
func Langs() []Lang { return []Lang{English, Japanese, TraditionalChinese} }

// Parse reads a language tag ("ja", "en-GB", "zh-Hant-HK") or a POSIX locale
// ("ja_JP.UTF-8"). Every Chinese is read as zh-TW, the one we have.
func Parse(tag string) (Lang, bool) {
	base := strings.TrimSpace(tag)
	if cut := strings.IndexAny(base, "-_.@"); cut >= 0 {
		base = base[:cut]
	}
	switch strings.ToLower(base) {
	case "en":
		return English, true
	case "ja":
		return Japanese, true
	case "zh":
		return TraditionalChinese, true
	}
	return "", false
}

// longestAccept bounds what an Accept-Language header may make us read.
const longestAccept = 1000

// Match finds the language for the first header or tag that names one of ours;
// each may be an Accept-Language header with weights. Without any: English.
func Match(accept ...string) Lang {
	for _, header := range accept {
		if lang, ok := matchHeader(header); ok {
			return lang
		}
	}
	return English
}

func matchHeader(header string) (Lang, bool) {
	type wish struct {
		lang   Lang
		weight float64
	}
	var wishes []wish
	for part := range strings.SplitSeq(header[:min(len(header), longestAccept)], ",") {
		tag, params, _ := strings.Cut(part, ";")
		lang, known := Parse(tag)
		if weight := weightOf(params); known && weight > 0 {
			wishes = append(wishes, wish{lang, weight})
		}
	}
	slices.SortStableFunc(wishes, func(a, b wish) int {
		switch {
		case a.weight > b.weight:
			return -1
		case a.weight < b.weight:
			return 1
		}
		return 0
	})
	if len(wishes) == 0 {
		return "", false
	}
	return wishes[0].lang, true
}

// weightOf reads ";q=0.8"; a missing weight is 1, a broken one 0.
func weightOf(params string) float64 {
	for param := range strings.SplitSeq(params, ";") {
		if value, ok := strings.CutPrefix(strings.TrimSpace(param), "q="); ok {
			weight, err := strconv.ParseFloat(value, 64)
			if err != nil || !(weight >= 0 && weight <= 1) {
				return 0
			}
			return weight
		}
	}
	return 1
}
