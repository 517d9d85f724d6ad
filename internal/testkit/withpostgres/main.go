// Command withpostgres runs a command with a PostgreSQL cluster of its own,
// named to it by SWITCHBOARD_TEST_POSTGRES, and stops the cluster afterwards:
//
//	go run ./internal/testkit/withpostgres go test ./...
//	go run ./internal/testkit/withpostgres -durable bin/switchboard bench
//
// One cluster for a whole test run instead of one per package. It gives up fsync,
// because it is thrown away; for measurements -durable keeps every promise, and
// the command finds it as the PostgreSQL to measure as well.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"

	"switchboard/internal/testkit"
)

func main() {
	code, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "withpostgres:", err)
		code = 1
	}
	os.Exit(code)
}

func run(args []string) (code int, err error) {
	safety := testkit.Fast
	if len(args) > 0 && args[0] == "-durable" {
		safety, args = testkit.Durable, args[1:]
	}
	if len(args) == 0 {
		return 2, errors.New("usage: withpostgres [-durable] COMMAND [ARGUMENT...]")
	}
	// Ctrl-C goes to the command as well: wait for it, then clean up.
	signal.Notify(make(chan os.Signal, 1), os.Interrupt)
	cluster, err := testkit.StartCluster(safety)
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, cluster.Stop()) }()
	cmd := exec.Command(args[0], args[1:]...)
	dsn := cluster.DSN("postgres")
	cmd.Env = append(os.Environ(), testkit.PostgresEnv+"="+dsn, "SWITCHBOARD_BENCH_POSTGRES="+dsn)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err = cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return max(exit.ExitCode(), 1), nil
	}
	return 0, err
}
