package io.doorbuster.sale;

import java.util.Optional;
import java.util.regex.Pattern;

/** What a file is for that a sale names and that lies beside the sale file. */
public enum FileKind {
  /** The photo, as JPEG or PNG. */
  IMAGE("image", 20 * 1024 * 1024),
  /** The shop's own page in place of ours. */
  HTML("page.html", 64 * 1024),
  /** The shop's own styles in place of ours. */
  CSS("page.css", 64 * 1024);

  /** Longer names are slips of the hand. */
  static final int NAME_CHARS_MAX = 200;

  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*(?:/[A-Za-z0-9_][A-Za-z0-9._-]*)*");

  private final String key;
  private final int bytesMax;

  FileKind(String key, int bytesMax) {
    this.key = key;
    this.bytesMax = bytesMax;
  }

  /** In the sale file. */
  public String key() {
    return key;
  }

  /** A larger file is refused. */
  public int bytesMax() {
    return bytesMax;
  }

  /** By the key in the sale file. */
  public static Optional<FileKind> find(String key) {
    for (FileKind kind : values()) {
      if (kind.key.equals(key)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  /**
   * Whether a text can name a file beside the sale file: segments of letters, digits, {@code . _ -}
   * between slashes, none of which begins with a dot, so that it leads nowhere else.
   */
  public static boolean isFileName(String text) {
    return text.length() <= NAME_CHARS_MAX && NAME.matcher(text).matches();
  }
}
