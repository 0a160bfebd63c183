package io.doorbuster.cli.edge;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A bucket's public side, as an edge asks it.
 *
 * @param host a name or an address, perhaps with a port
 * @param path empty, or with a slash in front and none at its end
 */
record BucketOrigin(boolean tls, String host, String path) {
  private static final Pattern FORM =
      Pattern.compile(
          "(https?)://((?:[A-Za-z0-9.-]+|\\[[0-9a-fA-F:]+])(?::\\d{1,5})?)"
              + "((?:/[A-Za-z0-9._~-]+)*)/?");

  static Optional<BucketOrigin> parse(String text) {
    Matcher form = FORM.matcher(text);
    return form.matches()
        ? Optional.of(new BucketOrigin(form.group(1).equals("https"), form.group(2), form.group(3)))
        : Optional.empty();
  }

  /** Puts what it is into the values, and gives its part of the servers that are asked. */
  String upstream(Map<String, String> values) {
    String name = host.replaceFirst(":\\d+$", "");
    boolean port = !name.equals(host);
    values.put("bucketServer", port ? host : host + (tls ? ":443" : ":80"));
    values.put("bucketHost", host);
    values.put("bucketUrl", (tls ? "https" : "http") + "://bucket" + path);
    values.put("bucketTls", tls ? EdgeText.fill("page-bucket-tls.conf", Map.of("name", name)) : "");
    return EdgeText.fill("bucket.conf", values);
  }
}
