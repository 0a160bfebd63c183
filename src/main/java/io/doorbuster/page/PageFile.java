package io.doorbuster.page;

import java.nio.charset.StandardCharsets;

/**
 * One file of a sale's page.
 *
 * @param immutable its name changes with its content, so that it may be kept for ever
 */
record PageFile(String name, byte[] bytes, boolean immutable) {
  /** How many {@link #turn}s there are. */
  static final int TURNS = 3;

  /** One that keeps its name, whatever is in it. */
  static PageFile changing(String name, String text) {
    return new PageFile(name, text.getBytes(StandardCharsets.UTF_8), false);
  }

  /** Whether a browser needs it to show the page: that itself, its styles, its script. */
  boolean isOfFirstView() {
    return name.equals(PageRenderer.HTML) || name.matches("(sale|oidc)\\.[0-9a-f]+\\.(css|js)");
  }

  /** Whether it is as small as it gets already. */
  boolean isCompressed() {
    return name.endsWith(".jpg") || name.endsWith(".png");
  }

  /** Files are published by it: what others name first, the page itself last. */
  int turn() {
    return immutable ? 0 : name.equals(PageRenderer.HTML) ? TURNS - 1 : 1;
  }

  String contentType() {
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "html" -> "text/html; charset=utf-8";
      case "css" -> "text/css; charset=utf-8";
      case "js" -> "text/javascript; charset=utf-8";
      case "svg" -> "image/svg+xml";
      case "jpg" -> "image/jpeg";
      case "png" -> "image/png";
      default -> "application/octet-stream";
    };
  }
}
