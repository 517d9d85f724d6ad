package store

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"

	"switchboard/internal/directory"
	"switchboard/internal/fault"
)

// A cursor names the row a list has come to, and that may be a row which the
// reader does not see: so it is sealed, with a key that all nodes share.
const cursorKey = "list.cursor-key"

func (s *Store) loadCursorKey(ctx context.Context) error {
	var key string
	var set bool
	read := func(tx *Tx) (err error) { key, set, err = tx.Setting(cursorKey); return err }
	if err := s.View(ctx, read); err != nil {
		return err
	}
	if !set {
		made := rand.Text()
		err := s.InTx(ctx, func(tx *Tx) error {
			_, err := tx.exec(settingFirst, cursorKey, made, micros(tx.now))
			return err
		})
		if err != nil {
			return err
		}
		if err := s.View(ctx, read); err != nil { // another node may have been first
			return err
		}
	}
	sum := sha256.Sum256([]byte(key))
	block, err := aes.NewCipher(sum[:])
	if err != nil {
		return err
	}
	s.cursors, err = cipher.NewGCMWithRandomNonce(block)
	return err
}

var settingFirst = sqlQuery("INSERT INTO setting (key, value, changed_at) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING")

func (s *Store) sealCursor(noun directory.Noun, id string) string {
	return base64.RawURLEncoding.EncodeToString(s.cursors.Seal(nil, nil, []byte(id), []byte(noun)))
}

func (s *Store) openCursor(noun directory.Noun, cursor string) (string, error) {
	if cursor == "" {
		return "", nil
	}
	sealed, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return "", fault.Wrap(err, fault.Invalid, "cursor.invalid")
	}
	id, err := s.cursors.Open(nil, nil, sealed, []byte(noun))
	if err != nil {
		return "", fault.Wrap(err, fault.Invalid, "cursor.invalid")
	}
	return string(id), nil
}
