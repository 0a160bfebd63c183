package io.doorbuster.gate.pass;

import io.doorbuster.sale.Hmac;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;

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

  /**
   * A key with the one beginning that its passes have: their header, as it stands in them.
   *
   * @param macs one a thread that signs or verifies, since making one costs more than its use
   */
  record Signer(Key key, String start, ThreadLocal<Mac> macs) {
    static Signer of(Key key) {
      String json = "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"" + key.id() + "\"}";
      byte[] bytes = json.getBytes(StandardCharsets.US_ASCII);
      String start = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes) + ".";
      return new Signer(key, start, ThreadLocal.withInitial(() -> Hmac.newMac(key.secret())));
    }

    /** Of the text up to its end. */
    byte[] sign(byte[] text, int end) {
      Mac mac = macs.get();
      mac.update(text, 0, end);
      return mac.doFinal();
    }
  }

  private static final int KEYS_MAX = 2;

  private volatile List<Signer> signers;

  public PassKeys(List<Key> keys) {
    if (keys.isEmpty() || keys.size() > KEYS_MAX) {
      throw new IllegalArgumentException("there are one or two pass keys, not " + keys.size());
    }
    if (keys.stream().map(Key::id).distinct().count() < keys.size()) {
      throw new IllegalArgumentException("two pass keys need two ids");
    }
    this.signers = keys.stream().map(Signer::of).toList();
  }

  /** Signs with a new key from now on; the one that signed so far still verifies. */
  public synchronized List<Key> rotate(Key next) {
    Signer old = signers.getFirst();
    if (old.key.id().equals(next.id())) {
      throw new IllegalArgumentException("the new pass key needs an id of its own");
    }
    signers = List.of(Signer.of(next), old);
    return all();
  }

  public List<Key> all() {
    return signers.stream().map(Signer::key).toList();
  }

  List<Signer> signers() {
    return signers;
  }
}
