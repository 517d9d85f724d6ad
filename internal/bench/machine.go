package bench

import (
	"bytes"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
)

// Machine is what the figures were measured on.
type Machine struct {
	OS       string `json:"os"`
	Arch     string `json:"arch"`
	CPU      string `json:"cpu,omitempty"`
	Cores    int    `json:"cores"`
	MemoryMB int    `json:"memory_mb,omitempty"`
	Go       string `json:"go"`
	Revision string `json:"revision,omitempty"`
	Dir      string `json:"dir"` // the disk that was measured
	World    Size   `json:"world"`
	Postgres string `json:"postgres,omitempty"` // its version, and what it gives up for speed
}

func machine(size Size, dir string) Machine {
	return Machine{OS: runtime.GOOS, Arch: runtime.GOARCH, CPU: procField("/proc/cpuinfo", "model name"), Cores: runtime.NumCPU(),
		MemoryMB: procKB("/proc/meminfo", "MemTotal") / 1000, Go: runtime.Version(), Revision: revision(), Dir: dir, World: size}
}

func revision() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			return setting.Value
		}
	}
	return ""
}

// procField reads a line "name : value" of a file of /proc; "" where there is
// none, which is so on every system but Linux.
func procField(file, name string) string {
	data, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	for line := range bytes.Lines(data) {
		key, value, ok := strings.Cut(string(line), ":")
		if ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// procKB reads a line "name: 123 kB"; 0 where there is none.
func procKB(file, name string) int {
	n, err := strconv.Atoi(strings.TrimSuffix(procField(file, name), " kB"))
	if err != nil {
		return 0
	}
	return n
}
