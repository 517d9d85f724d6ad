package web

import (
	"switchboard/internal/calendar"
)

// promiseText writes a duration of the world format: "4h", "2bd".
func promiseText(v *visit, promise string) string {
	d, err := calendar.ParseDuration(promise)
	if err != nil {
		return promise
	}
	return v.p.Promise(d)
}

// period writes from when until when something holds.
func period(v *visit, from, until string) string {
	switch {
	case from != "" && until != "":
		return v.T("web.period.both", "from", v.day(from), "until", v.day(until))
	case from != "":
		return v.T("web.period.from", "from", v.day(from))
	case until != "":
		return v.T("web.period.until", "until", v.day(until))
	}
	return ""
}

func statusTone(status string) string {
	switch status {
	case "live":
		return "ok"
	case "delisted":
		return "danger"
	}
	return "warn"
}

func kindNames(v *visit, kinds []string) string {
	out := make([]string, len(kinds))
	for i, kind := range kinds {
		out[i] = v.T("kind." + kind)
	}
	return v.p.List(out)
}
