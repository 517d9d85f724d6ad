//go:build unix && !linux

package faults

// smallDisk: only Linux lets a process have a disk of its own.
func smallDisk() error { return nil }
