package io.doorbuster.gate.pass;

import static io.doorbuster.gate.pass.ShopJwts.claims;
import static io.doorbuster.gate.pass.ShopJwts.hs256;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.MovableClock;
import io.doorbuster.gate.BlockList;
import io.doorbuster.gate.TestSales;
import io.doorbuster.http.Problem;
import io.doorbuster.http.Router;
import io.doorbuster.http.Server;
import io.doorbuster.sale.Listing;
import io.doorbuster.sale.SalePhase;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Who has the spare time only, after sign-ins in a process in which nothing has run before: a
 * thread takes after the one that makes it, and the carriers of virtual threads are made once.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(60)
final class SpareTimeTest {
  private static final int SIGN_INS = 20;

  @Test
  void signIns_fromIdle_leaveEveryThreadButTheWorkersItsPriority() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            SpareTimeTest.class.getName());
    Process process = builder.redirectErrorStream(true).start();
    List<String> lines = process.inputReader(UTF_8).lines().toList();
    assertThat(process.waitFor()).as("%s", lines).isZero();
    List<String> threads = lines.stream().filter(line -> line.startsWith("thread ")).toList();
    assertThat(threads).anyMatch(line -> line.startsWith("thread 15 pass-"));
    assertThat(threads).anyMatch(line -> line.contains("ForkJoinPool"));
    assertThat(threads)
        .filteredOn(line -> !line.contains(" pass-"))
        .hasSizeGreaterThan(10)
        .allMatch(line -> line.startsWith("thread 0 "));
  }

  /** Signs in, runs something on virtual threads, and says how nice each thread is. */
  static void main() throws Exception {
    MovableClock clock = new MovableClock(ShopJwts.NOW);
    TestSales sales = new TestSales(clock);
    Listing listing = sales.listing("boots", SalePhase.PUBLISHED, false);
    PassDesk desk =
        new PassDesk(
            id -> Optional.of(listing),
            new ShopTokens(ShopKeys.hs256(ShopJwts.SECRET), ShopJwts.RULES, clock),
            new RiskGuard(
                RiskCheck.of(new BlockList()),
                Duration.ofSeconds(30),
                RiskGuard.FailPolicy.CLOSED,
                2),
            sales.passes(),
            clock,
            PassDesk.Options.DEFAULT);
    Router router = new Router();
    desk.routes(router);
    Server.Options options = new Server.Options("127.0.0.1", 0, 1, 100, Set.of());
    Server server =
        new Server(
            Vertx.vertx(), router, options, fault -> Problem.of("internal", 500, fault.toString()));
    signIn(server.start());
    useVirtualThreads();
    int niceness = niceness(Path.of("/proc/self"));
    try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
      for (Path thread : threads.toList()) {
        String name = Files.readString(thread.resolve("comm")).strip();
        System.out.println("thread " + (niceness(thread) - niceness) + " " + name);
      }
    }
    System.exit(0);
  }

  private static void signIn(int port) throws Exception {
    String token = hs256(claims().build());
    URI address = URI.create("http://127.0.0.1:" + port + "/api/sales/boots/pass");
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .header("Authorization", "Bearer " + token)
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (int i = 0; i < SIGN_INS; i++) {
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
          throw new IllegalStateException(answer.body());
        }
      }
    }
  }

  private static void useVirtualThreads() throws InterruptedException {
    List<Thread> some = new ArrayList<>();
    CountDownLatch all = new CountDownLatch(10);
    for (int i = 0; i < 10; i++) {
      some.add(Thread.ofVirtual().start(all::countDown));
    }
    for (Thread one : some) {
      one.join();
    }
    all.await();
  }

  private static int niceness(Path thread) throws IOException {
    String stat = Files.readString(thread.resolve("stat"));
    // Behind the name in brackets the 19th field of all is the 17th.
    return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[16]);
  }
}
