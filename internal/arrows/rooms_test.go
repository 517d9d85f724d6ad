package arrows

// A room is a folder of the house with everything below it.
type room struct {
	path  string
	floor int
	third []string // third-party modules (import path prefixes) its product code may use
	why   string   // what the room is for: the reason for its floor and its modules
}

// Rooms import only rooms of lower floors. A room that is not listed here fails
// the test: say what it is for before writing it.
var rooms = []room{
	{"internal/fault", 0, nil, "every room names its failures with it, so it knows none of them"},
	{"internal/calendar", 0, nil, "arithmetic on hours, holidays and zones knows no company"},
	{"internal/text", 0, []string{"golang.org/x/text"}, "one analysis of words for search, topics and readers; Unicode tables from x/text"},
	{"internal/i18n", 0, []string{"golang.org/x/text", "github.com/nicksnyder/go-i18n/v2"}, "catalogs and printer; CLDR plurals and language matching are not ours to write"},
	{"internal/secret", 0, nil, "what a key looks like is bytes alone, it knows no case"},
	{"internal/picture", 0, []string{"golang.org/x/image"}, "what a picture is, its bytes say; decoders of WebP and scaling are not ours to write"},
	{"internal/demo", 0, nil, "the demo world is one embedded file: it needs nobody to hand it out"},
	{"wire", 0, nil, "the public shapes: whoever imports them gets the standard library and nothing else"},

	{"internal/directory", 1, []string{"golang.org/x/text"}, "companies, relations and offers are made of words, hours and faults"},
	{"internal/query", 1, []string{"golang.org/x/text"}, "the view grammar is text and faults, it knows no table"},
	{"proof", 1, nil, "public: a third party checks an exported case with it, so it needs the standard library and the wire shapes alone"},
	{"client", 1, nil, "public: a program that imports it gets net/http and the wire shapes, nothing more"},

	{"internal/access", 2, nil, "may and sees are decided over the directory alone"},
	{"internal/responsibility", 2, []string{"golang.org/x/text"}, "the rule table is applied to a directory and a question"},
	{"internal/topic", 2, []string{"golang.org/x/text"}, "ranks free text against the topics of the directory"},
	{"internal/notice", 2, nil, "health notices concern offers of the directory"},

	{"internal/casework", 3, nil, "the case ledger is decided over directory and access"},
	{"internal/feed", 3, nil, "who reads an event is decided over directory and access"},

	{"internal/store", 4, []string{"modernc.org/sqlite", "github.com/jackc/pgx/v5", "github.com/pressly/goose/v3", "golang.org/x/sys"}, "all SQL: both drivers, the migrations and the lock on the data directory live here and nowhere else"},
	{"internal/blob", 4, []string{"github.com/minio/minio-go/v7", "golang.org/x/sys"}, "files outside the database"},
	{"internal/worldfile", 4, []string{"go.yaml.in/yaml/v3"}, "reads and writes the world format, which is YAML"},
	{"internal/listing", 4, []string{"go.yaml.in/yaml/v3", "golang.org/x/text"}, "foreign listings and CSV become directory"},
	{"internal/mail", 4, []string{"github.com/emersion", "github.com/wneessen/go-mail", "golang.org/x/text", "blitiri.com.ar/go/spf"}, "letters as bytes: MIME, charsets and signatures are not ours to write"},
	{"internal/webhook", 4, []string{"github.com/standard-webhooks/standard-webhooks"}, "sign and deliver by the known scheme"},
	{"internal/live", 4, nil, "wakes streams up, knows no content"},

	{"internal/authn", 5, []string{"golang.org/x/crypto", "golang.org/x/oauth2", "github.com/coreos/go-oidc/v3", "github.com/go-webauthn/webauthn", "github.com/pquerna/otp", "github.com/google/uuid"}, "credentials become an actor: cryptography is not ours to write"},
	{"internal/jobs", 5, nil, "claims and runs rows of the store, knows no job by name"},

	{"internal/app", 6, []string{"github.com/google/uuid", "golang.org/x/sync"}, "use cases: ids are made once per request and passed down"},

	{"internal/api", 7, []string{"github.com/danielgtaylor/huma/v2", "github.com/go-chi/httprate", "github.com/google/uuid"}, "routes and documents of /v1"},
	{"internal/compat", 7, []string{"github.com/danielgtaylor/huma/v2"}, "the routes other products expect"},
	{"internal/web", 7, []string{"github.com/a-h/templ", "github.com/yuin/goldmark", "github.com/microcosm-cc/bluemonday", "github.com/andybalholm/brotli", "github.com/go-chi/httprate", "rsc.io/qr", "golang.org/x/text"}, "screens: typed templates, cleaned Markdown, compressed assets"},
	{"internal/mailgate", 7, []string{"github.com/emersion"}, "the SMTP and IMAP edge: sockets of known protocols"},
	{"internal/bench", 7, []string{"modernc.org/sqlite", "github.com/jackc/pgx/v5"}, "makes worlds and measures the product as its users meet it; the raw rows of its floors need the drivers without the product"},

	{"internal/server", 8, []string{"github.com/andybalholm/brotli", "github.com/go-chi/httprate", "github.com/prometheus/client_golang", "golang.org/x/sync"}, "the composition root: what wraps every request and nobody else knows"},
	{"internal/cli", 8, []string{"github.com/alecthomas/kong", "golang.org/x/term", "golang.org/x/sys", "github.com/mattn/go-isatty", "github.com/mattn/go-runewidth", "go.yaml.in/yaml/v3"}, "verbs: one struct is flags, environment and file"},

	{"cmd/switchboard", 9, nil, "a dozen lines around cli"},

	// Beside the house: nothing of the product may import these.
	{"internal/testkit", 10, []string{"github.com/chromedp", "github.com/jackc/pgx/v5"}, "tests need a PostgreSQL and a browser"},
	{"internal/faults", 10, []string{"modernc.org/sqlite", "github.com/jackc/pgx/v5"}, "kills, starves and doubles the running product; the data of a newer program is made by hand"},
	{"internal/walls", 10, nil, "holds everything that leaves the running product against whom it was written for"},
	{"internal/arrows", 10, nil, "this test"},
}

// Sideways steps on one floor, each for a reason.
var sideways = []edge{
	{"internal/calendar", "internal/fault", "wrong hours are a fault with a code"},
	{"internal/text", "internal/fault", "unreadable text is a fault with a code"},
	{"internal/i18n", "internal/fault", "the printer turns a fault into a sentence"},
	{"internal/responsibility", "internal/access", "the answer is masked for its reader last, and access says what he sees"},
	{"internal/responsibility", "internal/topic", "a question in words is ranked before the rules are asked"},
	{"internal/cli", "internal/server", "a verb without a running server reaches the handler in its own process"},
}

// Walls where the floors alone would allow a step.
var walls = []edge{
	{"internal/casework", "internal/responsibility", "a case takes a route; it never learns rules"},
	{"internal/api", "internal/store", "an edge asks a use case, which checks the actor; nothing reads past it"},
	{"internal/compat", "internal/store", "an edge asks a use case, which checks the actor; nothing reads past it"},
	{"internal/web", "internal/store", "an edge asks a use case, which checks the actor; nothing reads past it"},
	{"internal/mailgate", "internal/store", "an edge asks a use case, which checks the actor; nothing reads past it"},
	{"internal/web", "internal/api", "screens and API are two doors to the same use cases"},
	{"internal/api", "internal/web", "screens and API are two doors to the same use cases"},
	{"internal/cli", "internal/store", "the command line talks through client, so it can do what a partner can and no more"},
	{"internal/cli", "internal/app", "the command line talks through client, so it can do what a partner can and no more"},
	{"internal/jobs", "internal/authn", "jobs know rows and functions, nobody's credentials"},
}

// An edge is a step from one room to another and why it is allowed or forbidden.
type edge struct{ from, to, why string }

// The product's pure floors decide; they do not do.
const pureUpTo = 3

// The public client is on floor 1 for what imports it, and speaks HTTP for what
// it is.
var notPure = map[string]string{"client": "its job is to call a server"}

// What a pure floor must not touch, and why: salts, times and numbers are made
// once per request and passed in.
var impureImports = map[string]string{
	"context":      "nothing to cancel where nothing waits",
	"crypto/rand":  "chance is passed in",
	"database/sql": "all SQL lives in store",
	"io/fs":        "files are embedded or passed in",
	"log":          "a decision returns what it has to say",
	"log/slog":     "a decision returns what it has to say",
	"math/rand":    "chance is passed in",
	"math/rand/v2": "chance is passed in",
	"net":          "no sockets",
	"net/http":     "no sockets; kinds become statuses in wire's table",
	"net/smtp":     "no sockets",
	"os":           "files and the environment are passed in",
	"os/exec":      "no processes",
	"os/signal":    "no processes",
	"os/user":      "the machine's accounts are nobody's concern",
	"syscall":      "no system",
	"testing":      "product code does not know that it is tested",
}

var impureCalls = map[string]string{
	"time.Now":       "the time is fixed once per transaction and passed in",
	"time.Since":     "the time is fixed once per transaction and passed in",
	"time.Until":     "the time is fixed once per transaction and passed in",
	"time.After":     "nothing waits here",
	"time.AfterFunc": "nothing waits here",
	"time.NewTicker": "nothing waits here",
	"time.NewTimer":  "nothing waits here",
	"time.Tick":      "nothing waits here",
	"time.Sleep":     "nothing waits here",
	"time.Local":     "the machine's zone is nobody's zone",
	"fmt.Print":      "a decision returns what it has to say",
	"fmt.Printf":     "a decision returns what it has to say",
	"fmt.Println":    "a decision returns what it has to say",
}

// What the tests of any room may use beside the room's own modules.
var testTools = []string{
	"pgregory.net/rapid", "github.com/rogpeppe/go-internal", "github.com/getkin/kin-openapi",
	"github.com/anishathalye/porcupine", "go.uber.org/goleak", "github.com/chromedp",
	"golang.org/x/text", "golang.org/x/net/html", "go.yaml.in/yaml/v3", "github.com/google/uuid",
}

// Names that say nothing about what is inside.
var emptyNames = []string{"util", "utils", "common", "helper", "helpers", "model", "models", "types", "manager", "service", "services", "misc", "base"}
