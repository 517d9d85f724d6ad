// Package testkit gives tests the real things the product runs against: a
// PostgreSQL cluster of their own and a Chromium to look at pages with.
//
// Nothing here is replaced by an imitation and nothing is skipped: when
// PostgreSQL, Chromium or axe-core is missing, the test fails with the sentence
// that says how to install it. Only test files and the test runner import this
// package.
package testkit
