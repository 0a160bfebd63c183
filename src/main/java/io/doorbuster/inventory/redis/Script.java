package io.doorbuster.inventory.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;

/** One atomic step on a shard or on a sale's waves; resources/inventory has the texts. */
enum Script {
  LOAD,
  CARRY_OVER,
  UNLOAD,
  CONTROL,
  RESERVE,
  DRAIN,
  KEEP,
  ACKNOWLEDGE,
  END,
  ADD,
  HAS_MOVED,
  WITHDRAW,
  LEND,
  BORROW,
  LENT,
  OVERDUE,
  LOOK,
  FIND,
  SUMS,
  STATUS,
  WAVE_TIME,
  WAVE_LEASE,
  WAVE_OPEN,
  WAVE_PUT,
  WAVE_HAND_IN,
  WAVE_OUTCOME,
  WAVE_LIVE,
  WAVE_GATES,
  WAVE_TELL,
  WAVE_ENTRY;

  private final String text;
  private final String sha;

  Script() {
    String head = name().startsWith("WAVE_") ? "waves" : "shard";
    text = read(head) + read(name().toLowerCase(Locale.ROOT).replace('_', '-'));
    sha = sha(text);
  }

  private static String read(String name) {
    try (InputStream in = Script.class.getResourceAsStream("/inventory/" + name + ".lua")) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SHA-1 is how the server names scripts that it knows. */
  private static String sha(String text) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      return HexFormat.of().formatHex(sha1.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  String text() {
    return text;
  }

  String sha() {
    return sha;
  }
}
