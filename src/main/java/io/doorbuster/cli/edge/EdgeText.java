package io.doorbuster.cli.edge;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A file of ours with {@code {{names}}} in it, filled. */
final class EdgeText {
  private static final Pattern NAME = Pattern.compile("\\{\\{(\\w+)}}");

  private EdgeText() {}

  /**
   * Fills a resource.
   *
   * @throws IllegalStateException where a name has no value, which is a fault of ours
   */
  static String fill(String resource, Map<String, String> values) {
    String text = read(resource);
    Matcher name = NAME.matcher(text);
    StringBuilder filled = new StringBuilder();
    while (name.find()) {
      String value = values.get(name.group(1));
      if (value == null) {
        throw new IllegalStateException(resource + " has no value for " + name.group(1));
      }
      name.appendReplacement(filled, Matcher.quoteReplacement(value));
    }
    return name.appendTail(filled).toString();
  }

  private static String read(String resource) {
    try (InputStream in = EdgeText.class.getResourceAsStream("/edge/" + resource)) {
      if (in == null) {
        throw new IllegalStateException("no resource edge/" + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
