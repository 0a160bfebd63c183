package io.doorbuster.gate.pass;

import java.util.List;

/** The keys that sign passes: the first signs, all of them (at most two) verify. */
public final class PassKeys {
  /** A key and the name by which a pass tells which one signed it. */
  public record Key(String id, byte[] secret) {
    public Key {
      if (!id.matches("[A-Za-z0-9_-]{1,32}")) {
        throw new IllegalArgumentException("a key id has 1 to 32 letters, digits, _ or -");
      }
      if (secret.length < 32) {
        throw new IllegalArgumentException("a pass key has at least 32 bytes");
      }
    }
  }

  private static final int KEYS_MAX = 2;

  private volatile List<Key> keys;

  public PassKeys(List<Key> keys) {
    if (keys.isEmpty() || keys.size() > KEYS_MAX) {
      throw new IllegalArgumentException("there are one or two pass keys, not " + keys.size());
    }
    this.keys = List.copyOf(keys);
  }

  /** Signs with a new key from now on; the one that signed so far still verifies. */
  public synchronized List<Key> rotate(Key next) {
    keys = List.of(next, keys.getFirst());
    return keys;
  }

  public List<Key> all() {
    return keys;
  }

  Key signing() {
    return keys.getFirst();
  }
}
