package io.doorbuster.page.cdn;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One place that answers for the sale's host, asked by its own address.
 *
 * @param address a name, or a literal without brackets
 * @param host what buyers call it
 */
public record CdnEdge(boolean tls, String address, int port, String host) {
  private static final Pattern FORM =
      Pattern.compile(
          "(https?)://([A-Za-z0-9.-]+|\\[[0-9a-fA-F:]+])(?::(\\d{1,5}))?/?(?:=([A-Za-z0-9.:-]+))?");

  /** Reads {@code https://203.0.113.7=sale.example}; without a host the address is it. */
  public static Optional<CdnEdge> parse(String text) {
    Matcher form = FORM.matcher(text.strip());
    if (!form.matches()) {
      return Optional.empty();
    }
    boolean tls = form.group(1).equals("https");
    int port = tls ? 443 : 80;
    if (form.group(3) != null) {
      port = Integer.parseInt(form.group(3));
    }
    if (port < 1 || port > 65_535) {
      return Optional.empty();
    }
    String address = form.group(2).replace("[", "").replace("]", "");
    String host = form.group(4) == null ? form.group(2) : form.group(4);
    return Optional.of(new CdnEdge(tls, address, port, host));
  }

  @Override
  public String toString() {
    boolean literal = address.indexOf(':') >= 0;
    return (tls ? "https://" : "http://") + (literal ? "[" + address + "]" : address) + ":" + port;
  }
}
