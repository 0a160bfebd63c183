package io.doorbuster.drill.checker;

import io.doorbuster.drill.checker.Books.BookedWave;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/** The seed and the waves as the server publishes them, for anybody to recompute. */
record PublishedDraws(String seed, String sha256, List<BookedWave> waves) {
  static PublishedDraws parse(JsonObject json) {
    List<BookedWave> waves = new ArrayList<>();
    JsonArray array = json.getJsonArray("waves", new JsonArray());
    for (int i = 0; i < array.size(); i++) {
      JsonObject wave = array.getJsonObject(i);
      waves.add(
          new BookedWave(
              wave.getString("sku", ""),
              wave.getLong("number", -1L),
              wave.getInteger("k", 0),
              wave.getInteger("units", 0),
              wave.getInteger("entries", 0),
              wave.getInteger("admitted", 0),
              wave.getString("cutOff"),
              wave.getBoolean("complete", false),
              entered(wave.getJsonArray("entered", new JsonArray()))));
    }
    return new PublishedDraws(json.getString("seed", ""), json.getString("sha256", ""), waves);
  }

  private static byte[] entered(JsonArray entries) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < entries.size(); i++) {
      JsonObject entry = entries.getJsonObject(i);
      bytes.writeBytes(HexFormat.of().parseHex(entry.getString("buyer", "")));
      int quantity = entry.getInteger("quantity", 0);
      bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(quantity).array());
    }
    return bytes.toByteArray();
  }

  /** The commitment holds, and what is published is what the database has. */
  void check(Books books, Consumer<String> breach) {
    if (!sha256.equals(digest(seed))) {
      breach.accept("the published seed is not the one that was committed to: " + sha256);
    }
    if (!seed.equals(books.seed())) {
      breach.accept("the published seed is not the one in the database");
    }
    if (waves.size() != books.waves().size()) {
      breach.accept("%d waves are published, of %d".formatted(waves.size(), books.waves().size()));
      return;
    }
    for (int i = 0; i < waves.size(); i++) {
      BookedWave told = waves.get(i);
      BookedWave kept = books.waves().get(i);
      boolean same =
          told.number() == kept.number()
              && told.sku().equals(kept.sku())
              && Arrays.equals(bytes(told), bytes(kept));
      if (!same) {
        breach.accept("wave " + kept.number() + " is published with other entries");
      }
    }
  }

  /** No list and an empty one are the same: of a wave whose gates all came too late. */
  private static byte[] bytes(BookedWave wave) {
    byte[] entered = wave.entered();
    return entered == null ? new byte[0] : entered;
  }

  private static String digest(String seedHex) {
    try {
      byte[] seed = HexFormat.of().parseHex(seedHex);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(seed));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
