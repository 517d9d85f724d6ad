package directory

import (
	"strconv"
	"strings"
	"time"

	"switchboard/internal/calendar"
)

// RefundWindow reads a refund window: "14d" calendar days, "72h" of wall time,
// "" or "none" for no window. The error is that of calendar.ParseDuration.
func RefundWindow(window string) (days int, length time.Duration, err error) {
	if window == "" || window == "none" {
		return 0, 0, nil
	}
	if n, err := strconv.Atoi(strings.TrimSuffix(window, "d")); err == nil && n > 0 && strings.HasSuffix(window, "d") {
		return n, 0, nil
	}
	d, err := calendar.ParseDuration(window)
	return d.BusinessDays(), d.Working(), err
}
