// The desk by keys, and what changes elsewhere. Enhancement only: each of these
// things is a link, a button or a field of the page as well.
import "./palette.js";
import "./follow.js";
import "./held.js";
