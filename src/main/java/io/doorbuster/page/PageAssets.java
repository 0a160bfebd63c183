package io.doorbuster.page;

import io.doorbuster.sale.Hmac;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The script, styles and picture that all sales share, each under a name with a hash of its
 * content. The script comes as one out of the build, and the styles lose their comments and
 * indents: a crowd asks for three files, and they fit into a connection's first round trip (14 KB).
 */
final class PageAssets {
  private static final Pattern BLANK_OR_COMMENT =
      Pattern.compile("(?m)^[ \\t]*(?://.*|/\\*\\*.*\\*/[ \\t]*|/\\*\\*(?s:.*?)\\*/[ \\t]*)?\\R");
  private static final Pattern INDENT = Pattern.compile("(?m)^[ \\t]+");
  static final int HASH_CHARS = 12;

  private final Map<String, String> hashedNames = new LinkedHashMap<>();
  private final List<PageFile> files = new ArrayList<>();

  /**
   * Reads all that a page has.
   *
   * @param oidc whether buyers sign in by OpenID Connect, which takes a script of its own
   */
  PageAssets(boolean oidc) {
    if (oidc) {
      add("oidc.js", read("oidc.js"));
    }
    add("sale.js", read("sale.js"));
    add("sale.css", shrink(read("sale.css")));
    add("pay.css", shrink(read("pay.css")));
    add("sale.svg", read("sale.svg"));
  }

  List<PageFile> files() {
    return List.copyOf(files);
  }

  /** The name under which a resource is published. */
  String hashed(String name) {
    String hashed = hashedNames.get(name);
    if (hashed == null) {
      throw new IllegalArgumentException("the page has no asset " + name);
    }
    return hashed;
  }

  private void add(String name, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int dot = name.lastIndexOf('.');
    String hash = Hmac.digestHex(bytes).substring(0, HASH_CHARS);
    String hashed = name.substring(0, dot) + "." + hash + name.substring(dot);
    hashedNames.put(name, hashed);
    files.add(new PageFile(hashed, bytes, true));
  }

  /** Our own sources have no text over several lines in which this could do harm. */
  private static String shrink(String text) {
    return INDENT.matcher(BLANK_OR_COMMENT.matcher(text).replaceAll("")).replaceAll("");
  }

  static String read(String resource) {
    try (InputStream in = PageAssets.class.getResourceAsStream("/page/" + resource)) {
      if (in == null) {
        throw new IllegalStateException("the program lacks its resource page/" + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
