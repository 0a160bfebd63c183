package io.doorbuster.page;

import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The published files in memory: a request's path and headers in, an answer out. */
final class StaticFiles {
  /** An answer to a GET. */
  record Answer(int status, String contentType, Buffer body, Map<String, String> headers) {}

  private static final String FOR_EVER = "public, max-age=31536000, immutable";

  /** Short, so that an edge has a changed page soon; it is asked for by its ETag then. */
  private static final String A_MOMENT = "public, max-age=10, must-revalidate";

  /** Of older versions, a sale: some 10 MB, most of it photos. */
  private static final int BEFORE_MAX = 20;

  /**
   * A sale's files by name.
   *
   * @param before those of older versions that change with their names, the oldest first: a
   *     browser, or an edge, may still hold the HTML that names them
   */
  private record Version(Map<String, Encoded> files, Map<String, Encoded> before) {
    static final Version NONE = new Version(Map.of(), Map.of());

    @Nullable Encoded find(String name) {
      Encoded now = files.get(name);
      return now == null ? before.get(name) : now;
    }

    Version next(Map<String, Encoded> next) {
      Map<String, Encoded> old = new LinkedHashMap<>(before);
      files.forEach(
          (name, file) -> {
            if (file.file().immutable()) {
              old.putIfAbsent(name, file);
            }
          });
      old.keySet().removeAll(next.keySet());
      while (old.size() > BEFORE_MAX) {
        old.remove(old.keySet().iterator().next());
      }
      return new Version(Map.copyOf(next), Collections.unmodifiableMap(old));
    }
  }

  private final Map<String, Version> sales = new ConcurrentHashMap<>();

  /** Replaces a sale's files, all at once. */
  void put(String sale, List<Encoded> files) {
    Map<String, Encoded> byName = new HashMap<>();
    files.forEach(file -> byName.put(file.file().name(), file));
    sales.compute(sale, (id, now) -> (now == null ? Version.NONE : now).next(byName));
  }

  private Version version(String sale) {
    return sales.getOrDefault(sale, Version.NONE);
  }

  /** The file as it is published already, where nothing in it has changed. */
  Optional<Encoded> findSame(String sale, PageFile file) {
    return Optional.ofNullable(version(sale).files.get(file.name()))
        .filter(known -> Arrays.equals(known.file().bytes(), file.bytes()));
  }

  /** A file as it is published already, by a name that changes with its content. */
  Optional<Encoded> findNamed(String sale, String name) {
    return Optional.ofNullable(version(sale).find(name));
  }

  Collection<Encoded> list(String sale) {
    return version(sale).files.values();
  }

  void remove(String sale) {
    sales.remove(sale);
  }

  /**
   * Finds a file.
   *
   * @param name empty for the page itself
   */
  Optional<Answer> find(
      String sale, String name, @Nullable String acceptEncoding, @Nullable String ifNoneMatch) {
    Encoded found = version(sale).find(name.isEmpty() ? PageRenderer.HTML : name);
    return Optional.ofNullable(found).map(file -> answer(file, acceptEncoding, ifNoneMatch));
  }

  private static Answer answer(
      Encoded found, @Nullable String acceptEncoding, @Nullable String ifNoneMatch) {
    PageFile file = found.file();
    String encoding = choose(found, acceptEncoding);
    String etag = found.etag() + (encoding.isEmpty() ? "" : "-" + encoding);
    Map<String, String> headers = new HashMap<>();
    headers.put("ETag", '"' + etag + '"');
    headers.put("Cache-Control", cacheControl(file));
    headers.put("Vary", "Accept-Encoding");
    headers.put("X-Content-Type-Options", "nosniff");
    if (!file.immutable()) {
      headers.put("Content-Security-Policy", "frame-ancestors 'none'");
      headers.put("Referrer-Policy", "strict-origin-when-cross-origin");
    }
    if (matches(ifNoneMatch, etag)) {
      return new Answer(304, file.contentType(), Buffer.buffer(), Map.copyOf(headers));
    }
    if (!encoding.isEmpty()) {
      headers.put("Content-Encoding", encoding);
    }
    Buffer body =
        switch (encoding) {
          case "br" -> found.brotli().orElse(found.plain());
          case "gzip" -> found.gzip().orElse(found.plain());
          default -> found.plain();
        };
    return new Answer(200, file.contentType(), body, Map.copyOf(headers));
  }

  static String cacheControl(PageFile file) {
    return file.immutable() ? FOR_EVER : A_MOMENT;
  }

  /** The smallest form that the browser takes; what it weighs with q=0 it does not take. */
  private static String choose(Encoded found, @Nullable String acceptEncoding) {
    boolean gzip = false;
    boolean brotli = false;
    String accepted = acceptEncoding == null ? "" : acceptEncoding.toLowerCase(Locale.ROOT);
    for (String item : accepted.split(",", -1)) {
      String[] parts = item.split(";", -1);
      boolean taken = parts.length < 2 || !parts[1].strip().matches("q=0(\\.0*)?");
      switch (parts[0].strip()) {
        case "br" -> brotli = taken;
        case "gzip" -> gzip = taken;
        default -> {}
      }
    }
    return brotli && found.brotli().isPresent()
        ? "br"
        : gzip && found.gzip().isPresent() ? "gzip" : "";
  }

  /** Weakly, as RFC 9110 has it for this header: an edge may have weakened the tag. */
  private static boolean matches(@Nullable String ifNoneMatch, String etag) {
    if (ifNoneMatch == null) {
      return false;
    }
    for (String item : ifNoneMatch.split(",", -1)) {
      String tag = item.strip();
      if (tag.equals("*") || tag.equals('"' + etag + '"') || tag.equals("W/\"" + etag + '"')) {
        return true;
      }
    }
    return false;
  }
}
