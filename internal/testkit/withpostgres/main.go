// Command withpostgres runs a command with a PostgreSQL cluster of its own,
// named to it by SWITCHBOARD_TEST_POSTGRES, and stops the cluster afterwards:
//
//	go run ./internal/testkit/withpostgres go test ./...
//
// One cluster for a whole test run instead of one per package.
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
	if len(args) == 0 {
		return 2, errors.New("usage: withpostgres COMMAND [ARGUMENT...]")
	}
	// Ctrl-C goes to the command as well: wait for it, then clean up.
	signal.Notify(make(chan os.Signal, 1), os.Interrupt)
	cluster, err := testkit.StartCluster(testkit.Fast)
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, cluster.Stop()) }()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), testkit.PostgresEnv+"="+cluster.DSN("postgres"))
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err = cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return max(exit.ExitCode(), 1), nil
	}
	return 0, err
}
