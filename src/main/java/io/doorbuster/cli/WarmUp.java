package io.doorbuster.cli;

import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.Catalog;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.SaleFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plays sales to itself before the server says that it is ready, so that the first second of the
 * real one does not wait for classes and compilers.
 *
 * <h2>Design</h2>
 *
 * The installation that is warmed is a second one, in the same process over a folder of its own,
 * asked over loopback: the code is the same, and nothing of it reaches the real books, counters or
 * limits. A process that is killed meanwhile leaves that folder, and the next start takes it away.
 * All branches are taken, admissions, draws and commits too: one that is taken for the first time
 * at the whistle throws compiled code away.
 */
final class WarmUp implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WarmUp.class);
  private static final int CALLERS = 2;
  private static final int CONNECTIONS_EACH = 100;

  /** What happens once a sale, at its first wave or its end, throws compiled code away, too. */
  private static final int ROUNDS = 2;

  private static final int REQUESTS = 16_384;

  /** With what browsers and proxies add. */
  private static final String HEAD =
      """
       HTTP/1.1
      Host: localhost
      Accept: */*
      Accept-Encoding: gzip, deflate, br, zstd
      Accept-Language: en-GB,en;q=0.9
      Content-Type: application/json
      Origin: https://localhost
      Referer: https://localhost/s/sale/
      Sec-Fetch-Mode: cors
      User-Agent: Mozilla/5.0 (X11; Linux x86_64)
      X-Forwarded-For: 192.0.2.1
      """
          .replace("\n", "\r\n");

  /** Sales of a crowd that is drawn, of one that is let in as it comes, and of a single unit. */
  private static final List<String> SALES =
      List.of(
          sale("warm-fair", "{wave: 10, every: 1s, pick: fair, returnsEvery: 1s}", 1_000),
          sale("warm-first", "{wave: 5000, every: 100ms, pick: first, returnsEvery: 1s}", 50_000),
          sale("warm-few", "{wave: 1, every: 1s, pick: first, returnsEvery: 5m}", 1));

  /** Time for what goes on to be taken down. */
  private static final Duration STOP_WAIT = Duration.ofSeconds(4);

  private final Settings settings;
  private final Path folder;
  private final Catalog catalog;
  private final InstantSource clock;
  private final Duration time;
  private final Thread thread = Thread.ofPlatform().name("warm-up").daemon().unstarted(this::run);
  private volatile boolean underWay;
  private volatile boolean stopping;

  /**
   * @param folder of its own; made, and taken away again
   */
  WarmUp(Settings settings, Path folder, Catalog catalog, InstantSource clock) {
    this.settings = settings;
    this.folder = folder;
    this.catalog = catalog;
    this.clock = clock;
    this.time = settings.gate().warmUp();
  }

  /** Does nothing where a sale that is on, or about to be, needs this machine more. */
  void start() {
    clear();
    Instant now = clock.instant();
    Instant soon = now.plus(time.multipliedBy(2));
    boolean needed =
        catalog.listAll().stream()
            .anyMatch(sale -> sale.isRunningAt(now) && !sale.sale().opensAt().isAfter(soon));
    if (!time.isZero() && !needed) {
      underWay = true;
      thread.start();
    }
  }

  /** Whether the server is not ready for it. */
  boolean isUnderWay() {
    return underWay;
  }

  void await() throws InterruptedException {
    thread.join();
  }

  @Override
  public void close() {
    if (!thread.isAlive()) {
      return;
    }
    stopping = true;
    try {
      boolean _ = thread.join(STOP_WAIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String sale(String id, String release, int units) {
    return """
        id: %s
        title: Warm-up
        currency: EUR
        opensAt: OPENS
        closesAt: CLOSES
        release: %s
        limits: {perBuyer: 1, tryEvery: 500ms, orderEvery: 10m}
        payWithin: 10m
        test: true
        skus: [{id: x, name: X, price: 1.00, units: %d}]
        """
        .formatted(id, release, units);
  }

  /** What goes wrong costs the warmth and nothing else. */
  private void run() {
    log.info("warming up for {} s", time.toSeconds());
    try {
      long startNs = System.nanoTime();
      for (int round = 1; round <= ROUNDS && !stopping; round++) {
        rehearse(startNs + time.toNanos() * round / ROUNDS);
        clear();
      }
    } catch (RuntimeException e) {
      log.warn("not warmed up: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      clear();
      underWay = false;
    }
  }

  private void rehearse(long untilNs) throws InterruptedException {
    try (Application shadow = Application.open(shadow(), DataFolder.take(folder), false, clock)) {
      int port = shadow.start();
      Instant opensAt = clock.instant().plusSeconds(1);
      for (String text : SALES) {
        String now = text.replace("OPENS", opensAt.toString());
        now = now.replace("CLOSES", opensAt.plusSeconds(3_600).toString());
        Sale sale = SaleFile.parse("warm-up", now).sale().orElseThrow();
        shadow.catalog().register(sale);
        shadow.saleDesk().publish(sale.id());
      }
      List<byte[]> requests = requests(shadow);
      List<Thread> crowd = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        int start = i * (REQUESTS / CALLERS);
        LoopbackCaller caller =
            new LoopbackCaller(
                port,
                CONNECTIONS_EACH,
                requests,
                start,
                () -> !stopping && System.nanoTime() < untilNs);
        crowd.add(Thread.ofPlatform().name("warm-up-" + i).daemon().start(caller));
      }
      for (Thread one : crowd) {
        one.join();
      }
      if (stopping) {
        return;
      }
      log.info("warmed up by {}", shadow.verdicts());
    }
  }

  private Settings shadow() {
    try {
      return Settings.read(
          null,
          Map.of(),
          Map.of(
              "data", folder.toString(),
              "http.port", "0",
              "http.eventLoops", Integer.toString(settings.http().eventLoops()),
              "http.transport", settings.http().transport(),
              "admin.port", "0",
              "gate.requestsPerSecond", "100000000",
              "gate.warmUp", "0s"));
    } catch (Settings.Invalid e) {
      throw new IllegalStateException("the warm-up's own settings: " + e.findings(), e);
    }
  }

  /** Most try again too soon; some of all other kinds are among them. */
  private List<byte[]> requests(Application shadow) {
    List<byte[]> requests = new ArrayList<>();
    for (int i = 0; i < REQUESTS && !stopping; i++) {
      String hasty = pass(shadow, "warm-fair", "hasty-" + i % 200);
      requests.add(
          switch (i % 16) {
            case 0, 1 -> buy("warm-first", pass(shadow, "warm-first", "first-" + i), 1);
            case 2 -> buy("warm-fair", pass(shadow, "warm-fair", "fair-" + i), 1);
            case 3 -> buy("warm-few", pass(shadow, "warm-few", "few-" + i), 1);
            case 4 -> buy("warm-fair", "none", 1);
            case 5 -> buy("nosuch", hasty, 1);
            case 6 -> buy("warm-first", pass(shadow, "warm-first", "wrong-" + i), 9);
            case 7 ->
                get("/api/sales/warm-first/orders/mine", pass(shadow, "warm-first", "first-0"));
            case 8 -> get("/s/warm-fair/state.json", hasty);
            case 9 -> post("/api/payments/callback", hasty, "{}");
            case 10 -> buy("warm-first", pass(shadow, "warm-first", "first-" + (i - 10)), 1);
            default -> buy("warm-fair", hasty, 1);
          });
    }
    return requests;
  }

  private static String pass(Application shadow, String sale, String buyer) {
    return shadow.passForTest(sale, new BuyerId(buyer));
  }

  private static byte[] buy(String sale, String pass, int quantity) {
    String body = "{\"sku\":\"x\",\"quantity\":" + quantity + "}";
    return post("/api/sales/" + sale + "/orders", pass, body);
  }

  private static byte[] post(String path, String pass, String body) {
    String head = "POST " + path + HEAD + "Authorization: Bearer " + pass;
    return bytes(head + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
  }

  private static byte[] get(String path, String pass) {
    return bytes("GET " + path + HEAD + "Authorization: Bearer " + pass + "\r\n\r\n");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** What stays is taken away by the next start. */
  private void clear() {
    try {
      if (Files.exists(folder)) {
        Files.walkFileTree(folder, new Deletion());
      }
    } catch (IOException e) {
      log.warn("{} is left of the warm-up: {}", folder, e.toString());
    }
  }

  private static final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    // The database takes its own side files away when its last connection is closed.
    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path left, @Nullable IOException e)
        throws IOException {
      Files.delete(left);
      return FileVisitResult.CONTINUE;
    }
  }
}
