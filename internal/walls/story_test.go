//go:build unix

package walls

// story is what is written for whom, in every relation that a company can have
// to a case. The readers of each word are the audience as it was written (spec
// 2 section 5), never what the product made of it.
//
//	A  everybody's own: through all hands and every verb
//	B  of the same chain: customer and reseller alone; the rest of the sale is not on it
//	L  left: the provider was asked, declined, and is gone
//	H  with an open handoff and questions
//	J  with a joint session, which the operator coordinates
//	S  of the supporting partner, who asks for the customer as a reseller does
//	E  of the customer whose question the supporting partner works on
//	F  of a sale in which the split lets the hidden provider face the customer
//	G  of that sale, opened by the provider for the customer
//	K  of that sale, on a matter of money
//	Y  of a customer who bought alone: no partner is on the sale
//	D  of the rivals
var story = []string{
	`A: C POST /v1/cases {"subscription":"wallssub","topic":"break-fix","severity":"moderate","subject":"«C R P»","text":"«C R P»"}`,
	`A: R POST /v1/cases/{A}/messages {"text":"«R»"}`,
	`A: R POST /v1/cases/{A}/messages {"text":"«C R»","audience":["customer"],"wait":true}`,
	`A: C POST /v1/cases/{A}/messages {"text":"«C R»","audience":["wallsres"]}`,
	`A: C PATCH /v1/cases/{A} {"reference":"«C R»"}`,
	`A: R PATCH /v1/cases/{A} {"reference":"«C R P»"}`,
	`A: R PATCH /v1/cases/{A} {"assignee":"«R»"}`,
	`A: R POST /v1/cases/{A}/handoffs {"to":"wallsprov","summary":"«R P»","impact":"«R P»","tried":"«R P»","environment":"«R P»","facts":{"tenant":"«R P»"},"messages":[1]}`,
	`A: P POST /v1/handoffs/{A.h}/ask {"questions":[{"text":"«R P»"}]}`,
	`A: R POST /v1/handoffs/{A.h}/answer {"text":"«R P»","facts":{"region":"«R P»"}}`,
	`A: R POST /v1/handoffs/{A.h}/withdraw {"reason":"«R P»"}`,
	`A: R POST /v1/cases/{A}/handoffs {"to":"wallsprov","summary":"«R P»"}`,
	`A: P POST /v1/handoffs/{A.h}/join {"person":"«R P»"}`,
	`A: R POST /v1/cases/{A}/handoffs {"to":"wallsprov","summary":"«R P»"}`,
	`A: P POST /v1/handoffs/{A.h}/accept {"person":"«R P»","reference":"«R P B»"}`,
	`A: P POST /v1/cases/{A}/messages {"text":"«R P»","audience":["wallsres"]}`,
	`A: P POST /v1/cases/{A}/messages {"text":"«C P»","audience":["customer"]}`,
	`A: P POST /v1/cases/{A}/files?name=«R P»&audience=wallsres {"trace":"«R P»"}`,
	`A: R POST /v1/cases/{A}/files?name=«R» {"prices":"«R»"}`,
	`A: P POST /v1/cases/{A}/messages {"text":"«R P»","audience":["wallsres"],"via":"phone","on_behalf":"«R P»"}`,
	`A: P POST /v1/handoffs/{A.h}/update {"text":"«R P»","audience":["wallsres"],"next":"2026-11-20T11:00:00Z"}`,
	`A: P POST /v1/handoffs/{A.h}/pass-on {"to":"wallspub","summary":"«P B»","facts":{"tenant":"«P B»"}}`,
	`A: B POST /v1/handoffs/{A.h}/decline {"reason":"other","evidence":"«R P B»"}`,
	`A: P POST /v1/cases/{A}/messages {"text":"«R P»","audience":["wallsres"]}`,
	`A: P POST /v1/cases/{A}/handoffs {"to":"wallspub","summary":"«P B»"}`,
	`A: B POST /v1/handoffs/{A.h}/accept {"person":"«C R P B»","reference":"«C R P B»"}`,
	`A: B POST /v1/cases/{A}/messages {"text":"«B»"}`,
	`A: B PATCH /v1/cases/{A} {"assignee":"«B»"}`,
	`A: B POST /v1/cases/{A}/messages {"text":"«P B»","audience":["wallsprov"]}`,
	`A: B PATCH /v1/cases/{A} {"subject":"«C R P B»"}`,
	`A: B PATCH /v1/cases/{A} {"on_hold":"2026-11-25T10:00:00Z","reason":"«C R P B»"}`,
	`A: B PATCH /v1/cases/{A} {"on_hold":"0001-01-01T00:00:00Z"}`,
	`A: B POST /v1/cases/{A}/propose {"text":"«C R P B»"}`,
	`A: C POST /v1/cases/{A}/reject {"text":"«C R P B»"}`,
	`A: B POST /v1/handoffs/{A.h}/give-back {"text":"«P B»","reason":"«P B»"}`,
	`A: P POST /v1/handoffs/{A.h}/accept {"person":"«R P B»","next":"2026-11-20T11:00:00Z"}`,
	`pass 120h`,
	`A: R POST /v1/handoffs/{A}/reclaim {"reason":"«R P B»"}`,
	`A: R POST /v1/cases/{A}/propose {"text":"«C R P B»"}`,
	`A: C POST /v1/cases/{A}/confirm {"text":"«C R P B»"}`,
	`A: C POST /v1/cases/{A}/reopen {"text":"«C R P B»"}`,
	`A: R POST /v1/cases/{A}/close {"reason":"duplicate","text":"«C R P B»"}`,

	`B: R POST /v1/cases {"subscription":"wallssub","customer":"wallscust","topic":"break-fix","subject":"«C R»","text":"«C R»","requester":"«C R»","via":"phone"}`,
	`B: R POST /v1/cases/{B}/messages {"text":"«R»"}`,
	`B: R PATCH /v1/cases/{B}/labels {"add":["«R»"]}`,
	`B: C PATCH /v1/cases/{B}/labels {"add":["«C»"]}`,
	`B: R PUT /v1/cases/{B}/snooze {"until":"2026-12-20T11:00:00Z"}`,

	`L: C POST /v1/cases {"subscription":"wallssub","topic":"break-fix","subject":"«C R»","text":"«C R»","follows":"{A}"}`,
	`L: R POST /v1/cases/{L}/handoffs {"to":"wallsprov","summary":"«R P»"}`,
	`L: P POST /v1/handoffs/{L.h}/decline {"reason":"not-our-topic","evidence":"«R P»"}`,
	`L: R POST /v1/cases/{L}/messages {"text":"«C R»","audience":["customer"]}`,
	`L: R PATCH /v1/cases/{L} {"subject":"«C R»"}`,
	`L: R PATCH /v1/cases/{L} {"reference":"«C R»"}`,
	`L: R POST /v1/cases/{L}/propose {"text":"«C R»"}`,

	`H: C POST /v1/cases {"subscription":"wallssub","topic":"break-fix","subject":"«C R»","text":"«C R»"}`,
	`H: R POST /v1/cases/{H}/handoffs {"to":"wallsprov","summary":"«R P»","impact":"«R P»"}`,
	`H: P POST /v1/handoffs/{H.h}/ask {"questions":[{"text":"«R P»"}]}`,

	`J: C POST /v1/cases {"subscription":"wallssub","topic":"break-fix","subject":"«C R»","text":"«C R»"}`,
	`J: R POST /v1/cases/{J}/handoffs {"to":"wallsprov","summary":"«R P»"}`,
	`J: P POST /v1/handoffs/{J.h}/accept {"person":"«R P»"}`,
	`J: P POST /v1/cases/{J}/handoffs {"to":"wallspub","summary":"«P B»"}`,
	`J: B POST /v1/handoffs/{J.h}/decline {"reason":"other","evidence":"«R P B»"}`,
	`J: P POST /v1/cases/{J}/handoffs {"to":"wallspub","summary":"«P B»"}`,
	`J: B POST /v1/handoffs/{J.h}/decline {"reason":"other","evidence":"«R P B»"}`,
	`J: P PATCH /v1/cases/{J} {"engineer":"«R P B O»"}`,
	`J: B PATCH /v1/cases/{J} {"engineer":"«R P B O»"}`,
	`J: P PATCH /v1/cases/{J}/labels {"add":["«P»"]}`,
	`J: B PATCH /v1/cases/{J}/labels {"add":["«B»","«B»"]}`,
	`J: O POST /v1/cases/{J}/messages {"text":"«P O»","audience":["wallsprov"]}`,

	`S: S POST /v1/cases {"subscription":"wallssub","topic":"how-to","subject":"«C R S»","text":"«C R S»"}`,
	`S: S POST /v1/cases/{S}/messages {"text":"«S»"}`,

	`E: C POST /v1/cases {"subscription":"wallssub","topic":"how-to","subject":"«C R S»","text":"«C R S»"}`,
	`E: R POST /v1/cases/{E}/messages {"text":"«R»"}`,
	`E: R POST /v1/cases/{E}/handoffs {"to":"wallssup","summary":"«R S»","messages":[1]}`,
	`E: S POST /v1/handoffs/{E.h}/accept {"person":"«C R S»","reference":"«C R S»"}`,
	`E: S POST /v1/cases/{E}/messages {"text":"«C S»","audience":["customer"]}`,
	`E: S POST /v1/cases/{E}/messages {"text":"«S»"}`,

	`F: C POST /v1/cases {"subscription":"wallsfsub","topic":"break-fix","subject":"«C R»","text":"«C R»"}`,
	`F: R POST /v1/cases/{F}/messages {"text":"«C R»","audience":["customer"]}`,
	`F: R POST /v1/cases/{F}/handoffs {"to":"wallsprov","summary":"«R P»"}`,
	`F: P POST /v1/handoffs/{F.h}/accept {"person":"«R P»"}`,
	`F: P POST /v1/cases/{F}/messages {"text":"«C P»","audience":["customer"]}`,
	`F: P POST /v1/handoffs/{F}/update {"text":"«C R P»","audience":["customer","wallsres"],"next":"2026-11-28T11:00:00Z"}`,

	`G: P POST /v1/cases {"subscription":"wallsfsub","customer":"wallscust","topic":"break-fix","subject":"«C R P»","text":"«C R P»","requester":"«C R P»","via":"phone"}`,
	`G: P POST /v1/cases/{G}/messages {"text":"«P»"}`,

	`K: C POST /v1/cases {"subscription":"wallsfsub","topic":"billing","subject":"«C R»","text":"«C R»"}`,
	`K: R POST /v1/cases/{K}/messages {"text":"«C R»","audience":["customer"]}`,

	`Y: Y POST /v1/cases {"subscription":"wallsysub","topic":"break-fix","subject":"«B Y»","text":"«B Y»"}`,
	`Y: B POST /v1/cases/{Y}/messages {"text":"«B Y»","audience":["customer"]}`,
	`Y: B POST /v1/cases/{Y}/messages {"text":"«B»"}`,

	`D: W POST /v1/cases {"subscription":"wallsosub","topic":"break-fix","subject":"«V W»","text":"«V W»"}`,
	`D: V POST /v1/cases/{D}/messages {"text":"«V»"}`,
	`D: V POST /v1/cases/{D}/handoffs {"to":"wallspub","summary":"«V B»","messages":[]}`,
}
