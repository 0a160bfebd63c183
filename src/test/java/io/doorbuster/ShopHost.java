package io.doorbuster;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A shop's own host, with one page; it signs in whoever asks, as the documents tell a shop to. */
public final class ShopHost implements AutoCloseable {
  private static final Pattern EXAMPLE =
      Pattern.compile("<!-- A test serves this page\\. -->\\s*```html\\n(.*?)```", Pattern.DOTALL);

  private final HttpServer server;

  /** The HTML of {@code /boots}. */
  public volatile String page = "";

  /** What a buyer is given, for the pass desk. */
  public volatile String token = "from-the-shop";

  public ShopHost() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/boots", this::show);
    server.createContext("/sign-in", this::signIn);
    server.start();
  }

  /** The example of docs/integrate.md, for a sale of another host. */
  public static String example(String sale) {
    try {
      Matcher example = EXAMPLE.matcher(Files.readString(Path.of("docs/integrate.md")));
      if (!example.find()) {
        throw new IllegalStateException("docs/integrate.md has no page of a shop");
      }
      return example.group(1).replace("https://sale.shop.example/s/boots/", sale);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String origin() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  public String url() {
    return origin() + "/boots?colour=brown";
  }

  private void show(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
    byte[] bytes = page.getBytes(UTF_8);
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private void signIn(HttpExchange exchange) throws IOException {
    String query = exchange.getRequestURI().getRawQuery();
    String back = URLDecoder.decode(query.replaceFirst(".*return=", ""), UTF_8);
    if (!back.startsWith(origin() + "/")) {
      exchange.sendResponseHeaders(400, -1);
    } else {
      exchange.getResponseHeaders().set("Location", back + "#token=" + token);
      exchange.sendResponseHeaders(302, -1);
    }
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
